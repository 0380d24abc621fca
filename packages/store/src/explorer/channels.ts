import type { CompiledQuery } from "kysely";
import type { IndexBatch, IndexedChannel } from "../explorer-types.ts";
import { storeErrors } from "../errors.ts";
import { bulkInsert, type TableRows } from "../internal/bulk-insert.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate, type Schema } from "../internal/schema.ts";
import { toSqlite } from "../internal/sqlite-dialect.ts";
import { foldKey, longKey } from "./keys.ts";
import { shapeIds, type Shape } from "./shapes.ts";
import { clearTexts, insertTexts, textRows } from "./texts.ts";
import { termIds, type TermKind } from "./terms.ts";
import { timesOf } from "./times.ts";
import { bytesOfId } from "./transaction-ids.ts";

type ChannelRow = { [Column in keyof Schema["explorer_channels"]]: Column extends "id" ? number : Schema["explorer_channels"][Column] };

function viewChannel(row: ChannelRow): IndexedChannel {
  const { id, network, channel, next, transactions, invalid } = row;
  return {
    id,
    network,
    channel,
    next,
    transactions,
    invalid,
    tipHash: row.tip_hash,
    problem: row.problem ?? undefined,
    lastAt: toDate(row.last_at),
  };
}

/** See {@link ExplorerRepository.open}. */
export async function openChannel({ db }: RepositoryContext, network: string, channel: string): Promise<IndexedChannel | undefined> {
  await db
    .insertInto("explorer_channels")
    .columns(["network", "channel", "next", "tip_hash", "transactions", "invalid", "high_at"])
    .expression((build) =>
      build
        .selectFrom("networks")
        .select((columns) => [
          "name",
          columns.val(channel).as("channel"),
          columns.val(0).as("next"),
          columns.val(Buffer.alloc(0)).as("tip_hash"),
          columns.val(0).as("transactions"),
          columns.val(0).as("invalid"),
          columns.val(0).as("high_at"),
        ])
        .where("name", "=", network),
    )
    .onConflict((conflict) => conflict.columns(["network", "channel"]).doNothing())
    .execute();
  const row = await db
    .selectFrom("explorer_channels")
    .selectAll()
    .where("network", "=", network)
    .where("channel", "=", channel)
    .executeTakeFirst();
  return row === undefined ? undefined : viewChannel(row);
}

/** See {@link ExplorerRepository.channels}. */
export async function listChannels({ db }: RepositoryContext, network: string): Promise<IndexedChannel[]> {
  const rows = await db.selectFrom("explorer_channels").selectAll().where("network", "=", network).orderBy("channel").execute();
  return rows.map(viewChannel);
}

function* termsOf({ transactions, writes }: IndexBatch): Generator<readonly [TermKind, string]> {
  for (const { chaincode, function: fn, creator } of transactions) {
    if (chaincode !== undefined) yield ["chaincode", chaincode];
    if (fn !== undefined) yield ["function", fn];
    if (creator !== undefined) yield ["creator", creator];
  }
  for (const { namespace } of writes) yield ["namespace", namespace];
}

const BLOCK_COLUMNS = [
  "channel",
  "number",
  "hash",
  "previous_hash",
  "data_hash",
  "transactions",
  "invalid",
  "bytes",
  "kind",
  "at",
  "orderer",
  "signatures",
  "verified",
  "first_at",
  "high_at",
  "late",
] as const;

/** Fewer blocks and transactions than these are written where they are, which is sooner done than handed over. */
const WORTH_HANDING_OVER = 128;

/** See {@link ExplorerRepository.append}. */
export async function appendBlocks(
  context: RepositoryContext,
  channel: Pick<IndexedChannel, "id" | "next">,
  batch: IndexBatch,
): Promise<void> {
  const last = batch.blocks.at(-1);
  if (last === undefined) return;
  const rows = await rowsOf(context, channel.id, batch);
  const high = await highOf(context, channel.id);
  const tables = [blockRows(channel.id, batch, high), ...rows];
  const guard = moveOf(context, channel, batch, last, high);
  const large = batch.blocks.length + batch.transactions.length >= WORTH_HANDING_OVER;
  const moved =
    large && context.indexWriter?.ready() === true
      ? await context.indexWriter.write({ sql: guard.sql, parameters: guard.parameters.map(toSqlite) }, [
          ...tables,
          textRows(channel.id, batch.texts),
        ])
      : await context.atomically(async (inner) => {
          const { numAffectedRows } = await inner.db.executeQuery(guard);
          if (numAffectedRows !== 1n) return false;
          for (const table of tables) await bulkInsert(inner, table);
          if (inner.dialect === "sqlite") await bulkInsert(inner, textRows(channel.id, batch.texts));
          else if (batch.texts.length > 0) await insertTexts(inner, channel.id, batch.texts);
          return true;
        });
  if (!moved) throw storeErrors.create("STORE_INDEX_MOVED", {});
}

