import { create, fromBinary } from "@bufbuild/protobuf";
import { kvrwset, type rwset } from "@heddle/fabric/wire";

import { implicitCollectionOwner, lifecycleNamespace } from "../definitions/definitions.ts";
import { devnetErrors } from "../errors.ts";
import type { StateView, Version } from "../ledger/types.ts";
import { sortedUtf8 } from "../ledger/utf8.ts";
import { RangeReads } from "./merkle.ts";
import { RwsetBuilder, hashKey } from "./rwset-builder.ts";

export interface SimulatorOptions {
  readonly txId: string;
  /** MSP id of the simulating peer: whose private data it may read. */
  readonly owner: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Pulls one entry at a time; what was pulled is what the read set records. */
export interface RangeIterator {
  next(): KeyValue | undefined;
  close(): void;
}

/** A range iterator that stops after a page. */
export interface PageIterator extends RangeIterator {
  /** The key that comes after the page; empty at the end of the range. Reading it does not change the read set. */
  bookmark(): string;
}

export interface SimulationResults {
  /** Marshaled rwset.TxReadWriteSet: `ChaincodeAction.results`. */
  readonly publicBytes: Uint8Array;
  /** Cleartext private writes, for `ChannelLedger.storePrivate`. Absent when there are none. */
  readonly privateSet?: rwset.TxPvtReadWriteSet | undefined;
}

/**
 * Executes one transaction's reads and writes against a snapshot and records
 * them. Reads never see the transaction's own writes. Private data is there
 * for the organizations' implicit collections of `_lifecycle` only; everything
 * else private, and key-level endorsement, is refused.
 * Fabric: core/ledger/kvledger/txmgmt/txmgr.
 */
export class TxSimulator {
  readonly txId: string;
  readonly view: StateView;
  readonly #owner: string;
  readonly #builder = new RwsetBuilder();
  readonly #ranges: RecordedRange[] = [];
  #written = false;
  #paginated = false;
  #done = false;

  /** Takes over `view`: it is closed with the simulator. */
  constructor(view: StateView, options: SimulatorOptions) {
    this.view = view;
    this.txId = options.txId;
    this.#owner = options.owner;
  }

  getState(ns: string, key: string): Uint8Array | undefined {
    this.#checkDone();
    const entry = this.view.get(ns, key);
    this.#builder.addRead(ns, key, entry?.version);
    return entry?.value;
  }

  getStates(ns: string, keys: readonly string[]): (Uint8Array | undefined)[] {
    return keys.map((key) => this.getState(ns, key));
  }

  /** Writes a value; an empty one deletes the key. Throws DEVNET_SIMULATION_READ_ONLY after a paginated query. */
  putState(ns: string, key: string, value: Uint8Array): void {
    this.#checkWrite();
    this.#builder.addWrite(ns, key, value);
  }

  delState(ns: string, key: string): void {
    this.putState(ns, key, new Uint8Array());
  }

  /** Entries from `start` (included) to `end` (excluded) in UTF-8 order; an empty bound is open. */
  getStateByRange(ns: string, start: string, end: string): RangeIterator {
    this.#checkDone();
    return this.#openRange(ns, start, end, Number.POSITIVE_INFINITY);
  }

