import { reachOf } from "./connection-profile.ts";
import type { ImportSource, SourceIdentity, SourceNode } from "./source.ts";
import { asObject, asText, certificatesIn, readAddress, unreadable, withoutPort, type Unread } from "./values.ts";

const SOURCE = "list of microfab's components";

/**
 * Reads what microfab answers at `/ak/api/v1/components`: its peers, its orderer, and identities with their keys.
 * Throws OPERATION_IMPORT_UNREADABLE.
 */
export function readMicrofab(text: string): ImportSource {
  const components = parse(text);
  const ofType = (type: string): Unread[] => components.filter((one) => one["type"] === type);
  const nodes = [
    ...ofType("fabric-peer").map((one) => nodeOf("peer", one)),
    ...ofType("fabric-orderer").map((one) => nodeOf("orderer", one)),
  ];
  if (!nodes.some(({ kind }) => kind === "peer")) throw unreadable(SOURCE, "it has no component of the type fabric-peer");
  const mspIds = new Set(nodes.flatMap(({ mspId }) => mspId ?? []));
  // An authority's own administrator acts at the authority and is no member that anybody needs here.
  const identities = ofType("identity")
    .map(identityOf)
    .filter(({ mspId, name }) => mspIds.has(mspId) && !/caadmin$/i.test(name.replaceAll(" ", "")));
  return {
    organizations: [...mspIds].map((mspId) => ({
      mspId,
      tlsAuthorities: nodes.filter((node) => node.mspId === mspId).flatMap(({ tlsAuthorities }) => tlsAuthorities),
    })),
    nodes,
    identities,
  };
}

function parse(text: string): Unread[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The reason that the parser gives quotes the text, which holds keys.
    throw unreadable(SOURCE, "it is not JSON");
  }
  if (!Array.isArray(value)) throw unreadable(SOURCE, "it is no list");
  return value.map(asObject).filter((one) => one !== undefined);
}

function nodeOf(kind: SourceNode["kind"], component: Unread): SourceNode {
  const id = asText(component["id"]) ?? kind;
  const address = readAddress(asText(component["api_url"]) ?? "");
  if (address === undefined) throw unreadable(SOURCE, `${id} has no api_url such as grpc://localhost:8080`);
  const options = asObject(component["api_options"]) ?? {};
  const reach = reachOf(options, address.plaintext);
  const operations = asText(component["operations_url"]);
  const operationsAuthority = asText(asObject(component["operations_options"])?.["grpc.default_authority"]);
  return {
    kind,
    name: withoutPort(reach.authority ?? asText(options["grpc.ssl_target_name_override"]) ?? address.host),
    mspId: asText(component["msp_id"]),
    host: address.host,
    port: address.port,
    tlsAuthorities: certificatesIn(decoded(component["tls_ca_root_cert"] ?? component["pem"])),
    reach: {
      ...reach,
      ...(operations === undefined
        ? {}
        : { operations: { url: operations, ...(operationsAuthority === undefined ? {} : { authority: operationsAuthority }) } }),
    },
  };
}

function identityOf(component: Unread): SourceIdentity {
  const name = asText(component["id"]) ?? "";
  const mspId = asText(component["msp_id"]);
  if (mspId === undefined) throw unreadable(SOURCE, `the identity ${name} has no msp_id`);
  return { mspId, name, certificatePem: decoded(component["cert"]), privateKeyPem: decoded(component["private_key"]) };
}

/** PEM as it is, or in base64, as microfab has it. */
function decoded(value: unknown): string {
  const text = asText(value) ?? "";
  return text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("utf8");
}
