import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  bftQuorum,
  blockDataHash,
  BlockSlot,
  ChannelBundle,
  configFromBlock,
  createChannelGroup,
  createGenesisBlock,
  type ChannelSpec,
} from "../src/index.ts";
import { common, etcdraft, orderer, smartbft } from "../src/wire.ts";
import { channelSpec, createOrganizations, entry, first, group } from "./support/channel.ts";
import { findTool, inFolder, runTool, withoutTools } from "./support/tools.ts";

const organizations = await createOrganizations();
const spec = channelSpec(organizations);
const configtxgen = findTool("configtxgen");
const configtxlator = findTool("configtxlator");

/** The same channel with something else in it. */
type Draft = { -readonly [Key in keyof ChannelSpec]: ChannelSpec[Key] };
const variant = (change: (draft: Draft) => void, from: ChannelSpec = spec): ChannelSpec => {
  const draft: Draft = { ...from };
  change(draft);
  return draft;
};

describe("a genesis block", () => {
  it("is block 0 with one unsigned configuration and five metadata slots", () => {
    const block = fromBinary(common.BlockSchema, createGenesisBlock(spec));
    expect(block.header?.number).toBe(0n);
    expect(block.header?.previousHash).toHaveLength(0);
    expect(block.data?.data).toHaveLength(1);
    expect(block.header?.dataHash).toEqual(new Uint8Array(blockDataHash(block.data?.data ?? [])));
    const envelope = fromBinary(common.EnvelopeSchema, first(block.data?.data ?? []));
    expect(envelope.signature).toHaveLength(0);
    expect(block.metadata?.metadata.map(({ length }) => length)).toEqual([4, 0, 0, 0, 0]);
    const { value } = fromBinary(common.MetadataSchema, block.metadata?.metadata[BlockSlot.signatures] ?? new Uint8Array());
    expect(fromBinary(common.OrdererBlockMetadataSchema, value).lastConfig?.index).toBe(0n);
  });

  it("carries a configuration that can be read back, and says of which channel it is", () => {
    const { channelId, config, envelope } = configFromBlock(createGenesisBlock(spec));
    expect([channelId, config.sequence]).toEqual(["trade", 0n]);
    expect(fromBinary(common.ConfigEnvelopeSchema, envelope).config).toEqual(config);
    const bundle = ChannelBundle.fromConfig(channelId, config);
    expect(bundle.applicationMspIds.toSorted()).toEqual(["Org1MSP", "Org2MSP"]);
    expect([...bundle.ordererEndpoints]).toEqual([["Orderer", ["127.0.0.1:7050"]]]);
    expect(bundle.orderer).toEqual({
      consensusType: "etcdraft",
      batchSize: { maxMessageCount: 100, absoluteMaxBytes: 99 * 1024 * 1024, preferredMaxBytes: 2 * 1024 * 1024 },
      batchTimeoutMs: 500,
      maintenance: false,
    });
    expect(bundle.hasApplication).toBe(true);
    expect(bundle.consenters).toEqual([]);
    expect(bundle.acls.size).toBe(0);
  });

  it("lists Raft's consenters with their TLS certificates", () => {
    const value = entry(group(createChannelGroup(spec), "Orderer").values, "ConsensusType").value;
    const { type, metadata } = fromBinary(orderer.ConsensusTypeSchema, value);
    const { consenters, options } = fromBinary(etcdraft.ConfigMetadataSchema, metadata);
    expect([type, consenters.length, options?.tickInterval]).toEqual(["etcdraft", 1, "500ms"]);
    expect(Buffer.from(first(consenters).serverTlsCert).toString()).toBe(first(organizations.orderer.nodes).tls.certificatePem);
  });

  it("lists BFT's consenters where Fabric looks for them, and asks a quorum of them to sign blocks", () => {
    const root = createChannelGroup(channelSpec(organizations, "BFT"));
    const ordering = group(root, "Orderer");
    expect(
      fromBinary(common.OrderersSchema, entry(ordering.values, "Orderers").value).consenterMapping.map(({ id, port }) => [id, port]),
    ).toEqual([
      [1, 7050],
      [2, 7051],
      [3, 7052],
      [4, 7053],
    ]);
    expect(root.values["Orderers"]).toBeUndefined();
    expect(
      fromBinary(smartbft.OptionsSchema, fromBinary(orderer.ConsensusTypeSchema, entry(ordering.values, "ConsensusType").value).metadata)
        .requestBatchMaxCount,
    ).toBe(100n);
    const validation = fromBinary(
      common.SignaturePolicyEnvelopeSchema,
      entry(ordering.policies, "BlockValidation").policy?.value ?? new Uint8Array(),
    );
    expect(validation.identities).toHaveLength(4);
    expect(validation.rule?.Type).toMatchObject({ case: "nOutOf", value: { n: 3 } });
    expect([1, 2, 3, 4, 5, 6, 7, 10, 13].map(bftQuorum)).toEqual([1, 2, 2, 3, 4, 4, 5, 7, 9]);
  });

  it("lets observers read and evaluate, and neither write nor count", () => {
    const observed = variant((draft) => {
      const [one, two] = spec.application.organizations;
      draft.application = {
        organizations: [one, { ...two, role: "observer" }].filter(
          (organization) => organization !== undefined,
        ) as ChannelSpec["application"]["organizations"],
      };
    });
    const { policies, acls } = ChannelBundle.fromConfig("trade", configFromBlock(createGenesisBlock(observed)).config);
    expect(acls.get("peer/Propose")).toBe("/Channel/Application/Readers");
    expect(policies.has("/Channel/Application/Org2/Writers")).toBe(true);
    const application = group(createChannelGroup(observed), "Application");
    expect(entry(application.policies, "Endorsement").policy?.type).toBe(common.Policy_PolicyType.SIGNATURE);
  });

  it("states the endorsement and the access rules that were asked for", () => {
    const stated = variant((draft) => {
      draft.application = {
        ...spec.application,
        endorsement: "OR('Org1MSP.peer')",
        lifecycleEndorsement: "ANY Endorsement",
        acls: { "event/Block": "/Channel/Application/Writers" },
      };
    });
    const bundle = ChannelBundle.fromConfig("trade", configFromBlock(createGenesisBlock(stated)).config);
    expect([...bundle.acls]).toEqual([["event/Block", "/Channel/Application/Writers"]]);
    const { policies } = group(createChannelGroup(stated), "Application");
    expect([entry(policies, "Endorsement").policy?.type, entry(policies, "LifecycleEndorsement").policy?.type]).toEqual([
      common.Policy_PolicyType.SIGNATURE,
      common.Policy_PolicyType.IMPLICIT_META,
    ]);
  });

  const one = first(spec.application.organizations);
  it.each<[string, string, (draft: Draft) => void]>([
    ["a channel name with capitals", "FABRIC_CONFIG_INVALID", (draft) => void (draft.channelId = "Trade")],
    ["no members", "FABRIC_CONFIG_INVALID", (draft) => void (draft.application = { organizations: [] })],
    ["observers only", "FABRIC_CONFIG_INVALID", (draft) => void (draft.application = { organizations: [{ ...one, role: "observer" }] })],
    ["two organisations of one name", "FABRIC_CONFIG_INVALID", (draft) => void (draft.application = { organizations: [one, one] })],
    [
      "an organisation's name with a slash",
      "FABRIC_CONFIG_INVALID",
      (draft) => void (draft.application = { organizations: [{ ...one, name: "Org/1" }] }),
    ],
    ["no consenters", "FABRIC_CONFIG_INVALID", (draft) => void (draft.orderer = { ...spec.orderer, consenters: [] })],
    ["BFT without V3_0", "FABRIC_CONFIG_INVALID", (draft) => void (draft.orderer = { ...spec.orderer, type: "BFT" })],
    [
      "a batch of nothing",
      "FABRIC_CONFIG_INVALID",
      (draft) => void (draft.orderer = { ...spec.orderer, batch: { ...spec.orderer.batch, maxMessages: 0 } }),
    ],
    [
      "a batch of half a message",
      "FABRIC_CONFIG_INVALID",
      (draft) => void (draft.orderer = { ...spec.orderer, batch: { ...spec.orderer.batch, maxMessages: 1.5 } }),
    ],
    [
      "a batch that waits for nothing",
      "FABRIC_CONFIG_INVALID",
      (draft) => void (draft.orderer = { ...spec.orderer, batch: { ...spec.orderer.batch, timeoutMs: 0 } }),
    ],
    [
      "a preferred size above the absolute one",
      "FABRIC_CONFIG_INVALID",
      (draft) => void (draft.orderer = { ...spec.orderer, batch: { ...spec.orderer.batch, preferredMaxBytes: 2 ** 31 } }),
    ],
    [
      "an MSP without root",
      "FABRIC_CONFIG_INVALID",
      (draft) => void (draft.application = { organizations: [{ ...one, msp: { ...one.msp, config: new Uint8Array() } }] }),
    ],
    [
      "V3_0 without orderer addresses",
      "FABRIC_CONFIG_INVALID",
      (draft) => {
        draft.capabilities = { ...spec.capabilities, channel: "V3_0" };
        draft.orderer = {
          ...spec.orderer,
          organizations: spec.orderer.organizations.map((organization) => ({ ...organization, endpoints: [] })),
        };
      },
    ],
    [
      "a policy that is none",
      "FABRIC_POLICY_INVALID",
      (draft) => void (draft.application = { ...spec.application, endorsement: "somebody" }),
    ],
  ])("is not made of %s", (_, code, change) => {
    expect(() => createGenesisBlock(variant(change))).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe("a block that should carry a configuration", () => {
  const genesis = fromBinary(common.BlockSchema, createGenesisBlock(spec));
  const data = first(genesis.data?.data ?? []);
  const block = (...envelopes: Uint8Array[]) => create(common.BlockSchema, { header: {}, data: { data: envelopes } });
  const payload = (init: Parameters<typeof create<typeof common.PayloadSchema>>[1]) =>
    toBinary(
      common.EnvelopeSchema,
      create(common.EnvelopeSchema, { payload: toBinary(common.PayloadSchema, create(common.PayloadSchema, init)) }),
    );

  it.each<[string, common.Block | Uint8Array]>([
    ["no bytes", new Uint8Array()],
    ["bytes that are no block", Buffer.from([0xff])],
    ["an empty block", block()],
    ["a configuration and more", block(data, data)],
    ["what is no envelope", block(Buffer.from([0xff]))],
    ["an empty envelope", block(new Uint8Array())],
    [
      "another type",
      block(payload({ header: { channelHeader: toBinary(common.ChannelHeaderSchema, create(common.ChannelHeaderSchema, { type: 3 })) } })),
    ],
    [
      "no configuration in it",
      block(payload({ header: { channelHeader: toBinary(common.ChannelHeaderSchema, create(common.ChannelHeaderSchema, { type: 1 })) } })),
    ],
  ])("is refused with %s", (_, bytes) => {
    expect(() => configFromBlock(bytes)).toThrow(expect.objectContaining({ code: "FABRIC_BLOCK_INVALID" }) as Error);
  });
});

describe.skipIf(configtxgen === undefined || configtxlator === undefined)(
  `Fabric's tools${withoutTools(configtxgen, configtxlator)}`,
  () => {
    it.each(["etcdraft", "BFT"] as const)("read our genesis block for %s", (type) =>
      inFolder((folder) => {
        const file = path.join(folder, "genesis.block");
        writeFileSync(file, createGenesisBlock(channelSpec(organizations, type)));
        const env = { FABRIC_CFG_PATH: folder };
        writeFileSync(path.join(folder, "configtx.yaml"), "Profiles: {}\n");
        const text = runTool(configtxgen, ["-inspectBlock", file], { env }).toString();
        const inspected = JSON.parse(text) as {
          data: {
            data: Array<{
              payload: { data: { config: { channel_group: { groups: Record<string, { values: Record<string, unknown> }> } } } };
            }>;
          };
        };
        const { groups } = first(inspected.data.data).payload.data.config.channel_group;
        expect(groups["Orderer"]?.values["ConsensusType"]).toMatchObject({ value: { type } });
        expect(Object.keys(groups)).toEqual(["Application", "Orderer"]);
      }),
    );

    it("turn our configuration into JSON and back into the same", () =>
      inFolder((folder) => {
        const { config } = configFromBlock(createGenesisBlock(spec));
        const bytes = path.join(folder, "config.pb");
        const json = path.join(folder, "config.json");
        const again = path.join(folder, "again.pb");
        writeFileSync(bytes, toBinary(common.ConfigSchema, config));
        runTool(configtxlator, ["proto_decode", "--type", "common.Config", "--input", bytes, "--output", json]);
        const encoded = runTool(configtxlator, ["proto_encode", "--type", "common.Config", "--input", json, "--output", again]);
        expect(encoded.toString()).toBe("");
        expect(fromBinary(common.ConfigSchema, new Uint8Array(readFileSync(again)))).toEqual(config);
      }));
  },
);
