import { DatabaseSync } from "node:sqlite";

import { type Row, bytesOf, integerOf, keyBytes, keyText, optionalBytesOf } from "./sqlite-rows.ts";
import { StateCache } from "./state-cache.ts";
import type { BlockBatch } from "./store.ts";
import type { HashEntry, PrivateEntry, StateEntry, StateView, Version } from "./types.ts";

const firstPage = 16;
const nextPages = 100;
/** Greater than the bytes of any key: UTF-8 never holds 0xff. */
const afterEveryKey = Buffer.of(0xff);

/** A connection that only reads; between `begin` and `end` it sees one unchanging state. */
class Reader {
  readonly #database: DatabaseSync;
  readonly #height;
  readonly #state;
  readonly #range;
  readonly #hash;
  readonly #private;
  readonly #privateKeys;

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true });
    this.#database.exec("PRAGMA cache_size = -1024; PRAGMA query_only = 1");
    const prepare = (sql: string) => this.#database.prepare(sql);
    this.#height = prepare("SELECT value FROM properties WHERE name = 'height'");
    this.#state = prepare("SELECT block, idx, value, meta FROM state WHERE ns = ? AND key = ?");
    this.#range = prepare("SELECT key, block, idx, value, meta FROM state WHERE ns = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?");
    this.#hash = prepare("SELECT block, idx, hash, meta FROM hashes WHERE ns = ? AND collection = ? AND key_hash = ?");
    this.#private = prepare("SELECT block, idx, value FROM privates WHERE owner = ? AND ns = ? AND collection = ? AND key = ?");
    this.#privateKeys = prepare(
      "SELECT key FROM privates WHERE owner = ? AND ns = ? AND collection = ? AND key >= ? AND key < ? ORDER BY key",
    );
  }

  /** Fixes the state that is read from now on, and tells its height. */
  begin(): number {
    this.#database.exec("BEGIN");
    const row = this.#height.get();
    return row === undefined ? 0 : integerOf(row, "value");
  }

  end(): void {
    this.#database.exec("COMMIT");
  }

  close(): void {
    this.#database.close();
  }

  state(ns: string, key: string): StateEntry | undefined {
    const row = this.#state.get(ns, keyBytes(key));
    return row === undefined ? undefined : stateEntry(row);
  }

  page(ns: string, start: Uint8Array, end: Uint8Array, limit: number): Row[] {
    return this.#range.all(ns, start, end, limit);
  }

  hash(ns: string, collection: string, keyHash: Uint8Array): HashEntry | undefined {
    const row = this.#hash.get(ns, collection, keyHash);
    return row === undefined
      ? undefined
      : { valueHash: bytesOf(row, "hash"), version: versionOf(row), metadata: optionalBytesOf(row, "meta") };
  }

  private(owner: string, ns: string, collection: string, key: string): PrivateEntry | undefined {
    const row = this.#private.get(owner, ns, collection, keyBytes(key));
    return row === undefined ? undefined : { value: bytesOf(row, "value"), version: versionOf(row) };
  }

  privateKeys(owner: string, ns: string, collection: string, start: string, end: string): string[] {
    const rows = this.#privateKeys.all(owner, ns, collection, keyBytes(start), keyBytes(end));
    return rows.map((row) => keyText(bytesOf(row, "key")));
  }
}

function versionOf(row: Row): Version {
  return { block: integerOf(row, "block"), tx: integerOf(row, "idx") };
}

function stateEntry(row: Row): StateEntry {
  return { value: bytesOf(row, "value"), version: versionOf(row), metadata: optionalBytesOf(row, "meta") };
}

/** One unchanging state, shared by every view opened at the same height. */
class Snapshot {
  readonly reader: Reader;
  readonly height: number;
  views = 0;
  /** A newer block is committed: end this snapshot with its last view. */
  outdated = false;

  constructor(reader: Reader) {
    this.reader = reader;
    this.height = reader.begin();
  }
}

