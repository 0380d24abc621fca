import { expect, it } from "vitest";
import { isHeddleError } from "@heddle/network";
import type { IndexBatch, IndexedBlock, IndexedTransaction, Store } from "../../src/index.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const hash = (number: number): Buffer => Buffer.alloc(32, number + 1);

function block(number: number, transactions = 1, invalid = 0): IndexedBlock {
  return {
    number,
    hash: hash(number),
    previousHash: number === 0 ? Buffer.alloc(0) : hash(number - 1),
    dataHash: hash(100 + number),
    transactions,
    invalid,
    bytes: 1000,
    kind: number === 0 ? "config" : "transactions",
    at: new Date(1_800_000_000_000 + number * 1000),
    firstAt: new Date(1_800_000_000_000 + number * 1000),
    orderer: "OrdererMSP/orderer0",
    signatures: 1,
    verified: true,
  };
}

function transaction(number: number, index: number, change: Partial<IndexedTransaction> = {}): IndexedTransaction {
  return {
    block: number,
    index,
    id: `${number}${index}${"ab".repeat(31)}`,
    at: new Date(1_800_000_000_000 + number * 1000 + index),
    kind: "endorser",
    code: 0,
    chaincode: "basic",
    function: "put",
    creator: "Org1MSP/app",
    ...change,
  };
}

const empty: Omit<IndexBatch, "blocks"> = { transactions: [], writes: [], texts: [], problem: undefined };

