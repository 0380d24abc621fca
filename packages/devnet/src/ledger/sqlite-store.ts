import { DatabaseSync } from "node:sqlite";

import { sha256 } from "@heddle/fabric";

import { type Row, bytesOf, integerOf, keyBytes, textOf } from "./sqlite-rows.ts";
import { SnapshotPool } from "./sqlite-view.ts";
import type { BlockBatch, HashUpdate, PrivateSet, PrivateUpdate, StateStore, StateUpdate, StoredBlock, TransientEntry } from "./store.ts";
import { transientRetention } from "./store.ts";
import type { StateView, Version } from "./types.ts";

const schemaVersion = 2;

const schema = `
CREATE TABLE properties(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE blocks(num INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL, codes BLOB NOT NULL, commit_hash BLOB NOT NULL, last_config INTEGER NOT NULL) STRICT;
CREATE TABLE transactions(txid TEXT PRIMARY KEY, block INTEGER NOT NULL, idx INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE state(ns TEXT NOT NULL, key BLOB NOT NULL, block INTEGER NOT NULL, idx INTEGER NOT NULL, value BLOB NOT NULL, meta BLOB, PRIMARY KEY(ns, key)) WITHOUT ROWID, STRICT;
CREATE TABLE hashes(ns TEXT NOT NULL, collection TEXT NOT NULL, key_hash BLOB NOT NULL, block INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, meta BLOB, PRIMARY KEY(ns, collection, key_hash)) WITHOUT ROWID, STRICT;
CREATE TABLE privates(owner TEXT NOT NULL, ns TEXT NOT NULL, collection TEXT NOT NULL, key BLOB NOT NULL, block INTEGER NOT NULL, idx INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY(owner, ns, collection, key)) WITHOUT ROWID, STRICT;
CREATE TABLE private_sets(block INTEGER NOT NULL, idx INTEGER NOT NULL, owner TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(block, idx, owner)) WITHOUT ROWID, STRICT;
CREATE TABLE history(ns TEXT NOT NULL, key BLOB NOT NULL, block INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY(ns, key, block, idx)) WITHOUT ROWID, STRICT;
CREATE TABLE transient(txid TEXT NOT NULL, owner TEXT NOT NULL, digest BLOB NOT NULL, height INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(txid, owner, digest)) WITHOUT ROWID, STRICT;
CREATE INDEX transient_height ON transient(height);
PRAGMA user_version = ${schemaVersion};
`;

/**
 * Keeps a channel in one SQLite file. Write-ahead log: readers see their
 * snapshot while a block is written. `synchronous = FULL`: a block that was
 * committed survives a crash of the process and of the machine.
 */
export class SqliteStore implements StateStore {
  readonly #database: DatabaseSync;
  readonly #snapshots: SnapshotPool;
  readonly #statements: Statements;
  #height: number;

