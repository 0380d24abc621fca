import { CompiledQuery, type Kysely } from "kysely";
import { insertStatement, rowsAtOnce } from "./insert-statement.ts";
import type { DialectName } from "./migrations.ts";
import type { PackedValue } from "./packed-rows.ts";
import type { Schema } from "./schema.ts";

/** Rows of a table. Values stand in the order of the columns. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly PackedValue[]>;
}

/** Inserts many rows with few statements, whose text is always the same. */
export async function bulkInsert(
  { db, dialect }: { readonly db: Kysely<Schema>; readonly dialect: DialectName },
  { table, columns, rows: given }: TableRows,
): Promise<void> {
  const rows = [...given];
  for (let done = 0; done < rows.length;) {
    const size = rowsAtOnce(rows.length - done);
    const parameters = rows.slice(done, done + size).flat();
    await db.executeQuery(CompiledQuery.raw(insertStatement(dialect, table, columns, size), parameters));
    done += size;
  }
}
