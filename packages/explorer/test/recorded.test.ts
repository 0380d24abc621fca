import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { common, peer } from "@heddle/fabric/wire";
import type { IndexedChannel, Store } from "@heddle/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChannelLedger } from "../../devnet/src/ledger/ledger.ts";
import { ordererBlock, readVector, vectorNames, type Vector } from "../../devnet/test/support/vectors.ts";
import { followChannel } from "../src/index/follower.ts";
import { openTestStore, recordedSource, silent } from "./support/source.ts";

let store: Store;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ store, close } = await openTestStore());
});
afterEach(() => close());

/** Indexes blocks until there are so many. */
async function index(vector: Vector, blocks: readonly Uint8Array[], until = blocks.length): Promise<IndexedChannel> {
  const stop = new AbortController();
  const channel = { network: "test", channel: vector.channel };
  const moved = (next: number): void => {
    if (next >= until) stop.abort();
  };
  await followChannel({ channel, source: recordedSource(blocks), index: store.explorer, log: silent, moved }, stop.signal);
  return opened(vector);
}

async function opened(vector: Vector): Promise<IndexedChannel> {
  const found = await store.explorer.open("test", vector.channel);
  if (found === undefined) throw new Error("there is no index");
  return found;
}

/** Everything that the index says of a channel. */
async function contentOf({ id, next }: IndexedChannel) {
  const { explorer } = store;
  return { blocks: await explorer.blocks(id, undefined, next), transactions: await explorer.transactions(id, { limit: 10_000 }) };
}

describe.each(vectorNames)("the recorded channel %s", (name) => {
  const vector = readVector(name);

  it("is indexed with the codes that the real peer gave, and verified", async () => {
    const channel = await index(vector, vector.blocks);
    expect(channel).toMatchObject({ next: vector.blocks.length, problem: undefined });
    const transactions = await store.explorer.transactions(channel.id, { limit: 10_000 });
    const codes = transactions
      .toReversed()
      .map(({ block, index: position, code }) => ({ block, index: position, code: peer.TxValidationCode[code] }));
    expect(codes).toEqual(vector.transactions.map(({ block, index: position, code }) => ({ block, index: position, code })));
    expect(channel.transactions).toBe(vector.transactions.length);
    expect(channel.invalid).toBe(vector.transactions.filter(({ code }) => code !== "VALID").length);
    expect((await store.explorer.blocks(channel.id, undefined, 1000)).every(({ verified }) => verified)).toBe(true);
  });

  it("has the state that a peer's own ledger comes to", async () => {
    const [genesis = new Uint8Array()] = vector.blocks;
    const ledger = ChannelLedger.create({ channelId: vector.channel, store: { kind: "memory" } }, ordererBlock(genesis));
    for (const stored of vector.blocks.slice(1, vector.replayed)) ledger.commit(ordererBlock(stored));
    const channel = await index(vector, vector.blocks.slice(0, vector.replayed));
    const namespaces = ["_lifecycle", ...(await store.explorer.terms(channel.id, "chaincode", "", 100))];
    const view = ledger.view();
    let keys = 0;
    for (const namespace of new Set(namespaces)) {
      const expected = [...view.range(namespace, "", "")].map(({ key, entry }) => [key, Buffer.from(entry.value).toString("hex")]);
      const query = { after: Buffer.alloc(0), prefix: Buffer.alloc(0), at: channel.next, limit: 100_000 };
      const { rows: found } = await store.explorer.state(channel.id, namespace, query);
      expect(found.map(({ key, value }) => [Buffer.from(key).toString("utf8"), Buffer.from(value).toString("hex")])).toEqual(expected);
      keys += expected.length;
    }
    view.close();
    ledger.close();
    expect(keys).toBeGreaterThan(0);
  });
});

describe("an index", () => {
  const vector = readVector("lifecycle-and-conflicts");

  it("goes on where it stopped, with the same content as in one go", async () => {
    for (const until of [1, 5, 40, vector.blocks.length]) await index(vector, vector.blocks.slice(0, until));
    const inParts = await contentOf(await opened(vector));
    await close();
    ({ store, close } = await openTestStore());
    expect(inParts).toEqual(await contentOf(await index(vector, vector.blocks)));
  });

  it("begins anew when the channel was taken back", async () => {
    await index(vector, vector.blocks);
    const short = await index(vector, vector.blocks.slice(0, 20));
    expect(short).toMatchObject({ next: 20, problem: undefined });
    expect((await contentOf(short)).blocks.length).toBe(20);
  });

  const damaged = (change: (block: common.Block) => void): Uint8Array[] =>
    vector.blocks.map((bytes, number) => {
      if (number !== 7) return bytes;
      const block = fromBinary(common.BlockSchema, bytes);
      change(block);
      return toBinary(common.BlockSchema, block);
    });

  it.each([
    ["a changed transaction", (block: common.Block) => void block.data?.data[0]?.fill(0xaa, 40, 60), [7]],
    ["a wrong signature", (block: common.Block) => void block.metadata?.metadata[0]?.reverse(), [7]],
    ["no signature", (block: common.Block) => void (block.metadata?.metadata ?? []).splice(0), [7]],
    // The next block no longer follows.
    ["another header", (block: common.Block) => void (block.header?.dataHash ?? new Uint8Array()).fill(1), [7, 8]],
  ] satisfies [string, (block: common.Block) => void, number[]][])(
    "says which blocks are wrong where one has %s, and goes on",
    async (_, change, wrong) => {
      const channel = await index(vector, damaged(change));
      expect(channel.next).toBe(vector.blocks.length);
      expect(channel.problem).toMatch(/^block 7: /);
      const blocks = await store.explorer.blocks(channel.id, undefined, 1000);
      expect(
        blocks
          .filter(({ verified }) => !verified)
          .map(({ number }) => number)
          .toReversed(),
      ).toEqual(wrong);
    },
  );
});
