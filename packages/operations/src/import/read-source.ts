import { createPrivateKey, X509Certificate } from "node:crypto";
import { operationErrors } from "../errors.ts";
import { readConnectionProfile, type GivenIdentity } from "./connection-profile.ts";
import { readMicrofab } from "./microfab.ts";
import type { ImportSource, SourceIdentity, SourceNode } from "./source.ts";
import { readTestNetwork, type SourceFile } from "./test-network.ts";
import { readAddress, unreadable } from "./values.ts";

/** What a person imports a network from. Private keys are in it: it is kept nowhere but in the key store. */
export type ImportMaterial =
  | { readonly kind: "profile"; readonly profile: string; readonly identities: readonly GivenIdentity[] }
  | { readonly kind: "test-network"; readonly files: readonly SourceFile[] }
  | { readonly kind: "microfab"; readonly components: string };

/** What differs on this machine from what the source says. */
export interface ImportChanges {
  /** `host:port` of nodes, by their host names. */
  readonly addresses?: Readonly<Record<string, string>> | undefined;
  /** Where nodes' metrics are, by their host names: `http://host:port`. */
  readonly operations?: Readonly<Record<string, string>> | undefined;
}

/** Reads a source of any kind. Throws OPERATION_IMPORT_UNREADABLE, OPERATION_IMPORT_IDENTITY_INVALID. */
export function readSource(material: ImportMaterial, changes: ImportChanges = {}): ImportSource {
  const source = readKind(material, changes);
  if (source.identities.length === 0) throw unreadable(material.kind, "it has no identity, so nobody could be asked anything");
  return { ...source, nodes: source.nodes.map((node) => changed(node, changes)), identities: source.identities.map(checked) };
}

function readKind(material: ImportMaterial, { addresses }: ImportChanges): ImportSource {
  if (material.kind === "profile") return readConnectionProfile(material.profile, material.identities);
  if (material.kind === "microfab") return readMicrofab(material.components);
  return readTestNetwork(material.files, addresses);
}

function changed(node: SourceNode, { addresses = {}, operations = {} }: ImportChanges): SourceNode {
  const given = Object.hasOwn(addresses, node.name) ? addresses[node.name] : undefined;
  const address = given === undefined ? undefined : readAddress(given);
  if (given !== undefined && address === undefined)
    throw unreadable("address", `${node.name} is to be at no address such as 127.0.0.1:7051`);
  const url = Object.hasOwn(operations, node.name) ? operations[node.name] : undefined;
  if (url !== undefined && (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)))
    throw unreadable("address", `the metrics of ${node.name} are to be at no address such as http://127.0.0.1:9443`);
  return {
    ...node,
    ...(address === undefined ? {} : { host: address.host, port: address.port }),
    reach: {
      ...(node.reach.plaintext === true ? {} : { tlsName: node.host }),
      ...node.reach,
      ...(url === undefined ? {} : { operations: { url } }),
    },
  };
}

/** Throws OPERATION_IMPORT_IDENTITY_INVALID unless there is a certificate that is valid today, and its key. */
function checked(identity: SourceIdentity): SourceIdentity {
  const who = identity.name === "" ? `an identity of ${identity.mspId}` : `${identity.name} of ${identity.mspId}`;
  const invalid = (reason: string): Error => operationErrors.create("OPERATION_IMPORT_IDENTITY_INVALID", { identity: who, reason });
  const certificate = read(() => new X509Certificate(identity.certificatePem));
  if (certificate === undefined) throw invalid("its certificate is not PEM");
  const key = read(() => createPrivateKey(identity.privateKeyPem));
  if (key === undefined) throw invalid("its private key is not PEM, or has a passphrase");
  if (!certificate.checkPrivateKey(key)) throw invalid("its private key is not the one of its certificate");
  const now = new Date();
  if (now < certificate.validFromDate || now > certificate.validToDate)
    throw invalid(
      `its certificate is valid from ${certificate.validFromDate.toISOString()} to ${certificate.validToDate.toISOString()} only`,
    );
  return { ...identity, name: identity.name === "" ? (commonName(certificate) ?? "") : identity.name };
}

function read<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function commonName({ subject }: X509Certificate): string | undefined {
  const name = /^CN=(.+)$/m.exec(subject)?.[1];
  return name?.split("@")[0];
}
