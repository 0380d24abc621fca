import { sql, type Expression, type SqlBool } from "kysely";
import type { IndexedTransaction, TransactionFilter } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate } from "../internal/schema.ts";
import { transactionKinds } from "./channels.ts";
import { findTexts } from "./texts.ts";
import { findTerm, likePattern, termsLike } from "./terms.ts";

/** Creators of one organisation that a filter takes into account. */
const MOST_CREATORS = 1000;

interface TransactionRow {
  readonly block: number;
  readonly idx: number;
  readonly tx_id: string;
  readonly at: number | null;
  readonly kind: number;
  readonly code: number;
  readonly chaincode_name: string | null;
  readonly fn_name: string | null;
  readonly creator_name: string | null;
}

function viewTransaction(row: TransactionRow): IndexedTransaction {
  return {
    block: row.block,
    index: row.idx,
    id: row.tx_id,
    at: toDate(row.at),
    kind: transactionKinds[row.kind] ?? "other",
    code: row.code,
    chaincode: row.chaincode_name ?? undefined,
    function: row.fn_name ?? undefined,
    creator: row.creator_name ?? undefined,
  };
}

/** Reads transactions of the index. */
export function transactionQueries(context: RepositoryContext) {
  const { db } = context;
  const of = (id: number) =>
    db
      .selectFrom("explorer_transactions as t")
      .leftJoin("explorer_terms as c", "c.id", "t.chaincode")
      .leftJoin("explorer_terms as f", "f.id", "t.fn")
      .leftJoin("explorer_terms as w", "w.id", "t.creator")
      .select(["t.block", "t.idx", "t.tx_id", "t.at", "t.kind", "t.code"])
      .select(["c.value as chaincode_name", "f.value as fn_name", "w.value as creator_name"])
      .where("t.channel", "=", id);

  /** Numbers of the creators that a filter names; none where nobody is called so. */
  const creators = async (id: number, creator: string): Promise<number[]> => {
    if (creator.includes("/")) {
      const found = await findTerm(context, id, "creator", creator);
      return found === undefined ? [] : [found];
    }
    return (await termsLike(context, id, "creator", likePattern(`${creator}/`, "beginning"), MOST_CREATORS)).map((term) => term.id);
  };

  return {
    async transactions(id: number, filter: TransactionFilter): Promise<IndexedTransaction[]> {
      const { before, chaincode, creator, code, from, to, limit } = filter;
      let query = of(id);
      if (before !== undefined) query = query.where(sql<SqlBool>`(t.block, t.idx) < (${before.block}, ${before.index})`);
      if (chaincode !== undefined) query = query.where("t.chaincode", "=", (await findTerm(context, id, "chaincode", chaincode)) ?? -1);
      if (creator !== undefined) query = query.where("t.creator", "in", [-1, ...(await creators(id, creator))]);
      if (code !== undefined) query = query.where(codeIs(code));
      if (from !== undefined) query = query.where("t.at", ">=", from.getTime());
      if (to !== undefined) query = query.where("t.at", "<=", to.getTime());
      return (await query.orderBy("t.block", "desc").orderBy("t.idx", "desc").limit(limit).execute()).map(viewTransaction);
    },
    async transactionsOf(id: number, block: number): Promise<IndexedTransaction[]> {
      return (await of(id).where("t.block", "=", block).orderBy("t.idx").execute()).map(viewTransaction);
    },
    async transaction(id: number, transaction: string): Promise<IndexedTransaction | undefined> {
      const row = await of(id).where("t.tx_id", "=", transaction).orderBy("t.block").orderBy("t.idx").executeTakeFirst();
      return row === undefined ? undefined : viewTransaction(row);
    },
    async transactionsByPrefix(id: number, prefix: string, limit: number): Promise<IndexedTransaction[]> {
      // Ids are lower-case hex: `g` comes behind every one of them.
      const rows = await of(id)
        .where(sql<SqlBool>`t.tx_id ${sql.raw(context.dialect === "postgres" ? 'collate "C"' : "")} >= ${prefix}`)
        .where(sql<SqlBool>`t.tx_id ${sql.raw(context.dialect === "postgres" ? 'collate "C"' : "")} < ${`${prefix}g`}`)
        .limit(limit)
        .execute();
      return rows.map(viewTransaction);
    },
    async texts(id: number, words: readonly string[], limit: number): Promise<IndexedTransaction[]> {
      const found = await findTexts(context, id, words, limit);
      const rows = await Promise.all(
        found.map(({ block, idx }) => of(id).where("t.block", "=", block).where("t.idx", "=", idx).executeTakeFirst()),
      );
      return rows.flatMap((row) => (row === undefined ? [] : [viewTransaction(row)]));
    },
    async terms(id: number, kind: "chaincode" | "creator", text: string, limit: number): Promise<string[]> {
      return (await termsLike(context, id, kind, likePattern(text, "anywhere"), limit)).map(({ value }) => value);
    },
  };
}

/** The condition that the index of invalid transactions answers, written as that index is. */
function codeIs(code: number): Expression<SqlBool> {
  return code === 0 ? sql<SqlBool>`t.code = 0` : sql<SqlBool>`t.code = ${code} and t.code <> 0`;
}
