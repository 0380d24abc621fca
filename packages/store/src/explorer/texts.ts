import { CompiledQuery, sql } from "kysely";
import type { IndexedText } from "../explorer-types.ts";
import { bulkInsert } from "../internal/bulk-insert.ts";
import type { RepositoryContext } from "../internal/context.ts";

/** A row id of the full-text table holds channel, block and index: 16, 32 and 15 bits. */
const BLOCK_BITS = 32n;
const INDEX_BITS = 15n;

function rowId(channel: number, block: number, index: number): bigint {
  return (((BigInt(channel) << BLOCK_BITS) | BigInt(block)) << INDEX_BITS) | BigInt(index);
}

/** Adds the words of transactions. */
export async function insertTexts(context: RepositoryContext, channel: number, texts: readonly IndexedText[]): Promise<void> {
  if (context.dialect === "sqlite") {
    const rows = texts.map(({ block, index, words }) => [rowId(channel, block, index), words.join(" ")]);
    await bulkInsert(context, "explorer_texts", ["rowid", "text"], rows);
    return;
  }
  // The words are words already: Postgres' parser would make others of them.
  await context.db.executeQuery(
    CompiledQuery.raw(
      `insert into explorer_texts (channel, block, idx, text)
        select $1::bigint, block, idx, array_to_tsvector(string_to_array(words, ' '))
        from unnest($2::bigint[], $3::bigint[], $4::text[]) as given (block, idx, words)`,
      [channel, texts.map(({ block }) => block), texts.map(({ index }) => index), texts.map(({ words }) => words.join(" "))],
    ),
  );
}

/** Where all words stand together, newest first; the last word may be the beginning of one. */
export async function findTexts(
  { db, dialect }: RepositoryContext,
  channel: number,
  words: readonly string[],
  limit: number,
): Promise<{ readonly block: number; readonly idx: number }[]> {
  if (dialect === "sqlite") {
    const match = words.map((word, index) => `"${word}"${index === words.length - 1 ? "*" : ""}`).join(" AND ");
    const { rows } = await sql<{ block: number; idx: number }>`
      select (rowid >> 15) & 4294967295 as block, rowid & 32767 as idx from explorer_texts
      where explorer_texts match ${match} and rowid >= ${rowId(channel, 0, 0)} and rowid < ${rowId(channel + 1, 0, 0)}
      order by rowid desc limit ${limit}`.execute(db);
    return rows;
  }
  const query = words.map((word, index) => `'${word}'${index === words.length - 1 ? ":*" : ""}`).join(" & ");
  const { rows } = await sql<{ block: number; idx: number }>`
    select block, idx from explorer_texts where channel = ${channel} and text @@ ${query}::tsquery
    order by block desc, idx desc limit ${limit}`.execute(db);
  return rows;
}

/** Forgets the words of a channel. */
export async function clearTexts({ db, dialect }: RepositoryContext, channel: number): Promise<void> {
  if (dialect === "sqlite")
    await sql`delete from explorer_texts where rowid >= ${rowId(channel, 0, 0)} and rowid < ${rowId(channel + 1, 0, 0)}`.execute(db);
  else await sql`delete from explorer_texts where channel = ${channel}`.execute(db);
}
