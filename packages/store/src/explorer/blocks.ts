import type { IndexedBlock } from "../explorer-types.ts";
import type { RepositoryContext } from "../internal/context.ts";
import { toDate, type Schema } from "../internal/schema.ts";

function viewBlock(row: Schema["explorer_blocks"]): IndexedBlock {
  const { number, hash, transactions, invalid, bytes, signatures } = row;
  return {
    number,
    hash,
    previousHash: row.previous_hash,
    dataHash: row.data_hash,
    transactions,
    invalid,
    bytes,
    kind: row.kind === "config" ? "config" : "transactions",
    at: toDate(row.at),
    firstAt: toDate(row.first_at),
    orderer: row.orderer ?? undefined,
    signatures,
    verified: row.verified === 1,
  };
}

/** Reads blocks of the index. */
export function blockQueries({ db }: RepositoryContext) {
  const of = (id: number) => db.selectFrom("explorer_blocks").selectAll().where("channel", "=", id);
  return {
    async blocks(id: number, before: number | undefined, limit: number): Promise<IndexedBlock[]> {
      const query = before === undefined ? of(id) : of(id).where("number", "<", before);
      return (await query.orderBy("number", "desc").limit(limit).execute()).map(viewBlock);
    },
    async blocksAfter(id: number, after: number, limit: number): Promise<IndexedBlock[]> {
      return (await of(id).where("number", ">", after).orderBy("number").limit(limit).execute()).map(viewBlock);
    },
    async block(id: number, number: number): Promise<IndexedBlock | undefined> {
      const row = await of(id).where("number", "=", number).executeTakeFirst();
      return row === undefined ? undefined : viewBlock(row);
    },
    async blockByHash(id: number, hash: Uint8Array): Promise<IndexedBlock | undefined> {
      const row = await of(id).where("hash", "=", hash).executeTakeFirst();
      return row === undefined ? undefined : viewBlock(row);
    },
    async configBlocks(id: number): Promise<number[]> {
      const rows = await db
        .selectFrom("explorer_blocks")
        .select("number")
        .where("channel", "=", id)
        .where("kind", "=", "config")
        .orderBy("number")
        .execute();
      return rows.map(({ number }) => number);
    },
  };
}
