import { fromBinary } from "@bufbuild/protobuf";
import { ChannelBundle, configFromBlock } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readVector, vectorNames, type Vector } from "../../devnet/test/support/vectors.ts";
import { decodeTransaction } from "../src/decode/transaction.ts";
import { wordsOf } from "../src/decode/words.ts";
import { configDifference, configTree, readTransaction, viewBytes, type ConfigElement } from "../src/index.ts";

const decoded = (vector: Vector): common.Block[] => vector.blocks.map((bytes) => fromBinary(common.BlockSchema, bytes));

function configOf(block: common.Block): common.ConfigGroup {
  const { channelGroup } = configFromBlock(block).config;
  if (channelGroup === undefined) throw new Error("there is no configuration");
  return channelGroup;
}

function isConfig(block: common.Block): boolean {
  return decodeTransaction(block.data?.data[0] ?? new Uint8Array()).kind === "config";
}

describe("a transaction in full", () => {
  it.each(vectorNames)("of %s: valid ones have valid endorsers, arguments and sets", (name) => {
    const vector = readVector(name);
    const blocks = decoded(vector);
    let bundle: ChannelBundle | undefined;
    let [seen, endorsers, called] = [0, 0, 0];
    const compared: [string[], string[]][] = [];
    for (const block of blocks) {
      if (isConfig(block)) bundle = ChannelBundle.fromConfig(vector.channel, configFromBlock(block).config);
      if (bundle === undefined) throw new Error("the channel does not begin with its configuration");
      for (const [index, envelope] of (block.data?.data ?? []).entries()) {
        const content = readTransaction(envelope, bundle);
        expect(content.envelopeBytes).toBe(envelope.length);
        const { kind, writes } = decodeTransaction(envelope);
        const code = vector.transactions.find((one) => one.block === Number(block.header?.number) && one.index === index)?.code;
        if (kind !== "endorser" || code !== "VALID") continue;
        seen += 1;
        endorsers += content.endorsers.filter(({ valid }) => valid).length;
        called += content.arguments.length;
        // The narrow reader of the index and the full one see the same writes, but for keys that stand there twice.
        const full = content.sets.flatMap(({ namespace, writes: all }) =>
          all.map(({ key, delete: gone }) => `${namespace} ${key} ${gone}`),
        );
        const narrow = writes.map(({ namespace, key, value }) => `${namespace} ${Buffer.from(key).toString()} ${value === undefined}`);
        const names = full.map((text) => text.slice(0, text.lastIndexOf(" ")));
        if (new Set(names).size === names.length) compared.push([narrow, full.toSorted()]);
      }
    }
    expect(seen).toBeGreaterThan(3);
    expect(compared.map(([narrow]) => narrow.toSorted())).toEqual(compared.map(([, full]) => full));
    // Those made by hand have less than a client would send; the lifecycle's are whole everywhere.
    expect(endorsers).toBeGreaterThan(seen / 2);
    expect(called).toBeGreaterThan(5);
  });

  it("says who endorsed, and whether the signature is right", () => {
    const vector = readVector("lifecycle-and-conflicts");
    const blocks = decoded(vector);
    const bundle = ChannelBundle.fromConfig(vector.channel, configFromBlock(blocks[0] ?? new Uint8Array()).config);
    const envelope = blocks
      .flatMap((block) => block.data?.data ?? [])
      .find((bytes) => readTransaction(bytes, bundle).endorsers.length === 2);
    const content = readTransaction(envelope ?? new Uint8Array(), bundle);
    expect(content.endorsers.map(({ mspId, valid }) => `${mspId} ${valid}`).toSorted()).toEqual(["Org1MSP true", "Org2MSP true"]);
    expect(content.response?.status).toBe(200);
    const stranger = ChannelBundle.fromConfig("bft", configFromBlock(decoded(readVector("bft-ordering"))[0] ?? new Uint8Array()).config);
    expect(readTransaction(envelope ?? new Uint8Array(), stranger).endorsers.map(({ valid }) => valid)).toEqual([false, false]);
  });

  it("is read from damaged bytes without an error", () => {
    const vector = readVector("private-collections");
    const blocks = decoded(vector);
    const bundle = ChannelBundle.fromConfig(vector.channel, configFromBlock(blocks[0] ?? new Uint8Array()).config);
    const envelopes = blocks.flatMap((block) => block.data?.data ?? []);
    const damage = fc.record({
      envelope: fc.constantFrom(...envelopes),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      flips: fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 255 })), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(damage, ({ envelope, cut, flips }) => {
        const bytes = Uint8Array.from(envelope.subarray(0, Math.ceil(envelope.length * cut)));
        for (const [place, mask] of flips) {
          const at = Math.floor(place * bytes.length);
          if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ mask;
        }
        expect(decodeTransaction(bytes).writes).toBeInstanceOf(Array);
        expect(readTransaction(bytes, bundle).envelopeBytes).toBe(bytes.length);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});

describe("a configuration", () => {
  const find = (element: ConfigElement, ...names: string[]): ConfigElement | undefined =>
    names.reduce<ConfigElement | undefined>((at, name) => at?.children?.find((child) => child.name === name), element);

  it.each(vectorNames)("of %s is read whole: no value is left as bytes", (name) => {
    const root = configTree(configOf(decoded(readVector(name))[0] ?? fromBinary(common.BlockSchema, new Uint8Array())));
    const all = (element: ConfigElement): ConfigElement[] => [element, ...(element.children ?? []).flatMap(all)];
    const values = all(root).filter(({ kind }) => kind === "value");
    const unread = values
      .filter(({ value }) => typeof value === "object" && value !== null && "base64" in value)
      .map(({ name: own }) => own);
    const policies = all(root).filter(({ kind }) => kind === "policy");
    expect(unread).toEqual([]);
    expect(policies.filter(({ value }) => String(value).includes("unreadable"))).toEqual([]);
    expect(policies.length).toBeGreaterThan(5);
    expect(values.length).toBeGreaterThan(5);
    expect(find(root, "Application", "Admins")?.value).toBe("MAJORITY Admins");
    expect(find(root, "Orderer", "BatchSize")?.value).toHaveProperty("maxMessageCount");
  });

  it("names consenters of BFT", () => {
    const root = configTree(configOf(decoded(readVector("bft-ordering"))[0] ?? fromBinary(common.BlockSchema, new Uint8Array())));
    expect(find(root, "Orderer", "ConsensusType")?.value).toMatchObject({ type: "BFT" });
    expect(find(root, "Orderer", "Orderers")?.value).toHaveLength(4);
  });

  it("is compared in words, and with itself has no difference", () => {
    const vector = readVector("lifecycle-and-conflicts");
    const configs = decoded(vector)
      .filter(isConfig)
      .map((block) => configTree(configOf(block)));
    expect(configs.length).toBeGreaterThan(1);
    const [first, ...later] = configs;
    if (first === undefined) throw new Error("there is no configuration");
    expect(configDifference(first, first)).toEqual([]);
    const summaries = later
      .flatMap((config, index) => configDifference(configs[index] ?? first, config))
      .map(({ path, summary }) => `${path}: ${summary}`);
    expect(summaries).toMatchInlineSnapshot(`
      [
        "Channel/Orderer/BatchSize: Batch size of Orderer: max message count 100 → 40",
        "Channel/Application/Endorsement: Policy Endorsement of Application: MAJORITY Endorsement → ANY Endorsement",
        "Channel/Application/Endorsement: Policy Endorsement of Application: ANY Endorsement → ALL Endorsement",
        "Channel/Application/Org2/AnchorPeers: Anchor peers of Org2 are removed",
      ]
    `);
  });
});

describe("bytes and words", () => {
  it("are text only where they are", () => {
    expect(viewBytes(Buffer.from("héllo\u0000"))).toEqual({
      base64: Buffer.from("héllo\u0000").toString("base64"),
      text: "héllo\u0000",
      bytes: 7,
    });
    expect(viewBytes(Buffer.from([0xff, 0xfe]))).toEqual({ base64: "//4=", bytes: 2 });
    expect(viewBytes(Buffer.from([1, 2]))).not.toHaveProperty("text");
  });

  it("are split at everything that is neither letter nor digit", () => {
    expect([...wordsOf('{"id":"LOT-001","temp":-4.5,"name":"Käse 漢字"}')]).toEqual([
      "id",
      "lot",
      "001",
      "temp",
      "4",
      "5",
      "name",
      "käse",
      "漢字",
    ]);
  });
});
