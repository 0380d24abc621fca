import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { Kysely, PostgresDialect, sql, type Dialect } from "kysely";
import { isHeddleError } from "@heddle/network";
import { storeErrors } from "./errors.ts";
import type { RepositoryContext } from "./internal/context.ts";
import { IndexWriter } from "./internal/index-writer.ts";
import { migrate, type DialectName } from "./internal/migrations.ts";
import type { Schema } from "./internal/schema.ts";
import { createSqliteDialect } from "./internal/sqlite-dialect.ts";
import { TransactionScope } from "./internal/transaction-scope.ts";
import { WriteLock } from "./internal/write-lock.ts";
import { createAccountRepository } from "./repositories/accounts.ts";
import { createAuditRepository } from "./repositories/audit.ts";
import { createChaincodeRepository } from "./repositories/chaincodes.ts";
import { createEventRepository } from "./repositories/events.ts";
import { createLoginLinkRepository, createLoginThrottleRepository } from "./repositories/login.ts";
import { createExplorerRepository } from "./explorer/repository.ts";
import { createMeasurementRepository } from "./repositories/measurements.ts";
import { createNetworkRepository } from "./repositories/networks.ts";
import { createOperationRepository } from "./repositories/operations.ts";
import { createSecretRepository } from "./repositories/secrets.ts";
import { createSessionRepository } from "./repositories/sessions.ts";
import { createSettingRepository } from "./repositories/settings.ts";
import type { Repositories, Store } from "./types.ts";

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** `sqlite:FILE` (made with mode 0600 where it is missing), or `postgres://user@host/database`. */
  readonly url: string;
  /** Connections kept to PostgreSQL; default 10. */
  readonly connections?: number;
}

/**
 * Opens a store and brings its schema up to date.
 *
 * Throws STORE_URL_INVALID, STORE_UNAVAILABLE, STORE_TOO_NEW.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const name = dialectOf(options.url);
  let db: Kysely<Schema> | undefined;
  try {
    const { dialect, indexWriter } = name === "sqlite" ? openSqlite(options.url) : await openPostgres(options);
    db = new Kysely<Schema>({ dialect });
    await migrate(db, name);
    return createStore(db, name, indexWriter);
  } catch (error) {
    await db?.destroy();
    if (isHeddleError(error)) throw error;
    throw storeErrors.create("STORE_UNAVAILABLE", { reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

function dialectOf(url: string): DialectName {
  if (url.startsWith("sqlite:") && url.length > "sqlite:".length) return "sqlite";
  if (/^postgres(ql)?:\/\//.test(url)) return "postgres";
  // Only the scheme: the address may hold a password.
  throw storeErrors.create("STORE_URL_INVALID", { url: /^[a-z]+:/.exec(url)?.[0] ?? "no scheme" });
}

/** A way to a database. */
interface Connection {
  readonly dialect: Dialect;
  readonly indexWriter: IndexWriter | undefined;
}

function openSqlite(url: string): Connection {
  const file = path.resolve(url.slice("sqlite:".length));
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const lock = new WriteLock();
  return { dialect: createSqliteDialect(file, lock), indexWriter: new IndexWriter(file, lock) };
}

async function openPostgres({ url, connections = 10 }: StoreOptions): Promise<Connection> {
  const { default: pg } = await import("pg");
  const int8 = pg.types.builtins.INT8;
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    // Our bigint columns hold milliseconds and counters, all below 2^53.
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as never },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => undefined);
  return { dialect: new PostgresDialect({ pool }), indexWriter: undefined };
}

function createStore(db: Kysely<Schema>, dialect: DialectName, indexWriter: IndexWriter | undefined): Store {
  const scope = new TransactionScope();
  const listeners = new Set<() => void>();
  const terms = new Map<string, number>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };

  const inTransaction = async <Result>(work: (context: RepositoryContext) => Promise<Result>): Promise<Result> => {
    scope.refuse();
    let appended = false;
    const result = await db.transaction().execute((transaction) => {
      const context: RepositoryContext = {
        db: transaction,
        dialect,
        terms,
        indexWriter: undefined,
        atomically: (inner) => inner(context),
        appended: () => {
          appended = true;
        },
      };
      return scope.run(() => work(context));
    });
    if (appended) notify();
    return result;
  };

  return {
    ...createRepositories({ db: db.withPlugin(scope), dialect, terms, indexWriter, atomically: inTransaction, appended: notify }),
    dialect,
    transaction: (work) => inTransaction((context) => work(createRepositories(context))),
    onEvents(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async checkpoint() {
      if (dialect === "sqlite") await sql`pragma wal_checkpoint(truncate)`.execute(db);
    },
    async close() {
      await indexWriter?.close();
      await db.destroy();
    },
  };
}

function createRepositories(context: RepositoryContext): Repositories {
  return {
    networks: createNetworkRepository(context),
    chaincodes: createChaincodeRepository(context),
    operations: createOperationRepository(context),
    events: createEventRepository(context),
    secrets: createSecretRepository(context),
    settings: createSettingRepository(context),
    measurements: createMeasurementRepository(context),
    explorer: createExplorerRepository(context),
    accounts: createAccountRepository(context),
    sessions: createSessionRepository(context),
    loginLinks: createLoginLinkRepository(context),
    loginThrottle: createLoginThrottleRepository(context),
    audit: createAuditRepository(context),
  };
}
