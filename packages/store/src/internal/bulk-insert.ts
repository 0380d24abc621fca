import { CompiledQuery, type Kysely } from "kysely";
import type { DialectName } from "./migrations.ts";
import type { Schema } from "./schema.ts";

/** Rows of one statement; each size is prepared once. */
const SIZES = [128, 16, 1] as const;

/** Inserts many rows with few statements, whose text is always the same. Values stand in the order of the columns. */
export async function bulkInsert(
  { db, dialect }: { readonly db: Kysely<Schema>; readonly dialect: DialectName },
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  for (let done = 0; done < rows.length;) {
    const size = SIZES.find((one) => one <= rows.length - done) ?? 1;
    const parameters = rows.slice(done, done + size).flat();
    await db.executeQuery(CompiledQuery.raw(statement(dialect, table, columns, size), parameters));
    done += size;
  }
}

const statements = new Map<string, string>();

function statement(dialect: DialectName, table: string, columns: readonly string[], size: number): string {
  const name = `${dialect} ${table} ${size}`;
  const known = statements.get(name);
  if (known !== undefined) return known;
  let parameter = 0;
  const place = (): string => (dialect === "sqlite" ? "?" : `$${(parameter += 1)}`);
  const row = (): string => `(${columns.map(place).join(", ")})`;
  const text = `insert into ${table} (${columns.join(", ")}) values ${Array.from({ length: size }, row).join(", ")}`;
  statements.set(name, text);
  return text;
}
