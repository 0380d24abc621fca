import type { NodeReach } from "@heddle/runtimes";
import { parseDocument } from "yaml";
import type { ImportSource, SourceIdentity, SourceNode } from "./source.ts";
import { asObject, asText, asTexts, certificatesIn, entries, readAddress, unreadable, withoutPort, type Unread } from "./values.ts";

const SOURCE = "connection profile";

/** An identity as a person gives it beside a connection profile. */
export interface GivenIdentity {
  /** Default the organisation of the profile's client, else its only one. */
  readonly mspId?: string | undefined;
  /** Default `Admin` for an administrator, else the certificate's common name. */
  readonly name?: string | undefined;
  readonly certificate: string;
  readonly privateKey: string;
}

/**
 * Reads a connection profile of Fabric's SDKs, JSON or YAML, and the identities that come with it.
 * Throws OPERATION_IMPORT_UNREADABLE.
 */
export function readConnectionProfile(text: string, identities: readonly GivenIdentity[]): ImportSource {
  const profile = parse(text);
  const organizations = entries(profile["organizations"]).map(([name, one]) => ({
    name,
    mspId: asText(one["mspid"]),
    peers: asTexts(one["peers"]),
  }));
  const known = organizations.flatMap(({ mspId }) => mspId ?? []);
  if (known.length === 0) throw unreadable(SOURCE, "no organisation in it has an mspid");
  const mspOfPeer = (peer: string): string | undefined =>
    organizations.find(({ peers }) => peers.includes(peer))?.mspId ?? (known.length === 1 ? known[0] : undefined);
  const peers = entries(profile["peers"]).map(([name, one]) => nodeOf("peer", name, one, mspOfPeer(name)));
  if (peers.length === 0) throw unreadable(SOURCE, "it names no peer");
  const orderers = entries(profile["orderers"]).map(([name, one]) => nodeOf("orderer", name, one, undefined));
  const client = asText(asObject(profile["client"])?.["organization"]);
  const ownMsp = organizations.find(({ name }) => name === client)?.mspId ?? (known.length === 1 ? known[0] : undefined);
  return {
    organizations: [...new Set(known)].map((mspId) => ({
      mspId,
      tlsAuthorities: peers.filter((peer) => peer.mspId === mspId).flatMap(({ tlsAuthorities }) => tlsAuthorities),
    })),
    nodes: [...peers, ...orderers],
    identities: identities.map((given) => identityOf(given, ownMsp)),
  };
}

function parse(text: string): Unread {
  const document = parseDocument(text, { prettyErrors: false, schema: "core", logLevel: "error" });
  if (document.errors.length > 0) throw unreadable(SOURCE, "it is neither JSON nor YAML");
  const profile = asObject(toPlain(document));
  if (profile === undefined) throw unreadable(SOURCE, "it is no object");
  return profile;
}

/** `yaml` stops at a hundred aliases, so that a small text cannot grow without bound. */
function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    throw unreadable(SOURCE, "it refers to itself too often");
  }
}

function nodeOf(kind: SourceNode["kind"], name: string, node: Unread, mspId: string | undefined): SourceNode {
  const address = readAddress(asText(node["url"]) ?? "");
  if (address === undefined) throw unreadable(SOURCE, `the ${kind} ${name} has no url such as grpcs://localhost:7051`);
  const tls = asObject(node["tlsCACerts"]);
  const pems = [asText(tls?.["pem"]) ?? "", ...asTexts(tls?.["pem"])].flatMap(certificatesIn);
  if (!address.plaintext && pems.length === 0 && asText(tls?.["path"]) !== undefined)
    throw unreadable(SOURCE, `the TLS root of ${name} is a path on another machine; put its text into tlsCACerts.pem`);
  return {
    kind,
    name: withoutPort(name),
    mspId,
    host: address.host,
    port: address.port,
    tlsAuthorities: pems,
    reach: reachOf(asObject(node["grpcOptions"]) ?? {}, address.plaintext),
  };
}

/** How the options of Fabric's SDKs say that a node is reached. */
export function reachOf(options: Unread, plaintext: boolean): NodeReach {
  const target = asText(options["ssl-target-name-override"]) ?? asText(options["grpc.ssl_target_name_override"]);
  const tlsName = target ?? asText(options["hostnameOverride"]);
  const authority = asText(options["grpc.default_authority"]);
  return {
    ...(plaintext ? { plaintext } : {}),
    ...(tlsName === undefined || plaintext ? {} : { tlsName: withoutPort(tlsName) }),
    ...(authority === undefined ? {} : { authority }),
  };
}

function identityOf({ mspId, name, certificate, privateKey }: GivenIdentity, ownMsp: string | undefined): SourceIdentity {
  const msp = mspId ?? ownMsp;
  if (msp === undefined) throw unreadable(SOURCE, "it has several organisations; say of which MSP the identity is");
  return { mspId: msp, name: name ?? "", certificatePem: certificate, privateKeyPem: privateKey };
}
