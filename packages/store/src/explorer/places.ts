import { sql, type RawBuilder, type SqlBool } from "kysely";
import type { IndexedTransaction } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate } from "../internal/schema.ts";
import { transactionKinds } from "./shapes.ts";
import { textOfId } from "./transaction-ids.ts";

/** Where a transaction stands. */
export interface Place {
  readonly block: number;
  readonly idx: number;
}

/** A table of places, to be joined with; there must be one at least. */
export function placeRows(places: readonly Place[]): RawBuilder<unknown> {
  return sql`(values ${sql.join(places.map(({ block, idx }) => sql`(cast(${block} as bigint), cast(${idx} as bigint))`))})`;
}

interface TransactionRow {
  readonly block: number;
  readonly idx: number;
  readonly tx_id: Uint8Array;
  readonly at: number | null;
  readonly kind: number;
  readonly code: number;
  readonly chaincode: string | null;
  readonly fn: string | null;
  readonly creator: string | null;
}

/** Newest first. */
export function newestFirst(a: IndexedTransaction, b: IndexedTransaction): number {
  return b.block - a.block || b.index - a.index;
}

function viewTransaction(row: TransactionRow): IndexedTransaction {
  return {
    block: row.block,
    index: row.idx,
    id: textOfId(row.tx_id),
    at: toDate(row.at),
    kind: transactionKinds[row.kind] ?? "other",
    code: row.code,
    chaincode: row.chaincode ?? undefined,
    function: row.fn ?? undefined,
    creator: row.creator ?? undefined,
  };
}

/** The transactions that a condition on `t` holds for, in full and in any order. `tail` limits them. */
export async function transactionsWhere(
  { db }: RepositoryContext,
  channel: number,
  condition: RawBuilder<SqlBool>,
  tail: RawBuilder<unknown>,
): Promise<IndexedTransaction[]> {
  const { rows } = await sql<TransactionRow>`
    select t.block, t.idx, t.tx_id, t.at, s.kind, s.code, c.value as chaincode, f.value as fn, w.value as creator
    from (select * from explorer_transactions t where t.channel = ${channel} and ${condition} ${tail}) t
    join explorer_shapes s on s.id = t.shape
    left join explorer_terms c on c.id = s.chaincode
    left join explorer_terms f on f.id = t.fn
    left join explorer_terms w on w.id = s.creator`.execute(db);
  return rows.map(viewTransaction);
}

/** The transactions at places, newest first. */
export async function transactionsAt(context: RepositoryContext, channel: number, places: readonly Place[]): Promise<IndexedTransaction[]> {
  if (places.length === 0) return [];
  const found = await transactionsWhere(context, channel, sql<SqlBool>`(t.block, t.idx) in ${placeRows(places)}`, sql``);
  return found.toSorted(newestFirst);
}
