/** Rows of one statement; each size is prepared once. */
const SIZES = [128, 16, 1] as const;

/** How many of so many rows the next statement takes. */
export function rowsAtOnce(left: number): number {
  return SIZES.find((size) => size <= left) ?? 1;
}

const statements = new Map<string, string>();

/** Text of a statement that inserts rows, always the same for a table and a number of rows. */
export function insertStatement(dialect: "sqlite" | "postgres", table: string, columns: readonly string[], rows: number): string {
  const name = `${dialect} ${table} ${rows}`;
  const known = statements.get(name);
  if (known !== undefined) return known;
  let parameter = 0;
  const place = (): string => (dialect === "sqlite" ? "?" : `$${(parameter += 1)}`);
  const row = (): string => `(${columns.map(place).join(", ")})`;
  const text = `insert into ${table} (${columns.join(", ")}) values ${Array.from({ length: rows }, row).join(", ")}`;
  statements.set(name, text);
  return text;
}