/** Hands out views; holds one connection per height that somebody still looks at, and some idle ones. */
export class SnapshotPool {
  readonly #file: string;
  readonly #maxIdle: number;
  readonly #idle: Reader[] = [];
  readonly #open = new Set<Snapshot>();
  readonly #cache = new StateCache();
  #current: Snapshot | undefined;

  constructor(file: string, maxIdle = 4) {
    this.#file = file;
    this.#maxIdle = maxIdle;
  }

  view(): StateView {
    if (this.#current === undefined) {
      this.#current = new Snapshot(this.#idle.pop() ?? new Reader(this.#file));
      this.#open.add(this.#current);
    }
    const snapshot = this.#current;
    snapshot.views++;
    return new SqliteView(snapshot, this.#cache, () => this.#release(snapshot));
  }

  /** Call after each commit: views opened from now on see it. */
  advance(batch: BlockBatch): void {
    this.#cache.apply(batch);
    const snapshot = this.#current;
    if (snapshot === undefined) return;
    this.#current = undefined;
    snapshot.outdated = true;
    if (snapshot.views === 0) this.#retire(snapshot);
  }

  close(): void {
    for (const { reader } of this.#open) reader.close();
    for (const reader of this.#idle) reader.close();
    this.#open.clear();
    this.#idle.length = 0;
    this.#current = undefined;
  }

  #release(snapshot: Snapshot): void {
    snapshot.views--;
    if (snapshot.views === 0 && snapshot.outdated) this.#retire(snapshot);
  }

  #retire(snapshot: Snapshot): void {
    if (!this.#open.delete(snapshot)) return; // the pool is closed
    snapshot.reader.end();
    if (this.#idle.length < this.#maxIdle) this.#idle.push(snapshot.reader);
    else snapshot.reader.close();
  }
}

class SqliteView implements StateView {
  readonly #snapshot: Snapshot;
  readonly #cache: StateCache;
  #release: (() => void) | undefined;

  constructor(snapshot: Snapshot, cache: StateCache, release: () => void) {
    this.#snapshot = snapshot;
    this.#cache = cache;
    this.#release = release;
  }

  get height(): number {
    return this.#snapshot.height;
  }

  get #reader(): Reader {
    if (this.#release === undefined) throw new Error("this view of the state is closed");
    return this.#snapshot.reader;
  }

  get(ns: string, key: string): StateEntry | undefined {
    const reader = this.#reader;
    const load = (): StateEntry | undefined => reader.state(ns, key);
    return this.#snapshot.outdated ? load() : this.#cache.state(ns, key, load);
  }

  *range(ns: string, start: string, end: string): IterableIterator<{ key: string; entry: StateEntry }> {
    const last = end === "" ? afterEveryKey : keyBytes(end);
    let next = keyBytes(start);
    let size = firstPage;
    for (;;) {
      const rows = this.#reader.page(ns, next, last, size);
      for (const row of rows) yield { key: keyText(bytesOf(row, "key")), entry: stateEntry(row) };
      const lastRow = rows.at(-1);
      if (lastRow === undefined || rows.length < size) return;
      next = Buffer.concat([bytesOf(lastRow, "key"), Buffer.of(0)]);
      size = nextPages;
    }
  }

  getHash(ns: string, collection: string, keyHash: Uint8Array): HashEntry | undefined {
    return this.#reader.hash(ns, collection, keyHash);
  }

  getPrivate(owner: string, ns: string, collection: string, key: string): PrivateEntry | undefined {
    const reader = this.#reader;
    const load = (): PrivateEntry | undefined => reader.private(owner, ns, collection, key);
    return this.#snapshot.outdated ? load() : this.#cache.private(owner, ns, collection, key, load);
  }

  privateKeys(owner: string, ns: string, collection: string, start: string, end: string): string[] {
    return this.#reader.privateKeys(owner, ns, collection, start, end);
  }

  close(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
