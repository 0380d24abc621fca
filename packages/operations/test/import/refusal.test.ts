import { clone, create, toBinary } from "@bufbuild/protobuf";
import {
  configFromBlock,
  createGenesisBlock,
  describeChannel,
  organizationMsp,
  type ChannelSpec,
  type OrganizationMaterial,
} from "@heddle/fabric";
import { common, orderer } from "@heddle/fabric/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { refusalOf } from "../../src/import/refusal.ts";
import { organization } from "./support.ts";

let config: common.Config;

beforeAll(async () => {
  const [one, ordering] = await Promise.all([organization(1), organization(9)]);
  config = configFromBlock(createGenesisBlock(spec(one, ordering))).config;
});

function spec(one: OrganizationMaterial, ordering: OrganizationMaterial): ChannelSpec {
  const [node] = ordering.nodes;
  const at = { host: "localhost", port: 7050 };
  const tls = node?.tls.certificatePem ?? "";
  return {
    channelId: "old",
    capabilities: { channel: "V2_0", orderer: "V2_0", application: "V2_5" },
    orderer: {
      type: "etcdraft",
      batch: { timeoutMs: 200, maxMessages: 10, preferredMaxBytes: 1024, absoluteMaxBytes: 2048 },
      consenters: [{ ...at, mspId: ordering.mspId, identityPem: tls, clientTlsCertPem: tls, serverTlsCertPem: tls }],
      organizations: [{ name: "Orderer", mspId: ordering.mspId, msp: organizationMsp(ordering), endpoints: [at] }],
    },
    application: {
      organizations: [{ name: "Org1", mspId: one.mspId, msp: organizationMsp(one), anchorPeers: [{ host: "peer0", port: 7051 }] }],
    },
  };
}

/** The channel with one value of one of its groups replaced. */
function changed(group: "Orderer" | "Application" | "", name: string, value: Uint8Array): common.Config {
  const copy = clone(common.ConfigSchema, config);
  const root = copy.channelGroup;
  const target = group === "" ? root : root?.groups[group];
  if (target === undefined) throw new Error(`there is no group ${group}`);
  target.values[name] = create(common.ConfigValueSchema, { value, modPolicy: "Admins" });
  return copy;
}

const consensus = (type: string): Uint8Array => toBinary(orderer.ConsensusTypeSchema, create(orderer.ConsensusTypeSchema, { type }));
const capabilities = (...names: string[]): Uint8Array =>
  toBinary(
    common.CapabilitiesSchema,
    create(common.CapabilitiesSchema, { capabilities: Object.fromEntries(names.map((name) => [name, {}])) }),
  );

describe("channels that are imported or explained", () => {
  it("takes one of Raft with the new lifecycle, and describes it", () => {
    const description = describeChannel(config);
    expect(refusalOf("old", description, config)).toBeUndefined();
    expect(description).toMatchObject({ consensusType: "etcdraft", consenters: ["localhost:7050"], batch: { maxMessages: 10 } });
    expect(
      description.organizations.map(({ name, shares, orders, endpoints, anchorPeers }) => [name, shares, orders, endpoints, anchorPeers]),
    ).toEqual([
      ["Org1", true, false, [], ["peer0:7051"]],
      ["Orderer", false, true, ["localhost:7050"], []],
    ]);
  });

  it.each([
    ["kafka", "OPERATION_IMPORT_CONSENSUS_OLD", () => changed("Orderer", "ConsensusType", consensus("kafka"))],
    ["solo", "OPERATION_IMPORT_CONSENSUS_OLD", () => changed("Orderer", "ConsensusType", consensus("solo"))],
    ["the lifecycle of 1.4", "OPERATION_IMPORT_LIFECYCLE_OLD", () => changed("Application", "Capabilities", capabilities("V1_4_2"))],
    ["no capabilities at all", "OPERATION_IMPORT_LIFECYCLE_OLD", () => changed("Application", "Capabilities", capabilities())],
    ["MSPs of other rules", "OPERATION_IMPORT_CHANNEL_REFUSED", () => changed("", "Capabilities", capabilities("V1_3"))],
  ])("explains one with %s", (_what, code, make) => {
    const made = make();
    const refused = refusalOf("old", describeChannel(made), made);
    expect(refused?.code).toBe(code);
    expect(refused?.next.length).toBeGreaterThan(40);
  });
});
