import { sql, type RawBuilder, type SqlBool } from "kysely";
import type { IndexedTransaction, TransactionFilter } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { newestFirst, transactionsAt, transactionsWhere, type Place } from "./places.ts";
import { shapesOf } from "./shapes.ts";
import { likePattern, termsLike } from "./terms.ts";
import { findTexts } from "./texts.ts";
import { spanOf } from "./times.ts";
import { bytesOfId, idRange } from "./transaction-ids.ts";

/** Combinations whose newest transactions are looked up one by one; SQLite takes 500 in one statement. */
const MOST_SHAPES = 400;

const NEWEST = sql`order by t.block desc, t.idx desc`;

const every = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.join(conditions, sql` and `)}`;

/** Where the newest transactions with any of these combinations stand: the newest of each, of which the newest are taken. */
async function newestOf(
  { db, dialect }: RepositoryContext,
  channel: number,
  shapes: readonly number[],
  condition: RawBuilder<SqlBool>,
  limit: number,
): Promise<readonly Place[]> {
  const of = (shape: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`select t.block, t.idx from explorer_transactions t
      where t.channel = ${channel} and t.shape = ${shape} and ${condition} ${NEWEST} limit ${limit}`;
  const all =
    dialect === "postgres"
      ? sql`select p.block, p.idx from unnest(${shapes}::bigint[]) as given (shape), lateral (${of(sql`given.shape`)}) p`
      : sql.join(
          shapes.map((shape) => sql`select * from (${of(sql`${shape}`)})`),
          sql` union all `,
        );
  const { rows } = await sql<Place>`select block, idx from (${all}) t order by block desc, idx desc limit ${limit}`.execute(db);
  return rows;
}

/** Reads transactions of the index. */
export function transactionQueries(context: RepositoryContext) {
  /** The newest transactions of a filter that also meet a condition. */
  const newest = async (
    id: number,
    shapes: readonly number[] | undefined,
    conditions: readonly RawBuilder<SqlBool>[],
    limit: number,
  ): Promise<IndexedTransaction[]> => {
    if (shapes !== undefined && shapes.length <= MOST_SHAPES)
      return transactionsAt(context, id, await newestOf(context, id, shapes, every(conditions), limit));
    const wanted = shapes === undefined ? [] : [sql<SqlBool>`t.shape in (${sql.join(shapes)})`];
    const found = await transactionsWhere(context, id, every([...conditions, ...wanted]), sql`${NEWEST} limit ${limit}`);
    return found.toSorted(newestFirst);
  };

  return {
    async transactions(id: number, filter: TransactionFilter): Promise<IndexedTransaction[]> {
      const { before, from, to, limit } = filter;
      const shapes = await shapesOf(context, id, filter);
      if (shapes?.length === 0) return [];
      const conditions: RawBuilder<SqlBool>[] = [];
      if (before !== undefined) conditions.push(sql`(t.block, t.idx) < (${before.block}, ${before.index})`);
      if (from !== undefined) conditions.push(sql`t.at >= ${from.getTime()}`);
      if (to !== undefined) conditions.push(sql`t.at <= ${to.getTime()}`);
      const span = await spanOf(context, id, from, to);
      if (span === undefined) return [];
      const { lowest, highest } = span;
      if (lowest !== undefined) conditions.push(sql`t.block >= ${lowest}`);
      if (highest === undefined || to === undefined) return newest(id, shapes, conditions, limit);
      const late = sql<SqlBool>`t.block in (select number from explorer_blocks b
        where b.channel = ${id} and b.late = 1 and b.number > ${highest} and b.first_at <= ${to.getTime()})`;
      const found = [
        ...(await newest(id, shapes, [...conditions, sql`t.block <= ${highest}`], limit)),
        ...(await newest(id, shapes, [...conditions, late], limit)),
      ];
      return found.toSorted(newestFirst).slice(0, limit);
    },
    async transactionsOf(id: number, block: number): Promise<IndexedTransaction[]> {
      return (await transactionsWhere(context, id, sql`t.block = ${block}`, sql``)).toSorted((a, b) => a.index - b.index);
    },
    async transaction(id: number, transaction: string): Promise<IndexedTransaction | undefined> {
      const condition = sql<SqlBool>`t.tx_id = ${bytesOfId(transaction)}`;
      return (await transactionsWhere(context, id, condition, sql`order by t.block, t.idx limit 1`))[0];
    },
    async transactionsByPrefix(id: number, prefix: string, limit: number): Promise<IndexedTransaction[]> {
      const range = idRange(prefix);
      if (range === undefined) return [];
      const condition = sql<SqlBool>`t.tx_id between ${range.first} and ${range.last}`;
      return transactionsWhere(context, id, condition, sql`order by t.tx_id limit ${limit}`);
    },
    async texts(id: number, words: readonly string[], limit: number): Promise<IndexedTransaction[]> {
      return transactionsAt(context, id, await findTexts(context, id, words, limit));
    },
    async terms(id: number, kind: "chaincode" | "creator", text: string, limit: number): Promise<string[]> {
      return (await termsLike(context, id, kind, likePattern(text, "anywhere"), limit)).map(({ value }) => value);
    },
  };
}