  /** At most `pageSize` entries of a range (0 = all). Throws DEVNET_SIMULATION_READ_ONLY after a write; makes the transaction read-only. */
  getStateByRangePage(ns: string, start: string, end: string, pageSize: number): PageIterator {
    this.#checkDone();
    if (this.#written) throw this.#readOnly("Paginated queries are supported only in a read-only transaction");
    this.#paginated = true;
    return this.#openRange(ns, start, end, pageSize > 0 ? pageSize : Number.POSITIVE_INFINITY);
  }

  /** Metadata of a committed key by name; recorded as a read of the key. */
  getStateMetadata(ns: string, key: string): ReadonlyMap<string, Uint8Array> {
    this.#checkDone();
    const entry = this.view.get(ns, key);
    this.#builder.addRead(ns, key, entry?.version);
    if (entry?.metadata === undefined) return new Map();
    const { entries } = fromBinary(kvrwset.KVMetadataWriteSchema, entry.metadata);
    return new Map(entries.map(({ name, value }) => [name, value]));
  }

  /** Always throws DEVNET_KEY_ENDORSEMENT_NOT_SUPPORTED. */
  putStateMetadata(ns: string, key: string, _metadata: ReadonlyMap<string, Uint8Array>): never {
    this.#checkDone();
    throw devnetErrors.create("DEVNET_KEY_ENDORSEMENT_NOT_SUPPORTED", { txId: this.txId, namespace: ns, key });
  }

  /** Throws DEVNET_PRIVATE_DATA_STALE when this organization does not hold what the public hash tells of. */
  getPrivateData(ns: string, collection: string, key: string): Uint8Array | undefined {
    this.#checkDone();
    this.#checkCollection(ns, collection);
    const entry = this.view.getPrivate(this.#owner, ns, collection, key);
    const hashed = this.view.getHash(ns, collection, hashKey(key));
    if (!sameVersion(entry?.version, hashed?.version)) {
      const [hashVersion, dataVersion] = [showVersion(hashed?.version), showVersion(entry?.version)];
      throw devnetErrors.create("DEVNET_PRIVATE_DATA_STALE", { hashVersion, dataVersion });
    }
    this.#builder.addHashedRead(ns, collection, key, entry?.version);
    return entry?.value;
  }

  /** A range of private data that this organization holds. Leaves no trace in the read set: private ranges are not protected from phantoms. */
  getPrivateDataByRange(ns: string, collection: string, start: string, end: string): KeyValue[] {
    this.#checkDone();
    this.#checkCollection(ns, collection);
    return this.view.privateKeys(this.#owner, ns, collection, start, end).flatMap((key) => {
      const entry = this.view.getPrivate(this.#owner, ns, collection, key);
      return entry === undefined ? [] : [{ key, value: entry.value }];
    });
  }

  /** The SHA-256 of a private value, whoever holds the value itself. */
  getPrivateDataHash(ns: string, collection: string, key: string): Uint8Array | undefined {
    this.#checkDone();
    this.#checkCollection(ns, collection);
    const hashed = this.view.getHash(ns, collection, hashKey(key));
    this.#builder.addHashedRead(ns, collection, key, hashed?.version);
    return hashed?.valueHash;
  }

  /** Writes a private value; an empty one deletes the key. */
  putPrivateData(ns: string, collection: string, key: string, value: Uint8Array): void {
    this.#checkCollection(ns, collection);
    this.#checkWrite();
    this.#builder.addPrivateWrite(ns, collection, key, value);
  }

  delPrivateData(ns: string, collection: string, key: string): void {
    this.putPrivateData(ns, collection, key, new Uint8Array());
  }

  /** Always throws: DEVNET_COLLECTIONS_NOT_SUPPORTED, also for the implicit collections, from which nothing is purged here. */
  purgePrivateData(ns: string, collection: string, _key: string): never {
    this.#checkDone();
    throw devnetErrors.create("DEVNET_COLLECTIONS_NOT_SUPPORTED", { namespace: ns, collection });
  }

  /** Namespaces with public writes or private reads or writes, sorted by UTF-8 bytes. */
  get touchedNamespaces(): string[] {
    return this.#builder.touched();
  }

  /** Every namespace that was read or written, sorted by UTF-8 bytes. */
  get namespaces(): string[] {
    return sortedUtf8(new Set([...this.#builder.namespaces(), ...this.#ranges.map(({ ns }) => ns)]));
  }

  /** Collections of a namespace that were written, sorted by UTF-8 bytes. */
  writtenCollections(ns: string): string[] {
    return this.#builder.writtenCollections(ns);
  }

  /** Ends the simulation, closes iterators and the view. Throws DEVNET_SIMULATION_DONE the second time. */
  results(): SimulationResults {
    this.#checkDone();
    for (const range of this.#ranges) this.#builder.addRangeQuery(range.ns, range.info());
    const { publicBytes, privateSet } = this.#builder.build();
    this.close();
    return { publicBytes, privateSet };
  }

  /** Ends without results; may be called again. */
  close(): void {
    if (this.#done) return;
    this.#done = true;
    for (const range of this.#ranges) range.close();
    this.view.close();
  }

  #openRange(ns: string, start: string, end: string, limit: number): RecordedRange {
    const range = new RecordedRange(this.view, ns, start, end, limit);
    this.#ranges.push(range);
    return range;
  }

  #checkDone(): void {
    if (this.#done) throw devnetErrors.create("DEVNET_SIMULATION_DONE", { txId: this.txId });
  }

  #checkWrite(): void {
    this.#checkDone();
    if (this.#paginated) throw this.#readOnly("Transaction has already performed a paginated query. Writes are not allowed");
    this.#written = true;
  }

  #checkCollection(ns: string, collection: string): void {
    if (ns === lifecycleNamespace && implicitCollectionOwner(collection) !== undefined) return;
    throw devnetErrors.create("DEVNET_COLLECTIONS_NOT_SUPPORTED", { namespace: ns, collection });
  }

  #readOnly(reason: string): Error {
    return devnetErrors.create("DEVNET_SIMULATION_READ_ONLY", { txId: this.txId, reason });
  }
}

/**
 * One range query. The recorded range ends with the last key that was pulled,
 * and at the query's own end once a pull has found nothing more.
 */
class RecordedRange implements PageIterator {
  readonly ns: string;
  readonly #start: string;
  readonly #end: string;
  readonly #entries: ReturnType<StateView["range"]>;
  readonly #reads = new RangeReads();
  #left: number;
  #recordedEnd = "";
  #exhausted = false;
  /** Found behind the end of the page, and not recorded. */
  #ahead: string | undefined;
  #closed = false;

  constructor(view: StateView, ns: string, start: string, end: string, limit: number) {
    this.ns = ns;
    this.#start = start;
    this.#end = end;
    this.#left = limit;
    this.#entries = view.range(ns, start, end);
  }

  next(): KeyValue | undefined {
    if (this.#closed) return undefined;
    const step = this.#left > 0 ? this.#entries.next() : undefined;
    if (step === undefined || step.done === true) {
      this.#exhausted = true;
      this.#recordedEnd = this.#end;
      return undefined;
    }
    this.#left--;
    const { key, entry } = step.value;
    this.#reads.add(key, entry.version);
    this.#recordedEnd = key;
    return { key, value: entry.value };
  }

  bookmark(): string {
    if (this.#ahead === undefined && !this.#closed) {
      const step = this.#entries.next();
      this.#ahead = step.done === true ? "" : step.value.key;
      this.#left = 0;
    }
    return this.#ahead ?? "";
  }

  close(): void {
    this.#closed = true;
    this.#entries.return?.();
  }

  info(): kvrwset.RangeQueryInfo {
    const info = create(kvrwset.RangeQueryInfoSchema, { startKey: this.#start, endKey: this.#recordedEnd, itrExhausted: this.#exhausted });
    const done = this.#reads.done();
    if ("merkle" in done) {
      const { maxDegree, maxLevel, maxLevelHashes } = done.merkle;
      const value = create(kvrwset.QueryReadsMerkleSummarySchema, { maxDegree, maxLevel, maxLevelHashes: [...maxLevelHashes] });
      info.readsInfo = { case: "readsMerkleHashes", value };
    } else if (done.reads.length > 0) {
      info.readsInfo = { case: "rawReads", value: create(kvrwset.QueryReadsSchema, { kvReads: [...done.reads] }) };
    }
    return info;
  }
}

function sameVersion(a: Version | undefined, b: Version | undefined): boolean {
  return a?.block === b?.block && a?.tx === b?.tx;
}

function showVersion(version: Version | undefined): string {
  return version === undefined ? "<nil>" : `{BlockNum: ${version.block}, TxNum: ${version.tx}}`;
}
