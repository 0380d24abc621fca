// One network as data: identities on disk, ports, first block. Devnet and real
// Fabric are started from the same, so that they differ in nothing else.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  createGenesisBlock,
  createLocalSigningIdentity,
  createOrganizationMaterial,
  organizationMsp,
  organizationTree,
  writeTree,
  type LocalSigningIdentity,
  type MemberMaterial,
  type OrganizationMaterial,
  type RaftTiming,
} from "@heddle/fabric";
import { freePorts } from "./processes.ts";

export const CHANNEL = "bench";
/** Every organisation's TLS root, below the network's folder. */
export const TLS_ROOTS = "tls-roots.pem";

/** A node: where its files are and where it listens. */
export interface BenchNode {
  readonly kind: "peer" | "orderer";
  readonly name: string;
  readonly mspId: string;
  /** Folder with `msp` and `tls`. */
  readonly folder: string;
  readonly grpc: number;
  readonly operations: number;
  /** A peer's chaincode port, an orderer's administration port. */
  readonly second: number;
}

/** An organisation with its only peer. */
export interface BenchOrganization {
  readonly material: OrganizationMaterial;
  readonly admin: LocalSigningIdentity;
  /** Who submits. */
  readonly user: MemberMaterial;
  readonly peer: BenchNode;
}

/** Everything a network is started from. */
export interface BenchNetwork {
  readonly directory: string;
  readonly organizations: readonly BenchOrganization[];
  readonly orderer: BenchNode;
  readonly ordererMaterial: OrganizationMaterial;
  readonly genesis: Uint8Array;
}

/** How blocks are cut, and how soon orderers elect a leader: at Fabric's own pace when absent. */
export interface BatchShape {
  readonly timeoutMs: number;
  readonly maxMessages: number;
  readonly raft?: RaftTiming;
}

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("the list is empty");
  return item;
}

function signingIdentity(mspId: string, { signing }: MemberMaterial): LocalSigningIdentity {
  return createLocalSigningIdentity(mspId, signing.certificatePem, signing.privateKeyPem);
}

/** Makes a network of one orderer and `count` organisations with one peer each, in a temporary folder. */
export async function makeNetwork(count: number, batch: BatchShape): Promise<BenchNetwork> {
  const directory = mkdtempSync(path.join(tmpdir(), "heddle-bench-"));
  const hosts = ["localhost", "127.0.0.1"];
  const organization = (kind: "peer" | "orderer", name: string, domain: string): Promise<OrganizationMaterial> =>
    createOrganizationMaterial({
      name,
      mspId: `${name}MSP`,
      domain,
      nodes: [{ name: `${kind}0.${domain}`, kind, hosts }],
      users: kind === "peer" ? ["app"] : [],
    });
  const ordererMaterial = await organization("orderer", "Orderer", "example.com");
  const materials = await Promise.all(
    Array.from({ length: count }, (_, index) => organization("peer", `Org${index + 1}`, `org${index + 1}.example.com`)),
  );
  const tlsRoots = [ordererMaterial, ...materials].map(({ tlsCa }) => tlsCa.certificatePem).join("");
  await writeTree(directory, [
    ...organizationTree("orderer", ordererMaterial),
    ...materials.flatMap((material) => organizationTree("peer", material)),
    { path: TLS_ROOTS, content: tlsRoots, mode: 0o600 },
  ]);
  const ports = await freePorts(3 * (count + 1));
  const port = (index: number): number => ports[index] ?? 0;
  const node = (kind: "peer" | "orderer", material: OrganizationMaterial, index: number): BenchNode => ({
    kind,
    name: first(material.nodes).name,
    mspId: material.mspId,
    folder: path.join(directory, `${kind}Organizations`, material.domain, `${kind}s`, first(material.nodes).name),
    grpc: port(3 * index),
    operations: port(3 * index + 1),
    second: port(3 * index + 2),
  });
  const orderer = node("orderer", ordererMaterial, 0);
  const organizations = materials.map((material, index): BenchOrganization => {
    const [admin, user] = material.users;
    if (admin === undefined || user === undefined) throw new Error("an organisation lacks its users");
    return { material, admin: signingIdentity(material.mspId, admin), user, peer: node("peer", material, index + 1) };
  });
  return { directory, organizations, orderer, ordererMaterial, genesis: genesisOf(ordererMaterial, orderer, organizations, batch) };
}

function genesisOf(
  ordererMaterial: OrganizationMaterial,
  orderer: BenchNode,
  organizations: readonly BenchOrganization[],
  { raft, ...batch }: BatchShape,
): Uint8Array {
  const { signing, tls } = first(ordererMaterial.nodes);
  const endpoint = { host: "127.0.0.1", port: orderer.grpc };
  return createGenesisBlock({
    channelId: CHANNEL,
    capabilities: { channel: "V2_0", orderer: "V2_0", application: "V2_5" },
    orderer: {
      type: "etcdraft",
      batch: { ...batch, preferredMaxBytes: 2 * 1024 * 1024, absoluteMaxBytes: 10 * 1024 * 1024 },
      ...(raft === undefined ? {} : { raft }),
      consenters: [
        {
          ...endpoint,
          mspId: ordererMaterial.mspId,
          identityPem: signing.certificatePem,
          clientTlsCertPem: tls.certificatePem,
          serverTlsCertPem: tls.certificatePem,
        },
      ],
      organizations: [
        { name: ordererMaterial.name, mspId: ordererMaterial.mspId, msp: organizationMsp(ordererMaterial), endpoints: [endpoint] },
      ],
    },
    application: {
      organizations: organizations.map(({ material, peer }) => ({
        name: material.name,
        mspId: material.mspId,
        msp: organizationMsp(material),
        anchorPeers: [{ host: "127.0.0.1", port: peer.grpc }],
      })),
    },
  });
}
