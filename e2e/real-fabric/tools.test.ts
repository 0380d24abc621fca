// What @heddle/fabric makes, against what Fabric's own offline tools make of the same.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { clone, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { computeConfigUpdate, configFromBlock, createGenesisBlock } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readVector, vectorNames } from "../../packages/devnet/test/support/vectors.ts";
import { addRevocation, groupAt, setMaxMessages, setMetaRule } from "./record/recordings/config.ts";
import { configtxgenBlock, type ChannelOptions } from "./support/configtx.ts";
import { createConsortium, type Consortium } from "./support/consortium.ts";
import { channelSpec } from "./support/spec.ts";
import { runTool, skipped, whyNoFabric } from "./support/tools.ts";

const reason = whyNoFabric(["configtxgen", "configtxlator"]);

describe.skipIf(reason !== undefined)(`Fabric's offline tools${skipped(reason)}`, () => {
  let folder: string;
  let files = 0;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "heddle-tools-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (bytes: Uint8Array | string): string => {
    files += 1;
    const file = path.join(folder, `file${files}`);
    writeFileSync(file, bytes);
    return file;
  };
  /** A message as configtxlator shows it. */
  const decode = async (type: string, bytes: Uint8Array): Promise<unknown> => {
    const output = write("");
    await runTool("configtxlator", ["proto_decode", "--type", type, "--input", write(bytes), "--output", output]);
    return JSON.parse(readFileSync(output, "utf8"));
  };
  const encode = async (type: string, json: unknown): Promise<Uint8Array> => {
    const output = write("");
    await runTool("configtxlator", ["proto_encode", "--type", type, "--input", write(JSON.stringify(json)), "--output", output]);
    return readFileSync(output);
  };
  const configOf = (block: Uint8Array): common.Config => configFromBlock(block).config;
  const bytesOf = (config: common.Config): Uint8Array => toBinary(common.ConfigSchema, config);

  describe("a genesis block has the configuration that configtxgen makes of the same", () => {
    const options: ChannelOptions[] = [
      { type: "etcdraft", capability: "V2_0" },
      { type: "etcdraft", capability: "V3_0" },
      { type: "BFT", capability: "V3_0" },
    ];

    it.each(options)("$type, $capability", async (channel) => {
      const consortium = await createConsortium(path.join(folder, `${channel.type}${channel.capability}`), { orderers: 4 });
      withoutRoleCertificates(consortium);
      const theirs = await configtxgenBlock(consortium, { ...channel, sampleConsensus: true });
      const own = createGenesisBlock(channelSpec(consortium, channel));
      const [expected, made] = await Promise.all([theirs, own].map((block) => decode("common.Config", bytesOf(configOf(block)))));
      expect(made).toEqual(expected);
      expect(JSON.stringify(made).length).toBeGreaterThan(10_000);
      const frames = await Promise.all([theirs, own].map((block) => decode("common.Block", block)));
      const [frame, ownFrame] = frames.map((block) => {
        const { header, metadata } = block as { header: Record<string, unknown>; metadata: unknown };
        return { number: header["number"], previous: header["previous_hash"], metadata };
      });
      expect(ownFrame).toEqual(frame);
      expect(frame?.metadata).toBeDefined();
    });
  });

  describe("messages go through configtxlator and come back the same", () => {
    it.each(vectorNames)("the configurations of %s", async (name) => {
      const vector = readVector(name);
      const configs = vector.blocks.filter((_, number) => isConfig(vector.transactions, number)).map(configOf);
      expect(configs.length).toBeGreaterThan(0);
      for (const config of configs) {
        const back = await encode("common.Config", await decode("common.Config", bytesOf(config)));
        expect(equals(common.ConfigSchema, fromBinary(common.ConfigSchema, back), config)).toBe(true);
      }
    });

    it("whole blocks", async () => {
      const { blocks } = readVector("lifecycle-and-conflicts");
      // An approval, a definition, an invocation, a conflict, a range, an event.
      for (const number of [1, 5, 8, 17, 21, 53]) {
        const bytes = blocks[number] ?? new Uint8Array();
        const back = await encode("common.Block", await decode("common.Block", bytes));
        expect(
          equals(common.BlockSchema, fromBinary(common.BlockSchema, back), fromBinary(common.BlockSchema, bytes)),
          `block ${number}`,
        ).toBe(true);
      }
    });
  });

  describe("a configuration update is the one that configtxlator computes", () => {
    let consortium: Consortium;
    let original: common.Config;

    beforeAll(async () => {
      consortium = await createConsortium(path.join(folder, "updates"));
      original = configOf(createGenesisBlock(channelSpec(consortium)));
    });

    const anchors = (root: common.ConfigGroup, ...ports: number[]): void => {
      const value = groupAt(root, "Application", "Org1").values["AnchorPeers"];
      if (value === undefined) throw new Error("no AnchorPeers");
      const anchorPeers = ports.map((port) => ({ host: "127.0.0.1", port, $typeName: "protos.AnchorPeer" as const }));
      value.value = toBinary(peer.AnchorPeersSchema, { $typeName: "protos.AnchorPeers", anchorPeers });
    };

    it.each<[string, (root: common.ConfigGroup) => void]>([
      ["a value", (root) => setMaxMessages(root, 7)],
      ["a value deep down", (root) => anchors(root, 1, 2)],
      ["a policy", (root) => setMetaRule(groupAt(root, "Application"), "Endorsement", "ANY")],
      ["a policy at the top", (root) => setMetaRule(root, "Readers", "ALL")],
      ["an MSP", (root) => addRevocation(groupAt(root, "Application", "Org2"), "list")],
      ["several of them", (root) => [setMaxMessages(root, 9), anchors(root), setMetaRule(groupAt(root, "Orderer"), "Writers", "ALL")]],
      ["a value taken away", (root) => delete groupAt(root, "Application", "Org1").values["AnchorPeers"]],
      ["a policy taken away", (root) => delete groupAt(root, "Application").policies["LifecycleEndorsement"]],
      ["a policy added", (root) => void (root.policies["More"] = clone(common.ConfigPolicySchema, policyOf(root)))],
      ["an organisation taken away", (root) => delete groupAt(root, "Application").groups["Org2"]],
      [
        "an organisation added",
        (root) =>
          void (groupAt(root, "Application").groups["Org3"] = clone(common.ConfigGroupSchema, groupAt(root, "Application", "Org1"))),
      ],
      [
        "an organisation replaced under another name",
        (root) => {
          const { groups } = groupAt(root, "Application");
          groups["Org4"] = clone(common.ConfigGroupSchema, groupAt(root, "Application", "Org2"));
          delete groups["Org2"];
        },
      ],
      ["who may change a group", (root) => void (groupAt(root, "Application", "Org1").modPolicy = "/Channel/Application/Admins")],
      ["who may change a value", (root) => void (valueOf(root).modPolicy = "/Channel/Admins")],
      ["the version of a group, which is not for clients to say", (root) => [setMaxMessages(root, 3), void (root.version = 5n)]],
    ])("%s", async (_what, change) => {
      const updated = clone(common.ConfigSchema, original);
      change(updated.channelGroup ?? groupAt(original.channelGroup as common.ConfigGroup));
      const output = write("");
      const [from, to] = [original, updated].map((config) => write(bytesOf(config)));
      const args = ["compute_update", "--channel_id", "trade", "--original", from ?? "", "--updated", to ?? "", "--output", output];
      await runTool("configtxlator", args);
      const theirs = fromBinary(common.ConfigUpdateSchema, readFileSync(output));
      const own = computeConfigUpdate("trade", original, updated);
      expect(await decode("common.ConfigUpdate", toBinary(common.ConfigUpdateSchema, own))).toEqual(
        await decode("common.ConfigUpdate", toBinary(common.ConfigUpdateSchema, theirs)),
      );
      expect(equals(common.ConfigUpdateSchema, own, theirs)).toBe(true);
    });
  });
});

/** Leaves it to every CA of an MSP to issue roles, as a network of Heddle's does; cryptogen names one. */
function withoutRoleCertificates({ orderer, organizations }: Consortium): void {
  for (const { folder } of [orderer, ...organizations]) {
    const file = path.join(folder, "msp", "config.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/^ *Certificate:.*\n/gmu, ""));
  }
}

function isConfig(transactions: readonly { readonly block: number; readonly what: string }[], number: number): boolean {
  return transactions.some(({ block, what }) => block === number && what === "a configuration");
}

function policyOf(root: common.ConfigGroup): common.ConfigPolicy {
  const policy = root.policies["Readers"];
  if (policy === undefined) throw new Error("no Readers");
  return policy;
}

function valueOf(root: common.ConfigGroup): common.ConfigValue {
  const value = root.values["Capabilities"];
  if (value === undefined) throw new Error("no Capabilities");
  return value;
}
