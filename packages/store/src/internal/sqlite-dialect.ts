import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
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
import { openSqliteFile } from "./sqlite-file.ts";
import type { WriteLock } from "./write-lock.ts";

/** Prepared statements kept for one connection; the oldest goes first. */
const STATEMENTS = 256;

interface Prepared {
  readonly statement: StatementSync;
  /** Whether it has rows for an answer; statements that change something may. */
  readonly answers: boolean;
  readonly changes: boolean;
}

/** Connection over `node:sqlite`: synchronous underneath, one at a time (Kysely's mutex). What it changes waits for its turn. */
class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #lock: WriteLock;
  readonly #statements = new Map<string, Prepared>();
  /** Ends the turn of the open transaction. */
  #release: (() => void) | undefined;

  constructor(database: DatabaseSync, lock: WriteLock) {
    this.#database = database;
    this.#lock = lock;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const prepared = this.#prepare(query.sql);
    if (!prepared.changes || this.#release !== undefined) return run<Row>(prepared, query);
    const release = await this.#lock.acquire();
    try {
      return run<Row>(prepared, query);
    } finally {
      release();
    }
  }

  /** Writers begin with `IMMEDIATE`, so that a transaction never fails half-way for want of the lock. */
  async begin(): Promise<void> {
    const release = await this.#lock.acquire();
    try {
      this.#database.exec("begin immediate");
      this.#release = release;
    } catch (error) {
      release();
      throw error;
    }
  }

  commit(): void {
    this.#database.exec("commit");
    this.#end();
  }

  rollback(): void {
    try {
      // SQLite may have rolled back by itself (disk full, I/O error).
      if (this.#database.isTransaction) this.#database.exec("rollback");
    } finally {
      this.#end();
    }
  }

  #end(): void {
    this.#release?.();
    this.#release = undefined;
  }

  // oxlint-disable-next-line require-yield -- the interface asks for it, nothing here streams
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    await Promise.reject(new Error("the SQLite dialect does not stream"));
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const prepared = { statement, answers: statement.columns().length > 0, changes: !/^\s*(select|with recursive)\b/i.test(sql) };
    const oldest = this.#statements.keys().next();
    if (this.#statements.size >= STATEMENTS && oldest.done !== true) this.#statements.delete(oldest.value);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

function run<Row>({ statement, answers }: Prepared, query: CompiledQuery): QueryResult<Row> {
  const parameters = query.parameters.map(toSqlite);
  if (answers) return { rows: statement.all(...parameters) as Row[] };
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/** A value as SQLite takes it. Throws TypeError for what it cannot take. */
export function toSqlite(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite cannot take a ${typeof value}`);
}

/** Driver of one SQLite file. */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: SqliteConnection;

  constructor(database: DatabaseSync, lock: WriteLock) {
    this.#database = database;
    this.#connection = new SqliteConnection(database, lock);
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  beginTransaction(): Promise<void> {
    return this.#connection.begin();
  }

  // oxlint-disable-next-line require-await -- errors have to become rejections
  async commitTransaction(): Promise<void> {
    this.#connection.commit();
  }

  // oxlint-disable-next-line require-await -- as above
  async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }

  async releaseConnection(): Promise<void> {}

  // oxlint-disable-next-line require-await -- as above
  async destroy(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** Opens a SQLite file for Kysely. What it changes takes its turn with others that have the lock. */
export function createSqliteDialect(file: string, lock: WriteLock): Dialect {
  const database = openSqliteFile(file);
  return {
    createDriver: () => new SqliteDriver(database, lock),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db: Kysely<unknown>): DatabaseIntrospector => new SqliteIntrospector(db),
  };
}