/** What is kept of the transactions, and of what they wrote. */
async function rowsOf(context: RepositoryContext, channel: number, batch: IndexBatch): Promise<readonly TableRows[]> {
  const idOf = await termIds(context, channel, termsOf(batch));
  const optional = (kind: TermKind, value: string | undefined): number | undefined => (value === undefined ? undefined : idOf(kind, value));
  const shapes = batch.transactions.map((one): Shape => ({
    kind: one.kind,
    code: one.code,
    chaincode: optional("chaincode", one.chaincode),
    creator: optional("creator", one.creator),
  }));
  const shapeOf = await shapeIds(context, channel, shapes);
  return [
    {
      table: "explorer_transactions",
      columns: ["channel", "block", "idx", "tx_id", "at", "shape", "fn"],
      rows: batch.transactions.map((one, index) => [
        channel,
        one.block,
        one.index,
        bytesOfId(one.id),
        one.at?.getTime() ?? null,
        shapeOf(shapes[index] as Shape),
        optional("function", one.function) ?? null,
      ]),
    },
    {
      table: "explorer_writes",
      columns: ["channel", "namespace", "key", "long_key", "block", "idx", "value"],
      rows: batch.writes.map((one) => [
        channel,
        idOf("namespace", one.namespace),
        foldKey(one.key),
        longKey(one.key),
        one.block,
        one.index,
        one.value ?? null,
      ]),
    },
  ];
}

/** Blocks behind one whose latest time is `high`. */
function blockRows(channel: number, { blocks }: IndexBatch, high: number): TableRows {
  const times = [...timesOf(blocks, high)];
  return {
    table: "explorer_blocks",
    columns: BLOCK_COLUMNS,
    rows: blocks.map((one, index) => [
      channel,
      one.number,
      one.hash,
      one.previousHash,
      one.dataHash,
      one.transactions,
      one.invalid,
      one.bytes,
      one.kind,
      one.at?.getTime() ?? null,
      one.orderer ?? null,
      one.signatures,
      one.verified ? 1 : 0,
      times[index]?.firstAt ?? null,
      times[index]?.highAt ?? high,
      times[index]?.late === true ? 1 : 0,
    ]),
  };
}

/** The latest time that an indexed block of a channel states. It changes with `next` only, by which whoever uses it is guarded. */
async function highOf({ db }: RepositoryContext, id: number): Promise<number> {
  const row = await db.selectFrom("explorer_channels").select("high_at").where("id", "=", id).executeTakeFirst();
  return row?.high_at ?? 0;
}

/** The statement that moves a channel on. It changes no row where the channel is not where the batch begins. */
function moveOf(
  { db }: RepositoryContext,
  { id, next }: Pick<IndexedChannel, "id" | "next">,
  { blocks, problem }: IndexBatch,
  last: IndexBatch["blocks"][number],
  before: number,
): CompiledQuery {
  const sum = (field: "transactions" | "invalid"): number => blocks.reduce((total, block) => total + block[field], 0);
  return db
    .updateTable("explorer_channels")
    .set((columns) => ({
      next: last.number + 1,
      tip_hash: last.hash,
      transactions: columns("transactions", "+", sum("transactions")),
      invalid: columns("invalid", "+", sum("invalid")),
      problem: columns.fn.coalesce("problem", columns.val(problem ?? null)),
      last_at: columns.fn.coalesce(columns.val(last.at?.getTime() ?? null), "last_at"),
      high_at: blocks.reduce((high, { at }) => Math.max(high, at?.getTime() ?? 0), before),
    }))
    .where("id", "=", id)
    .where("next", "=", next)
    .compile();
}

/** See {@link ExplorerRepository.clear}. */
export async function clearChannel(context: RepositoryContext, id: number): Promise<void> {
  await context.atomically(async (inner) => {
    await clearTexts(inner, id);
    for (const table of ["explorer_writes", "explorer_transactions", "explorer_blocks"] as const)
      await inner.db.deleteFrom(table).where("channel", "=", id).execute();
    await inner.db
      .updateTable("explorer_channels")
      .set({ next: 0, tip_hash: Buffer.alloc(0), transactions: 0, invalid: 0, problem: null, last_at: null, high_at: 0 })
      .where("id", "=", id)
      .execute();
  });
}

/** See {@link ExplorerRepository.remove}: what belongs to the row goes with it. */
export async function removeChannel({ db }: RepositoryContext, network: string, channel: string): Promise<void> {
  await db.deleteFrom("explorer_channels").where("network", "=", network).where("channel", "=", channel).execute();
}
