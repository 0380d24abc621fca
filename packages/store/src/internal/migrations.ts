import { sql, type Kysely } from "kysely";
import { storeErrors } from "../errors.ts";
import type { Schema } from "./schema.ts";

/** Which database a connection speaks to. */
export type DialectName = "sqlite" | "postgres";

interface Migration {
  readonly name: string;
  readonly up: (dialect: DialectName) => readonly string[];
}

const serial = (dialect: DialectName): string =>
  dialect === "sqlite" ? "integer primary key autoincrement" : "bigint generated always as identity primary key";
const bytes = (dialect: DialectName): string => (dialect === "sqlite" ? "blob" : "bytea");
/** SQLite keeps such a table in the order of its primary key, without a second copy of that. */
const clustered = (dialect: DialectName): string => (dialect === "sqlite" ? " without rowid" : "");

/** Every change of the schema, oldest first. Append only: a released entry is never edited. */
const migrations: readonly Migration[] = [
  {
    name: "first tables",
    up: (dialect) => [
      `create table networks (name text primary key, spec text not null, state text not null, runtime text not null,
        runtime_ref text, proof text, created_at bigint not null, updated_at bigint not null)`,
      `create table chaincodes (network text not null references networks (name) on delete cascade, channel text not null, name text not null,
        version text not null, sequence bigint not null, package_id text not null, detail text not null, deployed_at bigint not null,
        primary key (network, channel, name))`,
      `create table operations (id text primary key, kind text not null, network text, summary text not null, input text not null,
        state text not null, error text, result text, exclusive smallint not null, cancel_requested smallint not null, owner text,
        fence bigint not null, lease_until bigint, created_at bigint not null, started_at bigint, finished_at bigint)`,
      // One changing operation for each network, whoever submits it.
      `create unique index operations_exclusive on operations (network)
        where exclusive = 1 and state in ('queued', 'running', 'undoing')`,
      `create index operations_by_network on operations (network, created_at)`,
      `create index operations_by_state on operations (state, created_at)`,
      `create table journal (id ${serial(dialect)}, operation text not null references operations (id) on delete cascade,
        type text not null, step text not null, attempt bigint not null, at bigint not null, data text)`,
      `create index journal_by_operation on journal (operation, id)`,
      `create table events (id ${serial(dialect)}, at bigint not null, type text not null, network text, operation text, data text not null)`,
      `create index events_by_operation on events (operation, id)`,
      `create index events_by_network on events (network, id)`,
      `create table data_keys (network text primary key, master_key_id text not null, sealed ${bytes(dialect)} not null)`,
      `create table secrets (network text not null references data_keys (network) on delete cascade, name text not null,
        sealed ${bytes(dialect)} not null, primary key (network, name))`,
      `create table settings (key text primary key, value text not null)`,
    ],
  },
  {
    name: "accounts",
    up: (dialect) => [
      `create table accounts (name text primary key, role text not null, password_hash text, created_at bigint not null,
        last_login_at bigint)`,
      // Alice and alice are one person, and have one password to guess.
      `create unique index accounts_by_name on accounts (lower(name))`,
      `create table sessions (id text primary key, account text not null references accounts (name) on delete cascade,
        created_at bigint not null, last_used_at bigint not null, expires_at bigint not null)`,
      `create index sessions_by_account on sessions (account)`,
      `create table login_links (id text primary key, account text not null references accounts (name) on delete cascade,
        expires_at bigint not null)`,
      `create table login_throttle (key text primary key, failures bigint not null, last_at bigint not null)`,
      `create table audit (id ${serial(dialect)}, at bigint not null, actor text, action text not null, target text,
        outcome text not null, operation text, address text)`,
      `create index audit_by_actor on audit (actor, id)`,
      `alter table operations add column actor text`,
    ],
  },
  {
    name: "measurements",
    up: () => [
      `create table measurements (network text not null references networks (name) on delete cascade, resolution bigint not null,
        at bigint not null, data text not null, primary key (network, resolution, at))`,
      `create index measurements_by_age on measurements (resolution, at)`,
    ],
  },
  {
    name: "explorer",
    up: (dialect) => [
      `create table explorer_channels (id ${serial(dialect)}, network text not null references networks (name) on delete cascade,
        channel text not null, next bigint not null, tip_hash ${bytes(dialect)} not null, transactions bigint not null,
        invalid bigint not null, problem text, last_at bigint, high_at bigint not null, unique (network, channel))`,
      // Names that stand in very many rows: chaincodes, functions, creators, namespaces.
      `create table explorer_terms (id ${serial(dialect)}, channel bigint not null references explorer_channels (id) on delete cascade,
        kind text not null, value text not null, unique (channel, kind, value))`,
      // What lists are filtered by, each combination once (explorer/shapes.ts). A term that is missing is 0.
      `create table explorer_shapes (id ${serial(dialect)}, channel bigint not null references explorer_channels (id) on delete cascade,
        kind smallint not null, code smallint not null, chaincode bigint not null, creator bigint not null,
        unique (channel, kind, code, chaincode, creator))`,
      // first_at, high_at and late answer which blocks may hold transactions of a time (explorer/times.ts).
      `create table explorer_blocks (channel bigint not null references explorer_channels (id) on delete cascade, number bigint not null,
        hash ${bytes(dialect)} not null, previous_hash ${bytes(dialect)} not null, data_hash ${bytes(dialect)} not null,
        transactions bigint not null, invalid bigint not null, bytes bigint not null, kind text not null, at bigint, orderer text,
        signatures bigint not null, verified smallint not null, first_at bigint, high_at bigint not null, late smallint not null,
        primary key (channel, number))${clustered(dialect)}`,
      `create index explorer_blocks_by_hash on explorer_blocks (channel, hash)`,
      `create index explorer_blocks_by_time on explorer_blocks (channel, high_at, number)`,
      `create index explorer_blocks_late on explorer_blocks (channel, number, first_at) where late = 1`,
      `create index explorer_blocks_config on explorer_blocks (channel, number) where kind = 'config'`,
      `create table explorer_transactions (channel bigint not null references explorer_channels (id) on delete cascade,
        block bigint not null, idx bigint not null, tx_id ${bytes(dialect)} not null, at bigint, shape bigint not null, fn bigint,
        primary key (channel, block, idx))${clustered(dialect)}`,
      `create index explorer_transactions_by_id on explorer_transactions (channel, tx_id)`,
      `create index explorer_transactions_by_shape on explorer_transactions (channel, shape, block, idx)`,
      // In the order in which they are written; the index by key is the only one whose entries go anywhere.
      `create table explorer_writes (channel bigint not null references explorer_channels (id) on delete cascade, namespace bigint not null,
        key ${bytes(dialect)} not null, long_key ${bytes(dialect)}, block bigint not null, idx bigint not null, value ${bytes(dialect)},
        primary key (channel, block, idx, namespace, key))${clustered(dialect)}`,
      `create index explorer_writes_by_key on explorer_writes (channel, namespace, key, block, idx)`,
      ...(dialect === "sqlite"
        ? [
            // Row ids are made of channel, block and index (explorer/texts.ts). The text itself stands in the values.
            `create virtual table explorer_texts using fts5(text, content='', contentless_delete=1, detail='none', prefix='2 3 4 5 6 7 8')`,
            `create trigger explorer_texts_gone after delete on explorer_channels begin
              delete from explorer_texts where rowid >= old.id * 140737488355328 and rowid < (old.id + 1) * 140737488355328; end`,
          ]
        : [
            `create table explorer_texts (channel bigint not null references explorer_channels (id) on delete cascade,
              block bigint not null, idx bigint not null, text tsvector not null, primary key (channel, block, idx))`,
            `create index explorer_texts_by_word on explorer_texts using gin (text)`,
          ]),
    ],
  },
  {
    name: "explorer texts merged less often",
    // Indexing a backlog spent a sixth of its time on merging parts of the index of words (bench/explorer.ts).
    up: (dialect) => (dialect === "sqlite" ? [`insert into explorer_texts (explorer_texts, rank) values ('automerge', 16)`] : []),
  },
];

/** Version of the schema this code knows: the number of migrations. */
export const schemaVersion = migrations.length;

/** Advisory lock of PostgreSQL under which one server migrates. */
const MIGRATION_LOCK = 7_460_001;

/** Brings the schema up to date in one transaction. Throws STORE_TOO_NEW. */
export async function migrate(db: Kysely<Schema>, dialect: DialectName): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (dialect === "postgres") await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    await sql`create table if not exists heddle_schema (version bigint primary key, name text not null, at bigint not null)`.execute(
      transaction,
    );
    const row = await sql<{ version: number | null }>`select max(version) as version from heddle_schema`.execute(transaction);
    const found = row.rows[0]?.version ?? 0;
    if (found > schemaVersion) throw storeErrors.create("STORE_TOO_NEW", { found, known: schemaVersion });
    for (const [index, migration] of migrations.entries()) {
      if (index < found) continue;
      for (const statement of migration.up(dialect)) await sql.raw(statement).execute(transaction);
      await sql`insert into heddle_schema values (${index + 1}, ${migration.name}, ${Date.now()})`.execute(transaction);
    }
  });
}
