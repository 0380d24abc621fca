import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type IndexBatch, type Store } from "../src/index.ts";
import { IndexWriter } from "../src/internal/index-writer.ts";
import { packRows, PackedReader } from "../src/internal/packed-rows.ts";
import { WriteLock } from "../src/internal/write-lock.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "heddle-index-writer-"));
  file = path.join(folder, "store.db");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("the thread did not start");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("packed rows", () => {
  it("come back as they were, whatever they hold", () => {
    const rows = [
      [null, 0, -1.5, Number.MAX_SAFE_INTEGER, (1n << 62n) + 1n],
      ["", "ünï 漢 🦊", "x".repeat(200_000), new Uint8Array(), new Uint8Array([0, 255, 7])],
    ];
    const { count, bytes } = packRows(rows);
    expect(count).toBe(2);
    const reader = new PackedReader(bytes);
    expect([reader.take(5), reader.take(5).map((value) => (value instanceof Uint8Array ? new Uint8Array(value) : value))]).toEqual(rows);
    expect(() => reader.take(1)).toThrow(RangeError);
  });
});

describe("an index writer", () => {
  const guard = { sql: "update counter set n = n + 1 where n = ?", parameters: [0] };
  const words = (...rows: readonly (readonly [number, string])[]) => ({ table: "words", columns: ["id", "word"], rows });
  let database: DatabaseSync;
  let lock: WriteLock;
  let writer: IndexWriter;

  beforeEach(async () => {
    database = new DatabaseSync(file);
    database.exec(
      "create table counter (n integer); insert into counter values (0); create table words (id integer primary key, word text)",
    );
    lock = new WriteLock();
    writer = new IndexWriter(file, lock);
    await until(() => writer.ready());
  });

  afterEach(async () => {
    await writer.close();
    database.close();
  });

  const state = () => ({
    n: database.prepare("select n from counter").get()?.["n"],
    words: database.prepare("select count(*) as c from words").get()?.["c"],
  });

  it("writes all rows, or none where the guard changes nothing", async () => {
    const rows = Array.from({ length: 300 }, (_, id) => [id, `word ${id}`] as const);
    expect(await writer.write(guard, [words(...rows)])).toBe(true);
    expect(state()).toEqual({ n: 1, words: 300 });
    expect(await writer.write(guard, [words([1000, "late"])])).toBe(false);
    expect(state()).toEqual({ n: 1, words: 300 });
  });

  it("writes nothing where one row does not fit, and goes on with the next", async () => {
    await expect(writer.write(guard, [words([1, "one"], [1, "again"])])).rejects.toThrow(/UNIQUE/);
    expect(state()).toEqual({ n: 0, words: 0 });
    expect(await writer.write(guard, [words([1, "one"])])).toBe(true);
  });

  it("waits for its turn, and ends after what it was given", async () => {
    const release = await lock.acquire();
    const written = writer.write(guard, [words([1, "one"])]);
    const closed = writer.close();
    expect(state()).toEqual({ n: 0, words: 0 });
    release();
    expect(await written).toBe(true);
    await closed;
    expect(state()).toEqual({ n: 1, words: 1 });
    expect(writer.ready()).toBe(false);
  });
});

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // Closed in the meantime.
    return undefined;
  }
}

/** A batch of blocks of ten transactions. */
function batchOf(first: number, blocks: number): IndexBatch {
  const numbers = Array.from({ length: blocks }, (_, index) => first + index);
  const places = numbers.flatMap((block) => Array.from({ length: 10 }, (_, index) => ({ block, index })));
  const timeOf = (block: number): Date => new Date(1_700_000_000_000 + block * 1000);
  return {
    blocks: numbers.map((number) => ({
      number,
      hash: Buffer.alloc(32, number),
      previousHash: Buffer.alloc(32, number - 1),
      dataHash: Buffer.alloc(32, 7),
      transactions: 10,
      invalid: 0,
      bytes: 1000,
      kind: "transactions",
      at: timeOf(number),
      firstAt: timeOf(number),
      orderer: undefined,
      signatures: 1,
      verified: true,
    })),
    transactions: places.map(({ block, index }) => ({
      block,
      index,
      id: (block * 10 + index).toString(16).padStart(64, "0"),
      at: timeOf(block),
      kind: "endorser",
      code: 0,
      chaincode: `cc${index % 3}`,
      function: "put",
      creator: "Org1MSP/app",
    })),
    writes: places.map((place) => ({
      ...place,
      namespace: "cc",
      key: Buffer.from(`key ${place.index}`),
      value: Buffer.from(`${place.block}`),
    })),
    texts: places.map((place) => ({ ...place, words: `word${place.block} common` })),
    problem: undefined,
  };
}

describe("an index written by a thread", () => {
  let store: Store;

  beforeEach(async () => {
    store = await openStore({ url: `sqlite:${file}` });
    await store.networks.insert({ name: "net", spec: {}, runtime: "embedded", state: "ready" });
  });

  afterEach(() => store.close());

  /** Blocks of ten transactions that are worth handing over. */
  const LARGE = 20;
  const connections = (): number => readdirSync("/proc/self/fd").filter((fd) => linkOf(fd) === realpathSync(file)).length;

  /** Appends blocks in batches; what the index answers then. */
  async function fill(channel: string, size: number, total: number): Promise<unknown> {
    const { id } = (await store.explorer.open("net", channel)) ?? {};
    if (id === undefined) throw new Error("the index was not begun");
    for (let next = 0; next < total; next += size) {
      await store.explorer.append({ id, next }, batchOf(next, Math.min(size, total - next)));
      if (size >= LARGE) await until(() => connections() === 2);
    }
    const { id: _, channel: __, ...kept } = (await store.explorer.channels("net")).find((one) => one.channel === channel) ?? {};
    return {
      kept,
      blocks: await store.explorer.blocks(id, undefined, 1000),
      transactions: await store.explorer.transactions(id, { limit: 10_000 }),
      state: await store.explorer.state(id, "cc", { after: Buffer.alloc(0), prefix: Buffer.alloc(0), at: total, limit: 100 }),
      history: await store.explorer.history(id, "cc", Buffer.from("key 3"), 1000),
      found: [await store.explorer.texts(id, ["word77"], 100), await store.explorer.texts(id, ["comm"], 100)],
    };
  }

  it.skipIf(process.platform !== "linux")("is the same as one written in place, while others write to the store", async () => {
    // Large batches start the thread, which takes over from the one who writes.
    const over = new AbortController();
    const others = (async () => {
      let writes = 0;
      for (; !over.signal.aborted; writes += 1) {
        await store.settings.put("busy", writes);
        // Only after this does the thread's answer have a turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
      return writes;
    })();
    const large = await fill("large", LARGE, 600).finally(() => over.abort());
    expect(await others).toBeGreaterThan(0);
    expect(await fill("small", 5, 600)).toEqual(large);
  });

  it("is refused where another was first", async () => {
    const { id } = (await store.explorer.open("net", "main")) ?? {};
    if (id === undefined) throw new Error("the index was not begun");
    await store.explorer.append({ id, next: 0 }, batchOf(0, 20));
    for (let next = 20; next < 400; next += 20) {
      await store.explorer.append({ id, next }, batchOf(next, 20));
      await expect(store.explorer.append({ id, next }, batchOf(next, 20))).rejects.toMatchObject({ code: "STORE_INDEX_MOVED" });
    }
    expect(await store.explorer.channels("net")).toMatchObject([{ next: 400, transactions: 4000 }]);
  });
});
