import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  type CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from "kysely";

/** Prepared statements kept for one connection; the oldest goes first. */
const STATEMENTS = 256;

/** Connection over `node:sqlite`: synchronous underneath, one at a time (Kysely's mutex). */
class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, { statement: StatementSync; reads: boolean }>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  // oxlint-disable-next-line require-await -- errors have to become rejections
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { statement, reads } = this.#prepare(query.sql);
    const parameters = query.parameters.map(toSqlite);
    if (reads) return { rows: statement.all(...parameters) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  // oxlint-disable-next-line require-yield -- the interface asks for it, nothing here streams
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    await Promise.reject(new Error("the SQLite dialect does not stream"));
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  #prepare(sql: string): { statement: StatementSync; reads: boolean } {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const prepared = { statement, reads: statement.columns().length > 0 };
    const oldest = this.#statements.keys().next();
    if (this.#statements.size >= STATEMENTS && oldest.done !== true) this.#statements.delete(oldest.value);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

function toSqlite(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite cannot take a ${typeof value}`);
}

/** Driver of one SQLite file. Writers begin with `IMMEDIATE`, so that a transaction never fails half-way for want of the lock. */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: SqliteConnection;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#connection = new SqliteConnection(database);
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  // oxlint-disable-next-line require-await -- errors have to become rejections
  async beginTransaction(): Promise<void> {
    this.#connection.execute("begin immediate");
  }

  // oxlint-disable-next-line require-await -- as above
  async commitTransaction(): Promise<void> {
    this.#connection.execute("commit");
  }

  // oxlint-disable-next-line require-await -- as above
  async rollbackTransaction(): Promise<void> {
    // SQLite may have rolled back by itself (disk full, I/O error).
    if (this.#database.isTransaction) this.#connection.execute("rollback");
  }

  async releaseConnection(): Promise<void> {}

  // oxlint-disable-next-line require-await -- as above
  async destroy(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }
}

/**
 * Opens a SQLite file for Kysely: WAL, synchronous FULL (a commit is on disk when
 * it returns), foreign keys, and secure_delete so that removed sealed keys are overwritten.
 */
export function createSqliteDialect(file: string): Dialect {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma busy_timeout = 5000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma secure_delete = on;
  `);
  return {
    createDriver: () => new SqliteDriver(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db: Kysely<unknown>): DatabaseIntrospector => new SqliteIntrospector(db),
  };
}
