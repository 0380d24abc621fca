import type { IndexBatch, IndexedChannel } from "../explorer-types.ts";
import { storeErrors } from "../errors.ts";
import { bulkInsert } from "../internal/bulk-insert.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate, type Schema } from "../internal/schema.ts";
import { clearTexts, insertTexts } from "./texts.ts";
import { termIds, type TermKind } from "./terms.ts";

/** Kinds of transactions as numbers. */
export const transactionKinds = ["endorser", "config", "other"] as const;

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
    .columns(["network", "channel", "next", "tip_hash", "transactions", "invalid"])
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

/** See {@link ExplorerRepository.append}. */
export async function appendBlocks(
  context: RepositoryContext,
  channel: Pick<IndexedChannel, "id" | "next">,
  batch: IndexBatch,
): Promise<void> {
  const last = batch.blocks.at(-1);
  if (last === undefined) return;
  const idOf = await termIds(context, channel.id, termsOf(batch));
  const optional = (kind: TermKind, value: string | undefined): number | null => (value === undefined ? null : idOf(kind, value));
  await context.atomically(async (inner) => {
    await move(inner, channel, batch, last);
    await bulkInsert(
      inner,
      "explorer_blocks",
      [
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
      ],
      batch.blocks.map((one) => [
        channel.id,
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
      ]),
    );
    await bulkInsert(
      inner,
      "explorer_transactions",
      ["channel", "block", "idx", "tx_id", "at", "kind", "code", "chaincode", "fn", "creator"],
      batch.transactions.map((one) => [
        channel.id,
        one.block,
        one.index,
        one.id,
        one.at?.getTime() ?? null,
        transactionKinds.indexOf(one.kind),
        one.code,
        optional("chaincode", one.chaincode),
        optional("function", one.function),
        optional("creator", one.creator),
      ]),
    );
    await bulkInsert(
      inner,
      "explorer_writes",
      ["channel", "namespace", "key", "block", "idx", "value"],
      batch.writes.map((one) => [channel.id, idOf("namespace", one.namespace), one.key, one.block, one.index, one.value ?? null]),
    );
    if (batch.texts.length > 0) await insertTexts(inner, channel.id, batch.texts);
  });
}

/** Moves the channel on, if it is still where the batch begins. */
async function move(
  { db }: RepositoryContext,
  { id, next }: Pick<IndexedChannel, "id" | "next">,
  { blocks, problem }: IndexBatch,
  last: IndexBatch["blocks"][number],
): Promise<void> {
  const sum = (field: "transactions" | "invalid"): number => blocks.reduce((total, block) => total + block[field], 0);
  const result = await db
    .updateTable("explorer_channels")
    .set((columns) => ({
      next: last.number + 1,
      tip_hash: last.hash,
      transactions: columns("transactions", "+", sum("transactions")),
      invalid: columns("invalid", "+", sum("invalid")),
      problem: columns.fn.coalesce("problem", columns.val(problem ?? null)),
      last_at: columns.fn.coalesce(columns.val(last.at?.getTime() ?? null), "last_at"),
    }))
    .where("id", "=", id)
    .where("next", "=", next)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw storeErrors.create("STORE_INDEX_MOVED", {});
}

/** See {@link ExplorerRepository.clear}. */
export async function clearChannel(context: RepositoryContext, id: number): Promise<void> {
  await context.atomically(async (inner) => {
    await clearTexts(inner, id);
    for (const table of ["explorer_writes", "explorer_transactions", "explorer_blocks"] as const)
      await inner.db.deleteFrom(table).where("channel", "=", id).execute();
    await inner.db
      .updateTable("explorer_channels")
      .set({ next: 0, tip_hash: Buffer.alloc(0), transactions: 0, invalid: 0, problem: null, last_at: null })
      .where("id", "=", id)
      .execute();
  });
}
