import { CompiledQuery, sql } from "kysely";
import type { IndexedText } from "../explorer-types.ts";
import type { TableRows } from "../internal/bulk-insert.ts";
import type { RepositoryContext } from "../internal/context.ts";
import type { Place } from "./places.ts";

/** A row id of the full-text table holds channel, block and index: 16, 32 and 15 bits. */
const BLOCK_BITS = 32n;
const INDEX_BITS = 15n;

/** Transactions that PostgreSQL looks through one by one before it uses the index of words. */
const NEWEST_TEXTS = 4_000;

function rowId(channel: number, block: number, index: number): bigint {
  return (((BigInt(channel) << BLOCK_BITS) | BigInt(block)) << INDEX_BITS) | BigInt(index);
}

/** The words of transactions as SQLite keeps them. */
export function textRows(channel: number, texts: readonly IndexedText[]): TableRows {
  return {
    table: "explorer_texts",
    columns: ["rowid", "text"],
    rows: texts.map(({ block, index, words }) => [rowId(channel, block, index), words]),
  };
}

/** Adds the words of transactions to PostgreSQL. */
export async function insertTexts(context: RepositoryContext, channel: number, texts: readonly IndexedText[]): Promise<void> {
  // The words are words already: Postgres' parser would make others of them.
  await context.db.executeQuery(
    CompiledQuery.raw(
      `insert into explorer_texts (channel, block, idx, text)
        select $1::bigint, block, idx, array_to_tsvector(string_to_array(words, ' '))
        from unnest($2::bigint[], $3::bigint[], $4::text[]) as given (block, idx, words)`,
      [channel, texts.map(({ block }) => block), texts.map(({ index }) => index), texts.map(({ words }) => words)],
    ),
  );
}

/** Letters of the beginnings that SQLite has an index of (migrations.ts); a longer one is the sum of all words that begin so. */
const LONGEST_BEGINNING = 8;

/**
 * Where all words stand together, newest first; the last word may be the beginning of one, if it has two letters.
 * A long one is first looked for as it is: only where that does not fill the answer are its continuations worth their time.
 */
export async function findTexts(
  context: RepositoryContext,
  channel: number,
  words: readonly string[],
  limit: number,
): Promise<readonly Place[]> {
  const length = words.at(-1)?.length ?? 0;
  const find = context.dialect === "sqlite" ? findInSqlite : findInPostgres;
  if (length === 1) return find(context, channel, words, false, limit);
  if (length > LONGEST_BEGINNING) {
    const found = await find(context, channel, words, false, limit);
    if (found.length === limit) return found;
  }
  return find(context, channel, words, true, limit);
}

async function findInSqlite(
  { db }: RepositoryContext,
  channel: number,
  words: readonly string[],
  beginning: boolean,
  limit: number,
): Promise<readonly Place[]> {
  const match = words.map((word, index) => `"${word}"${beginning && index === words.length - 1 ? "*" : ""}`).join(" AND ");
  const { rows } = await sql<Place>`
    select (rowid >> 15) & 4294967295 as block, rowid & 32767 as idx from explorer_texts
    where explorer_texts match ${match} and rowid >= ${rowId(channel, 0, 0)} and rowid < ${rowId(channel + 1, 0, 0)}
    order by rowid desc limit ${limit}`.execute(db);
  return rows;
}

async function findInPostgres(
  { db }: RepositoryContext,
  channel: number,
  words: readonly string[],
  beginning: boolean,
  limit: number,
): Promise<readonly Place[]> {
  const query = words.map((word, index) => `'${word}'${beginning && index === words.length - 1 ? ":*" : ""}`).join(" & ");
  // Frequent words stand in the newest transactions. Looking for them by their list of places would take all of these.
  const newest = await sql<Place>`
    select block, idx from (select block, idx, text from explorer_texts where channel = ${channel}
      order by block desc, idx desc limit ${NEWEST_TEXTS}) newest
    where text @@ ${query}::tsquery order by block desc, idx desc limit ${limit}`.execute(db);
  if (newest.rows.length === limit) return newest.rows;
  // Without a limit in the inner query, lest the planner hopes to come across rare words in the order of blocks.
  const { rows } = await sql<Place>`
    with found as materialized (select block, idx from explorer_texts where channel = ${channel} and text @@ ${query}::tsquery)
    select block, idx from found order by block desc, idx desc limit ${limit}`.execute(db);
  return rows;
}

/** Forgets the words of a channel. */
export async function clearTexts({ db, dialect }: RepositoryContext, channel: number): Promise<void> {
  if (dialect === "sqlite")
    await sql`delete from explorer_texts where rowid >= ${rowId(channel, 0, 0)} and rowid < ${rowId(channel + 1, 0, 0)}`.execute(db);
  else await sql`delete from explorer_texts where channel = ${channel}`.execute(db);
}
