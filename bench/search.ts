// How fast the explorer answers from an index of a million transactions, in SQLite and in PostgreSQL.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore, type Store } from "@heddle/store";
import { startPostgres, whyNoPostgres } from "../packages/store/test/support/postgres.ts";
import type { Bench, BenchOptions } from "./lib/bench.ts";
import { batchOf, BLOCK_SIZE } from "./lib/index-data.ts";
import { CHANNEL, NETWORK, queriesOf, randomFrom } from "./lib/index-queries.ts";
import { percentile, table } from "./lib/measure.ts";

interface QueryRow {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
}

interface DatabaseRow {
  readonly database: string;
  readonly bytes: number;
  readonly writeSeconds: number;
  readonly queries: readonly QueryRow[];
}

interface SearchData {
  readonly transactions: number;
  readonly repeats: number;
  readonly databases: readonly DatabaseRow[];
  readonly skipped?: string;
}

const BATCH_BLOCKS = 100;
/** Milliseconds that REQUIREMENTS allow an answer. */
const TARGET_MS = 50;

async function fill(store: Store, transactions: number, say: BenchOptions["say"]): Promise<number> {
  const spec = { spec: { channels: [{ name: CHANNEL, members: [], observers: [] }] } };
  await store.networks.insert({ name: NETWORK, spec, runtime: "embedded", state: "ready" });
  const channel = await store.explorer.open(NETWORK, CHANNEL);
  if (channel === undefined) throw new Error("the index was not begun");
  const blocks = Math.ceil(transactions / BLOCK_SIZE);
  let seconds = 0;
  for (let next = 0; next < blocks; next += BATCH_BLOCKS) {
    const batch = batchOf(next, Math.min(BATCH_BLOCKS, blocks - next));
    const began = performance.now();
    await store.explorer.append({ id: channel.id, next }, batch);
    seconds += (performance.now() - began) / 1000;
    if (next % (blocks / 5) === 0) say(`${store.dialect}: ${next * BLOCK_SIZE} transactions, ${seconds.toFixed(1)} s`);
  }
  return seconds;
}

async function ask(store: Store, transactions: number, repeats: number, say: BenchOptions["say"]): Promise<QueryRow[]> {
  const [channel] = await store.explorer.channels(NETWORK);
  if (channel === undefined) throw new Error("there is no index");
  const rows: QueryRow[] = [];
  for (const [name, query] of Object.entries(queriesOf(store, channel, transactions))) {
    const random = randomFrom(7);
    const times: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const began = performance.now();
      await query(random);
      times.push(performance.now() - began);
    }
    rows.push({ name, p50: percentile(times, 50), p95: percentile(times, 95) });
    if (percentile(times, 95) > TARGET_MS / 2)
      say(`${store.dialect}: ${name}: p50 ${percentile(times, 50).toFixed(1)} ms, p95 ${percentile(times, 95).toFixed(1)} ms`);
  }
  return rows;
}

async function inSqlite(transactions: number, repeats: number, say: BenchOptions["say"]): Promise<DatabaseRow> {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-bench-search-"));
  const file = path.join(folder, "store.db");
  const store = await openStore({ url: `sqlite:${file}` });
  try {
    const writeSeconds = await fill(store, transactions, say);
    await store.checkpoint();
    const queries = await ask(store, transactions, repeats, say);
    return { database: "SQLite", bytes: statSync(file).size, writeSeconds, queries };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inPostgres(transactions: number, repeats: number, say: BenchOptions["say"]): Promise<DatabaseRow> {
  const server = await startPostgres();
  try {
    const store = await openStore({ url: server.url });
    try {
      const writeSeconds = await fill(store, transactions, say);
      const { default: pg } = await import("pg");
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      // As autovacuum does within a minute of the last write.
      await client.query("vacuum analyze");
      const { rows } = await client.query<{ bytes: string }>(
        "select sum(pg_total_relation_size(oid)) as bytes from pg_class where relkind = 'r' and relname like 'explorer_%'",
      );
      await client.end();
      return { database: "PostgreSQL", bytes: Number(rows[0]?.bytes), writeSeconds, queries: await ask(store, transactions, repeats, say) };
    } finally {
      await store.close();
    }
  } finally {
    await server.stop();
  }
}

export const search: Bench<SearchData> = {
  name: "search",
  title: "Explorer: search and lists",
  async run({ quick, say }) {
    const transactions = quick ? 20_000 : 1_000_000;
    const repeats = quick ? 5 : 40;
    const skipped = whyNoPostgres();
    const databases = [await inSqlite(transactions, repeats, say)];
    if (skipped === undefined) databases.push(await inPostgres(transactions, repeats, say));
    return { transactions, repeats, databases, ...(skipped === undefined ? {} : { skipped }) };
  },
  render({ transactions, repeats, databases, skipped }) {
    const cell = (row: QueryRow | undefined): string[] => (row === undefined ? ["", ""] : [row.p50.toFixed(1), row.p95.toFixed(1)]);
    const names = databases[0]?.queries.map(({ name }) => name) ?? [];
    const rows = names.map((name) => [name, ...databases.flatMap(({ queries }) => cell(queries.find((one) => one.name === name)))]);
    const head = ["ms", ...databases.flatMap(({ database }) => [`${database} p50`, `${database} p95`])];
    const sizes = table(
      ["database", "bytes a transaction", "transactions/s written"],
      databases.map(({ database, bytes, writeSeconds }) => [
        database,
        Math.round(bytes / transactions),
        Math.round(transactions / writeSeconds),
      ]),
    );
    const note = skipped === undefined ? "" : `\n\nPostgreSQL: skipped, ${skipped}.`;
    return `${transactions} transactions in blocks of ${BLOCK_SIZE}, each ${repeats} times through the API's handlers; target ${TARGET_MS} ms. Every tenth writes one hot key, the others JSON of some 150 bytes under a key of their own.\n\n${table(head, rows)}\n\n${sizes}${note}`;
  },
};
