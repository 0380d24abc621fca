import { clone, create } from "@bufbuild/protobuf";
import {
  configFromBlock,
  createGenesisBlock,
  createLocalSigningIdentity,
  createOrganizationMaterial,
  organizationMsp,
  type ChannelSpec,
  type LocalSigningIdentity,
  type MemberMaterial,
  type OrganizationMaterial,
} from "../../src/index.ts";
import { common } from "../../src/wire.ts";

/** Two organisations that share a ledger and one that orders. */
export interface TestOrganizations {
  readonly one: OrganizationMaterial;
  readonly two: OrganizationMaterial;
  readonly orderer: OrganizationMaterial;
}

/** Makes the organisations of a small channel. */
export async function createOrganizations(): Promise<TestOrganizations> {
  const peers = (number: number) =>
    createOrganizationMaterial({
      name: `Org${number}`,
      mspId: `Org${number}MSP`,
      domain: `org${number}.example.com`,
      nodes: [{ name: `peer0.org${number}.example.com`, kind: "peer", hosts: ["localhost", "127.0.0.1"] }],
      users: ["app"],
    });
  const [one, two, orderer] = await Promise.all([
    peers(1),
    peers(2),
    createOrganizationMaterial({
      name: "Orderer",
      mspId: "OrdererMSP",
      domain: "example.com",
      nodes: [{ name: "orderer0.example.com", kind: "orderer", hosts: ["localhost", "127.0.0.1"] }],
      users: [],
    }),
  ]);
  return { one, two, orderer };
}

/** The first item of a list that has one. */
export function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("the list is empty");
  return item;
}

/** The identity of a member, such as `Admin@org1.example.com`. */
export function identityOf(organization: OrganizationMaterial, name: string): LocalSigningIdentity {
  const members: readonly MemberMaterial[] = [...organization.users, ...organization.nodes];
  const member = first(members.filter((one) => one.name.startsWith(name)));
  return createLocalSigningIdentity(organization.mspId, member.signing.certificatePem, member.signing.privateKeyPem);
}

/** A channel of the organisations, called `trade`. */
export function channelSpec({ one, two, orderer }: TestOrganizations, type: "etcdraft" | "BFT" = "etcdraft"): ChannelSpec {
  const node = first(orderer.nodes);
  const consenter = (port: number) => ({
    host: "127.0.0.1",
    port,
    mspId: orderer.mspId,
    identityPem: node.signing.certificatePem,
    clientTlsCertPem: node.tls.certificatePem,
    serverTlsCertPem: node.tls.certificatePem,
  });
  return {
    channelId: "trade",
    capabilities: { channel: type === "BFT" ? "V3_0" : "V2_0", orderer: "V2_0", application: "V2_5" },
    orderer: {
      type,
      batch: { timeoutMs: 500, maxMessages: 100, preferredMaxBytes: 2 * 1024 * 1024, absoluteMaxBytes: 99 * 1024 * 1024 },
      consenters: type === "BFT" ? [7050, 7051, 7052, 7053].map(consenter) : [consenter(7050)],
      organizations: [
        { name: "Orderer", mspId: "OrdererMSP", msp: organizationMsp(orderer), endpoints: [{ host: "127.0.0.1", port: 7050 }] },
      ],
    },
    application: {
      organizations: [one, two].map((material, index) => ({
        name: material.name,
        mspId: material.mspId,
        msp: organizationMsp(material),
        anchorPeers: [{ host: "127.0.0.1", port: 7051 + 2000 * index }],
      })),
    },
  };
}

/** The configuration of a new channel. */
export function channelConfig(spec: ChannelSpec): common.Config {
  return configFromBlock(createGenesisBlock(spec)).config;
}

/** A copy of a configuration with its tree changed in place. */
export function changed(config: common.Config, change: (root: common.ConfigGroup) => void): common.Config {
  const copy = clone(common.ConfigSchema, config);
  change(copy.channelGroup ?? create(common.ConfigGroupSchema));
  return copy;
}

/** A group below another; throws when there is none. */
export function group(root: common.ConfigGroup, ...path: readonly string[]): common.ConfigGroup {
  let found = root;
  for (const name of path) {
    const next = found.groups[name];
    if (next === undefined) throw new Error(`no group ${name}`);
    found = next;
  }
  return found;
}

/** A value or policy of a group; throws when there is none. */
export function entry<Entry>(entries: Readonly<Record<string, Entry>>, name: string): Entry {
  const found = entries[name];
  if (found === undefined) throw new Error(`no entry ${name}`);
  return found;
}