  /** Opens the file, or makes it. Throws an Error when it is not a ledger of this version. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 5000 });
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    const version = integerOf(this.#database.prepare("PRAGMA user_version").get() ?? {}, "user_version");
    if (version === 0) this.#database.exec(`BEGIN; ${schema} COMMIT`);
    else if (version !== schemaVersion) throw new Error(`the file has format ${version}, this program reads format ${schemaVersion}`);
    this.#statements = prepareStatements(this.#database);
    this.#snapshots = new SnapshotPool(file);
    const row = this.#statements.height.get();
    this.#height = row === undefined ? 0 : integerOf(row, "value");
  }

  get height(): number {
    return this.#height;
  }

  commit(batch: BlockBatch): void {
    if (batch.block.number !== this.#height) throw new RangeError(`block ${batch.block.number} at height ${this.#height}`);
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#write(batch);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
    this.#height = batch.block.number + 1;
    this.#snapshots.advance(batch);
  }

  #write(batch: BlockBatch): void {
    const run = this.#statements;
    const { block } = batch;
    run.putBlock.run(block.number, block.hash, block.bytes, block.codes, block.commitHash, block.lastConfig);
    for (const { txId, index } of batch.txIds) run.putTransaction.run(txId, block.number, index);
    for (const update of batch.state) writeState(run, update);
    for (const update of batch.hashes) writeHash(run, update);
    for (const update of batch.privates) writePrivate(run, update);
    for (const { tx, owner, bytes } of batch.privateSets) run.putPrivateSet.run(block.number, tx, owner, bytes);
    for (const { ns, key, tx } of batch.history) run.putHistory.run(ns, keyBytes(key), block.number, tx);
    for (const txId of batch.spent) run.dropTransient.run(txId);
    run.dropOldTransient.run(block.number - transientRetention);
    run.putHeight.run(block.number + 1);
  }

  snapshot(): StateView {
    return this.#snapshots.view();
  }

  block(number: number): StoredBlock | undefined {
    const row = this.#statements.block.get(number);
    return row === undefined ? undefined : storedBlock(row);
  }

  blockNumberByHash(hash: Uint8Array): number | undefined {
    const row = this.#statements.blockByHash.get(hash);
    return row === undefined ? undefined : integerOf(row, "num");
  }

  transaction(txId: string): Version | undefined {
    const row = this.#statements.transaction.get(txId);
    return row === undefined ? undefined : { block: integerOf(row, "block"), tx: integerOf(row, "idx") };
  }

  history(ns: string, key: string): Version[] {
    return this.#statements.history.all(ns, keyBytes(key)).map((row) => ({ block: integerOf(row, "block"), tx: integerOf(row, "idx") }));
  }

  privateSets(block: number, owner?: string): PrivateSet[] {
    return this.#statements.privateSets
      .all(block, owner ?? null)
      .map((row) => ({ tx: integerOf(row, "idx"), owner: textOf(row, "owner"), bytes: bytesOf(row, "bytes") }));
  }

  putTransient({ txId, owner, bytes }: TransientEntry): void {
    this.#statements.putTransient.run(txId, owner, sha256(bytes), this.#height, bytes);
  }

  transient(txId: string): TransientEntry[] {
    return this.#statements.transient.all(txId).map((row) => ({ txId, owner: textOf(row, "owner"), bytes: bytesOf(row, "bytes") }));
  }

  close(): void {
    this.#snapshots.close();
    this.#database.close();
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    height: prepare("SELECT value FROM properties WHERE name = 'height'"),
    putHeight: prepare("INSERT INTO properties(name, value) VALUES ('height', ?) ON CONFLICT DO UPDATE SET value = excluded.value"),
    block: prepare("SELECT num, hash, bytes, codes, commit_hash, last_config FROM blocks WHERE num = ?"),
    blockByHash: prepare("SELECT num FROM blocks WHERE hash = ?"),
    putBlock: prepare("INSERT INTO blocks(num, hash, bytes, codes, commit_hash, last_config) VALUES (?, ?, ?, ?, ?, ?)"),
    transaction: prepare("SELECT block, idx FROM transactions WHERE txid = ?"),
    putTransaction: prepare("INSERT INTO transactions(txid, block, idx) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
    putState: prepare(
      "INSERT INTO state(ns, key, block, idx, value, meta) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET block = excluded.block, idx = excluded.idx, value = excluded.value, meta = excluded.meta",
    ),
    dropState: prepare("DELETE FROM state WHERE ns = ? AND key = ?"),
    putHash: prepare(
      "INSERT INTO hashes(ns, collection, key_hash, block, idx, hash, meta) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET block = excluded.block, idx = excluded.idx, hash = excluded.hash, meta = excluded.meta",
    ),
    dropHash: prepare("DELETE FROM hashes WHERE ns = ? AND collection = ? AND key_hash = ?"),
    putPrivate: prepare(
      "INSERT INTO privates(owner, ns, collection, key, block, idx, value) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET block = excluded.block, idx = excluded.idx, value = excluded.value",
    ),
    dropPrivate: prepare("DELETE FROM privates WHERE owner = ? AND ns = ? AND collection = ? AND key = ?"),
    putPrivateSet: prepare("INSERT INTO private_sets(block, idx, owner, bytes) VALUES (?, ?, ?, ?)"),
    privateSets: prepare("SELECT idx, owner, bytes FROM private_sets WHERE block = ?1 AND (?2 IS NULL OR owner = ?2) ORDER BY idx"),
    putHistory: prepare("INSERT INTO history(ns, key, block, idx) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"),
    history: prepare("SELECT block, idx FROM history WHERE ns = ? AND key = ? ORDER BY block DESC, idx DESC"),
    putTransient: prepare("INSERT INTO transient(txid, owner, digest, height, bytes) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
    transient: prepare("SELECT owner, bytes FROM transient WHERE txid = ?"),
    dropTransient: prepare("DELETE FROM transient WHERE txid = ?"),
    dropOldTransient: prepare("DELETE FROM transient WHERE height < ?"),
  };
}

function writeState(run: Statements, { ns, key, value, metadata, version }: StateUpdate): void {
  if (value === undefined) run.dropState.run(ns, keyBytes(key));
  else run.putState.run(ns, keyBytes(key), version.block, version.tx, value, metadata ?? null);
}

function writeHash(run: Statements, { ns, collection, keyHash, valueHash, metadata, version }: HashUpdate): void {
  if (valueHash === undefined) run.dropHash.run(ns, collection, keyHash);
  else run.putHash.run(ns, collection, keyHash, version.block, version.tx, valueHash, metadata ?? null);
}

function writePrivate(run: Statements, { owner, ns, collection, key, value, version }: PrivateUpdate): void {
  if (value === undefined) run.dropPrivate.run(owner, ns, collection, keyBytes(key));
  else run.putPrivate.run(owner, ns, collection, keyBytes(key), version.block, version.tx, value);
}

function storedBlock(row: Row): StoredBlock {
  return {
    number: integerOf(row, "num"),
    hash: bytesOf(row, "hash"),
    bytes: bytesOf(row, "bytes"),
    codes: bytesOf(row, "codes"),
    commitHash: bytesOf(row, "commit_hash"),
    lastConfig: integerOf(row, "last_config"),
  };
}