/** What the explorer's index promises, on either database. */
export function explorerSuite(open: () => Store, fresh: () => string): void {
  const begin = async () => {
    const store = open();
    const network = fresh();
    await store.networks.insert({ name: network, spec: {}, runtime: "embedded", state: "ready" });
    const channel = await store.explorer.open(network, "main");
    if (channel === undefined) throw new Error("the index was not begun");
    return { store, network, channel, explorer: store.explorer };
  };

  it("begins an index for a network that is there, and finds it again", async () => {
    const { store, network, channel, explorer } = await begin();
    expect(channel).toMatchObject({ network, channel: "main", next: 0, transactions: 0, problem: undefined });
    expect((await explorer.open(network, "main"))?.id).toBe(channel.id);
    expect(await explorer.open(fresh(), "main")).toBeUndefined();
    await store.networks.delete(network);
  });

  it("removes a channel with all that belongs to it, and no other", async () => {
    const { store, network, channel, explorer } = await begin();
    const other = await explorer.open(network, "other");
    if (other === undefined) throw new Error("the index was not begun");
    const batch: IndexBatch = {
      ...empty,
      blocks: [block(0)],
      transactions: [transaction(0, 0)],
      texts: [{ block: 0, index: 0, words: "apple" }],
    };
    for (const { id } of [channel, other]) await explorer.append({ id, next: 0 }, batch);
    await explorer.remove(network, "main");
    await explorer.remove(network, "main");
    expect((await explorer.channels(network)).map((one) => one.channel)).toEqual(["other"]);
    expect(await explorer.blocks(channel.id, undefined, 10)).toEqual([]);
    expect(await explorer.texts(channel.id, ["apple"], 10)).toEqual([]);
    expect(await explorer.texts(other.id, ["apple"], 10)).toHaveLength(1);
    await expect(explorer.append({ id: channel.id, next: 1 }, { ...batch, blocks: [block(1)] })).rejects.toMatchObject({
      code: "STORE_INDEX_MOVED",
    });
    expect(await explorer.open(network, "main")).toMatchObject({ next: 0, transactions: 0 });
    await store.networks.delete(network);
  });

  it("moves on with all that belongs to a block, or not at all", async () => {
    const { store, network, channel, explorer } = await begin();
    const batch = {
      ...empty,
      blocks: [block(0), block(1, 2, 1)],
      transactions: [
        transaction(0, 0, { kind: "config", chaincode: undefined, function: undefined }),
        transaction(1, 0),
        transaction(1, 1, { code: 11 }),
      ],
      writes: [{ block: 1, index: 0, namespace: "basic", key: bytes("a"), value: bytes("1") }],
      texts: [{ block: 1, index: 0, words: "hello world" }],
    };
    await explorer.append(channel, batch);
    const now = await explorer.open(network, "main");
    expect(now).toMatchObject({ next: 2, transactions: 3, invalid: 1 });
    expect(hash(1).equals(now?.tipHash ?? Buffer.alloc(0))).toBe(true);
    // Another server that is still at the beginning.
    const refused = await explorer.append(channel, { ...empty, blocks: [block(0)] }).catch((error: unknown) => error);
    expect(isHeddleError(refused) ? refused.code : refused).toBe("STORE_INDEX_MOVED");
    // A row that cannot be: the whole batch is void.
    const moved = await explorer.open(network, "main");
    const twice = { ...empty, blocks: [block(2), block(2)] };
    await expect(explorer.append({ id: channel.id, next: 2 }, twice)).rejects.toThrow(/unique/i);
    expect(await explorer.open(network, "main")).toEqual(moved);
    expect(await explorer.block(channel.id, 2)).toBeUndefined();
    await store.networks.delete(network);
  });

  it("lists blocks and transactions newest first, and filters", async () => {
    const { store, network, channel, explorer } = await begin();
    const { id } = channel;
    const transactions = [0, 1, 2, 3].flatMap((number) => [
      transaction(number, 0, { creator: number % 2 === 0 ? "Org1MSP/app" : "Org2MSP/app" }),
      transaction(number, 1, { code: number === 3 ? 11 : 0, chaincode: number === 2 ? "other" : "basic" }),
    ]);
    await explorer.append(channel, { ...empty, blocks: [0, 1, 2, 3].map((number) => block(number, 2)), transactions });
    expect((await explorer.blocks(id, undefined, 2)).map(({ number }) => number)).toEqual([3, 2]);
    expect((await explorer.blocks(id, 2, 5)).map(({ number }) => number)).toEqual([1, 0]);
    expect((await explorer.blocksAfter(id, 1, 5)).map(({ number }) => number)).toEqual([2, 3]);
    expect(await explorer.blockByHash(id, hash(2))).toMatchObject({ number: 2, kind: "transactions", verified: true, at: block(2).at });
    expect(await explorer.configBlocks(id)).toEqual([0]);
    const places = async (filter: Partial<Parameters<typeof explorer.transactions>[1]>): Promise<string[]> =>
      (await explorer.transactions(id, { limit: 50, ...filter })).map(({ block: number, index }) => `${number}:${index}`);
    expect(await places({ limit: 3 })).toEqual(["3:1", "3:0", "2:1"]);
    expect(await places({ before: { block: 2, index: 1 }, limit: 2 })).toEqual(["2:0", "1:1"]);
    expect(await places({ chaincode: "other" })).toEqual(["2:1"]);
    expect(await places({ chaincode: "unknown" })).toEqual([]);
    expect(await places({ creator: "Org2MSP" })).toEqual(["3:0", "1:0"]);
    expect(await places({ creator: "Org2MSP/app", code: 0 })).toEqual(["3:0", "1:0"]);
    expect(await places({ code: 11 })).toEqual(["3:1"]);
    expect(await places({ from: block(1).at, to: block(2).at })).toEqual(["2:0", "1:1", "1:0"]);
    expect((await explorer.transactionsOf(id, 2)).map(({ chaincode }) => chaincode)).toEqual(["basic", "other"]);
    const one = transaction(1, 1);
    expect(await explorer.transaction(id, one.id)).toEqual(one);
    expect((await explorer.transactionsByPrefix(id, one.id.slice(0, 6), 5)).map((found) => found.id)).toEqual([one.id]);
    expect(await explorer.terms(id, "creator", "org2", 5)).toEqual(["Org2MSP/app"]);
    expect(await explorer.terms(id, "chaincode", "%", 5)).toEqual([]);
    await store.networks.delete(network);
  });

  it("knows the state as of any block and the history of a key, in the order of bytes", async () => {
    const { store, network, channel, explorer } = await begin();
    const { id } = channel;
    const composite = Buffer.from("\u0000lot\u0000a\u0000");
    const wide = Buffer.from("\u{1D49C}");
    const narrow = Buffer.from("\uFF71");
    const write = (number: number, key: Uint8Array, value: string | undefined) => ({
      block: number,
      index: 0,
      namespace: "basic",
      key,
      value: value === undefined ? undefined : bytes(value),
    });
    const writes = [
      write(1, bytes("a"), "1"),
      write(1, wide, "w"),
      write(1, narrow, "n"),
      write(1, composite, "c"),
      write(2, bytes("a"), "2"),
      write(3, bytes("a"), undefined),
    ];
    await explorer.append(channel, {
      ...empty,
      blocks: [0, 1, 2, 3].map((number) => block(number)),
      transactions: [1, 2, 3].map((number) => transaction(number, 0)),
      writes,
    });
    const state = async (at: number, query: { after?: Uint8Array; prefix?: Uint8Array; limit?: number } = {}) =>
      (await explorer.state(id, "basic", { after: Buffer.alloc(0), prefix: Buffer.alloc(0), limit: 10, at, ...query })).rows.map(
        ({ key, value }) => `${Buffer.from(key).toString("utf8")}=${Buffer.from(value).toString("utf8")}`,
      );
    const ordered = [`${composite.toString("utf8")}=c`, "a=1", "\uFF71=n", "\u{1D49C}=w"];
    expect(await state(1)).toEqual(ordered);
    expect(await state(2)).toEqual(ordered.map((one) => one.replace("a=1", "a=2")));
    expect(await state(3)).toEqual(ordered.filter((one) => one !== "a=1"));
    expect(await state(0)).toEqual([]);
    expect(await state(1, { limit: 2 })).toEqual(ordered.slice(0, 2));
    expect(await state(1, { after: bytes("a") })).toEqual(ordered.slice(2));
    expect(await state(1, { prefix: bytes("\u0000lot") })).toEqual(ordered.slice(0, 1));
    expect(await state(1, { prefix: bytes("b") })).toEqual([]);
    const history = await explorer.history(id, "basic", bytes("a"), 10);
    expect(history.map(({ block: number, value }) => [number, value === undefined ? undefined : Buffer.from(value).toString()])).toEqual([
      [3, undefined],
      [2, "2"],
      [1, "1"],
    ]);
    expect(history[0]).toMatchObject({ id: transaction(3, 0).id, at: transaction(3, 0).at });
    expect((await explorer.keys(id, bytes("a"), 5)).map(({ namespace, key }) => `${namespace} ${Buffer.from(key).toString()}`)).toEqual([
      "basic a",
    ]);
    expect((await explorer.writes(id, [{ block: 1, index: 0 }])).length).toBe(4);
    expect(
      (
        await explorer.writes(id, [
          { block: 2, index: 0 },
          { block: 3, index: 0 },
        ])
      ).map(({ block: number }) => number),
    ).toEqual([2, 3]);
    await store.networks.delete(network);
  });

  it("goes past many deleted keys, and stops at its limit", async () => {
    const { store, network, channel, explorer } = await begin();
    const keys = Array.from({ length: 300 }, (_, index) => bytes(`k${String(index).padStart(4, "0")}`));
    const put = keys.map((key) => ({ block: 1, index: 0, namespace: "basic", key, value: bytes("v") }));
    const gone = keys.slice(0, 290).map((key) => ({ block: 2, index: 0, namespace: "basic", key, value: undefined }));
    await explorer.append(channel, { ...empty, blocks: [block(0), block(1), block(2)], writes: [...put, ...gone] });
    const query = { after: Buffer.alloc(0), prefix: bytes("k"), at: 2, limit: 4 };
    const { rows: found, next } = await explorer.state(channel.id, "basic", query);
    expect(found.map(({ key }) => Buffer.from(key).toString())).toEqual(["k0290", "k0291", "k0292", "k0293"]);
    expect(Buffer.from(next ?? []).toString()).toBe("k0293");
    expect((await explorer.state(channel.id, "basic", { ...query, after: next ?? Buffer.alloc(0), limit: 20 })).next).toBeUndefined();
    await store.networks.delete(network);
  });

  it("passes over thousands of keys that a block did not have in portions, and names where to go on", async () => {
    const { store, network, channel, explorer } = await begin();
    const keys = Array.from({ length: 5000 }, (_, index) => bytes(`k${String(index).padStart(4, "0")}`));
    const writes = keys.map((key, index) => ({ block: index === 4999 ? 1 : 2, index: 0, namespace: "basic", key, value: bytes("v") }));
    await explorer.append(channel, { ...empty, blocks: [block(0), block(1), block(2)], writes });
    const found: string[] = [];
    let [after, pages]: [Uint8Array | undefined, number] = [Buffer.alloc(0), 0];
    while (after !== undefined) {
      const page = await explorer.state(channel.id, "basic", { after, prefix: Buffer.alloc(0), at: 1, limit: 10 });
      found.push(...page.rows.map(({ key }) => Buffer.from(key).toString()));
      [after, pages] = [page.next, pages + 1];
    }
    expect(found).toEqual(["k4999"]);
    expect(pages).toBeGreaterThan(1);
    await store.networks.delete(network);
  });

  it("keeps keys longer than an index takes, and finds them", async () => {
    const { store, network, channel, explorer } = await begin();
    const long = [bytes(`long${"x".repeat(5000)}a`), bytes(`long${"x".repeat(5000)}b`)];
    const writes = [...long, bytes("short")].map((key, index) => ({
      block: 1,
      index: 0,
      namespace: "basic",
      key,
      value: bytes(`${index}`),
    }));
    await explorer.append(channel, { ...empty, blocks: [block(0), block(1)], transactions: [transaction(1, 0)], writes });
    const query = { after: Buffer.alloc(0), prefix: Buffer.alloc(0), at: 1, limit: 10 };
    const { rows } = await explorer.state(channel.id, "basic", query);
    const text = (key: Uint8Array): string => Buffer.from(key).toString();
    expect(rows.map(({ key }) => text(key)).toSorted()).toEqual([...long, bytes("short")].map(text));
    expect(rows[0]?.id).toBe(transaction(1, 0).id);
    expect((await explorer.history(channel.id, "basic", long[1] ?? bytes(""), 10)).map(({ value }) => text(value ?? bytes("")))).toEqual([
      "1",
    ]);
    const after = await explorer.state(channel.id, "basic", { ...query, after: rows[0]?.key ?? bytes("") });
    expect(await explorer.keys(channel.id, bytes("longx"), 2)).toEqual(rows.slice(0, 2).map(({ key }) => ({ namespace: "basic", key })));
    expect(after.rows.length).toBe(2);
    expect((await explorer.writes(channel.id, [{ block: 1, index: 0 }])).map(({ key }) => text(key)).toSorted()).toEqual(
      [...long, bytes("short")].map(text),
    );
    await store.networks.delete(network);
  });

  it("finds the transactions of a time wherever their blocks stand", async () => {
    const { store, network, channel, explorer } = await begin();
    const minute = (count: number): Date => new Date(1_800_000_000_000 + count * 60_000);
    // Minutes of the blocks' transactions: block 4 holds one that is long behind, block 6 one without a time.
    const minutes: (readonly (number | undefined)[])[] = [[0], [10], [20, 19], [30], [40, 11], [50], [undefined], [60]];
    const known = minutes.map((ofBlock) => ofBlock.flatMap((one) => (one === undefined ? [] : [one])));
    await explorer.append(channel, {
      ...empty,
      blocks: known.map((ofBlock, number) => ({
        ...block(number, ofBlock.length),
        at: ofBlock.length === 0 ? undefined : minute(Math.max(...ofBlock)),
        firstAt: ofBlock.length === 0 ? undefined : minute(Math.min(...ofBlock)),
      })),
      transactions: minutes.flatMap((ofBlock, number) =>
        ofBlock.map((one, index) => transaction(number, index, { at: one === undefined ? undefined : minute(one) })),
      ),
    });
    const { id } = channel;
    const places = async (filter: Partial<Parameters<typeof explorer.transactions>[1]>): Promise<string[]> =>
      (await explorer.transactions(id, { limit: 50, ...filter })).map(({ block: number, index }) => `${number}:${index}`);
    const all = minutes.flatMap((ofBlock, number) => ofBlock.map((one, index) => ({ one, place: `${number}:${index}` }))).toReversed();
    for (const [from, to] of [
      [0, 60],
      [10, 12],
      [11, 20],
      [19, 19],
      [35, undefined],
      [undefined, 11],
      [61, 99],
      [12, 18],
      [30, 50],
    ] as const) {
      const expected = all.filter(({ one }) => one !== undefined && one >= (from ?? -1) && one <= (to ?? 1e9)).map(({ place }) => place);
      const filter = { from: from === undefined ? undefined : minute(from), to: to === undefined ? undefined : minute(to) };
      const found = await places(filter);
      expect(found, `${from} to ${to}`).toEqual(
        expected.toSorted((a, b) => Number(b.split(":")[0]) - Number(a.split(":")[0]) || Number(b.split(":")[1]) - Number(a.split(":")[1])),
      );
      expect(await places({ ...filter, chaincode: "basic" })).toEqual(found);
      expect(await places({ ...filter, limit: 1 })).toEqual(found.slice(0, 1));
    }
    await store.networks.delete(network);
  });

  it("keeps transactions that have no proper id", async () => {
    const { store, network, channel, explorer } = await begin();
    const ids = ["", "short", "\u0000 odd", "AB".repeat(32), "ab".repeat(32)];
    const transactions = ids.map((id, index) => transaction(1, index, { id }));
    await explorer.append(channel, { ...empty, blocks: [block(0), block(1, ids.length)], transactions });
    expect((await explorer.transactionsOf(channel.id, 1)).map(({ id }) => id)).toEqual(ids);
    for (const one of transactions) expect(await explorer.transaction(channel.id, one.id)).toEqual(one);
    expect((await explorer.transactionsByPrefix(channel.id, "abab", 9)).map(({ id }) => id)).toEqual(["ab".repeat(32)]);
    expect(await explorer.transactionsByPrefix(channel.id, "short", 9)).toEqual([]);
    await store.networks.delete(network);
  });

  it("finds words that stand together, the last by its beginning", async () => {
    const { store, network, channel, explorer } = await begin();
    const other = await begin();
    const texts = [
      { block: 1, index: 0, words: "apple farm ünï" },
      { block: 2, index: 0, words: "apple barn longwordthatgoeson" },
    ];
    const batch = {
      ...empty,
      blocks: [0, 1, 2].map((number) => block(number)),
      transactions: [transaction(1, 0), transaction(2, 0)],
      texts,
    };
    await explorer.append(channel, batch);
    await explorer.append(other.channel, batch);
    const found = async (...words: string[]): Promise<number[]> =>
      (await explorer.texts(channel.id, words, 10)).map(({ block: number }) => number);
    expect(await found("apple")).toEqual([2, 1]);
    expect(await found("apple", "ba")).toEqual([2]);
    expect(await found("ünï")).toEqual([1]);
    expect(await found("app", "farm")).toEqual([]);
    expect(await found("ap")).toEqual([2, 1]);
    expect(await found("longwordt")).toEqual([2]);
    // One letter is no beginning.
    expect(await found("a")).toEqual([]);
    await store.networks.delete(other.network);
    expect(await explorer.texts(other.channel.id, ["apple"], 10)).toEqual([]);
    expect(await found("apple")).toEqual([2, 1]);
    await explorer.clear(channel.id);
    expect(await found("apple")).toEqual([]);
    expect(await explorer.open(network, "main")).toMatchObject({ next: 0, transactions: 0 });
    await explorer.append({ id: channel.id, next: 0 }, batch);
    expect(await found("apple")).toEqual([2, 1]);
    await store.networks.delete(network);
  });
}
