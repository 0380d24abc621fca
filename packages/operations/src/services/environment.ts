import path from "node:path";
import { mspFiles, tlsFiles, type MemberMaterial, type OrganizationMaterial, type TreeFile } from "@heddle/fabric";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import { findMember } from "../network/identities.ts";
import type { PlacedNetwork, World } from "./world.ts";

/** What stands for the folder of the written files in the variables. */
const FOLDER = "{{directory}}";

/** Variables of a shell, and the files that they name. */
export interface ToolEnvironment {
  readonly variables: Record<string, string>;
  readonly files: TreeFile[];
}

/**
 * The environment in which Fabric's own `peer` and `osnadmin` commands reach the network as an organisation's
 * administrator; the first organisation's when none is named. The ordering organisation can be named too: as its
 * administrator the commands change what is the orderers' to change, by way of the first organisation's peer.
 * Throws OPERATION_ORGANIZATION_UNKNOWN.
 */
export async function environment(
  world: World,
  network: string,
  { organization }: { readonly organization?: string | undefined },
): Promise<ToolEnvironment> {
  const placed = await world.network(network);
  const { spec } = placed.file;
  const [firstOrganization] = spec.organizations;
  const ordering = spec.ordering.organization.name;
  const wanted = organization ?? firstOrganization?.name ?? "";
  const unknown = (): Error => operationErrors.create("OPERATION_ORGANIZATION_UNKNOWN", { network, organization: wanted });
  const [peer] = placed.connections.peersOf(wanted === ordering ? (firstOrganization?.name ?? "") : wanted);
  const [orderer] = placed.connections.orderers;
  if (peer === undefined || orderer === undefined) throw unknown();
  const { identities } = placed.connections;
  const [actor, peers, orderers] = await Promise.all([wanted, peer.organization, ordering].map((name) => identities.organization(name)));
  if (actor === undefined || peers === undefined || orderers === undefined) throw unknown();
  requireTls(network, [peer, orderer]);
  const person = personOf(network, actor);
  const ordererAdmin = administratorOf(orderers);
  const endorsers = await endorsingPeers(placed);
  return {
    variables: {
      ...peerVariables(actor, peer),
      ...ordererVariables(orderer, ordererAdmin !== undefined),
      CHANNEL_NAME: spec.channels[0]?.name ?? "",
      // To be expanded without quotes, as Fabric's test network uses it: one peer of each member of the first channel.
      PEER_CONN_PARMS: endorsers
        .flatMap(({ place, material }) => [
          "--peerAddresses",
          `${place.host}:${place.grpc}`,
          "--tlsRootCertFiles",
          `${FOLDER}/${rootFile(material)}`,
        ])
        .join(" "),
    },
    files: [
      { path: "core.yaml", mode: 0o644, content: CORE_YAML },
      ...mspFiles(actor, person, "msp"),
      rootOf(peers, "tls"),
      ...(ordererAdmin === undefined ? [rootOf(orderers, "orderer")] : tlsFiles(orderers, ordererAdmin, "orderer")),
      ...endorsers.map(({ material }) => ({ path: rootFile(material), mode: 0o644, content: material.tlsCa.certificatePem })),
    ],
  };
}

// The nodes' certificates answer for the addresses that they are dialled at, so no name has to be overridden;
// an override would hold for every peer of a command.
function peerVariables({ mspId }: OrganizationMaterial, peer: NodePlace): Record<string, string> {
  return {
    FABRIC_CFG_PATH: FOLDER,
    CORE_PEER_TLS_ENABLED: "true",
    CORE_PEER_LOCALMSPID: mspId,
    CORE_PEER_ADDRESS: `${peer.host}:${peer.grpc}`,
    CORE_PEER_MSPCONFIGPATH: `${FOLDER}/msp`,
    CORE_PEER_TLS_ROOTCERT_FILE: `${FOLDER}/tls/ca.crt`,
  };
}

/** Throws OPERATION_TLS_LACKING for nodes of an imported network that Fabric's tools would have to be told otherwise of. */
function requireTls(network: string, nodes: readonly NodePlace[]): void {
  const plain = nodes.find(({ reach }) => reach?.plaintext === true);
  if (plain !== undefined) throw operationErrors.create("OPERATION_TLS_LACKING", { network, peer: plain.name });
}

/** The administrator; of an imported network there may be another user only. Throws OPERATION_IDENTITY_LACKING. */
function personOf(network: string, { name, users }: OrganizationMaterial): MemberMaterial {
  const [person] = users;
  if (person !== undefined) return person;
  throw operationErrors.create("OPERATION_IDENTITY_LACKING", { network, identity: `identity of ${name}`, what: "act for it" });
}

/** The orderers' administrator with a TLS identity, where there is one. */
function administratorOf(orderers: OrganizationMaterial): MemberMaterial | undefined {
  const admin = findMember(orderers, "Admin");
  return admin?.tls.certificatePem === "" ? undefined : admin;
}

function rootOf({ tlsCa }: OrganizationMaterial, folder: string): TreeFile {
  return { path: path.posix.join(folder, "ca.crt"), mode: 0o644, content: tlsCa.certificatePem };
}

function ordererVariables(orderer: NodePlace, administers: boolean): Record<string, string> {
  return {
    ORDERER_ADDRESS: `${orderer.host}:${orderer.grpc}`,
    ORDERER_HOSTNAME: orderer.reach?.tlsName ?? orderer.name,
    ORDERER_CA: `${FOLDER}/orderer/ca.crt`,
    ...(administers && orderer.admin !== undefined
      ? {
          ORDERER_ADMIN_ADDRESS: `${orderer.host}:${orderer.admin}`,
          ORDERER_ADMIN_TLS_SIGN_CERT: `${FOLDER}/orderer/client.crt`,
          ORDERER_ADMIN_TLS_PRIVATE_KEY: `${FOLDER}/orderer/client.key`,
        }
      : {}),
  };
}

function rootFile({ domain }: OrganizationMaterial): string {
  return path.posix.join("tlsroots", `${domain}.crt`);
}

/** The first peer of each member of the first channel. */
async function endorsingPeers({ file, connections }: PlacedNetwork): Promise<{ place: NodePlace; material: OrganizationMaterial }[]> {
  const members = file.spec.channels[0]?.members ?? [];
  const places = members.flatMap((name) => connections.peersOf(name).slice(0, 1));
  return Promise.all(places.map(async (place) => ({ place, material: await connections.identities.organization(place.organization) })));
}

/** The least that the peer command asks of its configuration file; the rest comes from the variables. */
const CORE_YAML = `peer:
  id: heddle
  BCCSP:
    Default: SW
    SW:
      Hash: SHA2
      Security: 256
  client:
    connTimeout: 10s
  keepalive:
    client:
      interval: 60s
      timeout: 20s
`;
