import type { kvrwset } from "@heddle/fabric/wire";
import { peer } from "@heddle/fabric/wire";

import type { StateView, Version } from "../ledger/types.ts";
import { compareUtf8 } from "../ledger/utf8.ts";
import { type MerkleSummary, RangeReads } from "../simulation/merkle.ts";
import type { NamespaceRwset, TxRwset } from "./rwset.ts";
import type { BlockUpdates } from "./updates.ts";

/**
 * Whether what a transaction read is still so, after the committed blocks and
 * the earlier valid transactions of its own block: VALID, MVCC_READ_CONFLICT
 * or PHANTOM_READ_CONFLICT. Fabric: txmgmt/validation, `validateTx`.
 */
export function checkReads(rwset: TxRwset, state: StateView, updates: BlockUpdates): peer.TxValidationCode {
  for (const namespace of rwset) {
    if (!readsHold(namespace, state, updates)) return peer.TxValidationCode.MVCC_READ_CONFLICT;
    for (const query of namespace.kv.rangeQueriesInfo) {
      if (!rangeHolds(namespace.ns, query, state, updates)) return peer.TxValidationCode.PHANTOM_READ_CONFLICT;
    }
    if (!hashedReadsHold(namespace, state, updates)) return peer.TxValidationCode.MVCC_READ_CONFLICT;
  }
  return peer.TxValidationCode.VALID;
}

/** A key that the block has already changed conflicts, whatever version was read. */
function readsHold({ ns, kv }: NamespaceRwset, state: StateView, updates: BlockUpdates): boolean {
  return kv.reads.every(({ key, version }) => updates.get(ns, key) === undefined && sameVersion(state.get(ns, key)?.version, version));
}

function hashedReadsHold({ ns, collections }: NamespaceRwset, state: StateView, updates: BlockUpdates): boolean {
  return collections.every(({ collection, hashed }) =>
    hashed.hashedReads.every(
      ({ keyHash, version }) =>
        updates.getHash(ns, collection, keyHash) === undefined && sameVersion(state.getHash(ns, collection, keyHash)?.version, version),
    ),
  );
}

function sameVersion(committed: Version | undefined, read: kvrwset.Version | undefined): boolean {
  if (committed === undefined || read === undefined) return committed === undefined && read === undefined;
  return BigInt(committed.block) === read.blockNum && BigInt(committed.tx) === read.txNum;
}

interface Found {
  readonly key: string;
  readonly version: Version;
}

function rangeHolds(ns: string, query: kvrwset.RangeQueryInfo, state: StateView, updates: BlockUpdates): boolean {
  const found = rangeNow(ns, query, state, updates);
  if (query.readsInfo.case === "readsMerkleHashes") return merkleHolds(query.readsInfo.value, found);
  return listHolds(query.readsInfo.value?.kvReads ?? [], found);
}

/** The results that a range query would have now. One that was not read to its end includes the key it stopped at. */
function* rangeNow(ns: string, query: kvrwset.RangeQueryInfo, state: StateView, updates: BlockUpdates): IterableIterator<Found> {
  const { startKey, endKey, itrExhausted } = query;
  yield* merged(ns, startKey, endKey, state, updates);
  if (itrExhausted) return;
  const update = updates.get(ns, endKey);
  const version = update === undefined ? state.get(ns, endKey)?.version : update.value && update.version;
  if (version !== undefined) yield { key: endKey, version };
}

function* merged(ns: string, start: string, end: string, state: StateView, updates: BlockUpdates): IterableIterator<Found> {
  const changed = updates.keysInRange(ns, start, end);
  let next = 0;
  const changedBefore = function* (key: string | undefined): IterableIterator<Found> {
    for (; next < changed.length; next++) {
      const candidate = changed[next] ?? "";
      if (key !== undefined && compareUtf8(candidate, key) >= 0) return;
      const update = updates.get(ns, candidate);
      if (update?.value !== undefined) yield { key: candidate, version: update.version };
    }
  };
  for (const { key, entry } of state.range(ns, start, end)) {
    yield* changedBefore(key);
    if (updates.get(ns, key) === undefined) yield { key, version: entry.version };
  }
  yield* changedBefore(undefined);
}

function listHolds(reads: readonly kvrwset.KVRead[], found: IterableIterator<Found>): boolean {
  for (const read of reads) {
    const step = found.next();
    if (step.done === true || step.value.key !== read.key || !sameVersion(step.value.version, read.version)) return false;
  }
  return found.next().done === true;
}

/** Builds the tree again and gives up at the first hash that differs. */
function merkleHolds(recorded: kvrwset.QueryReadsMerkleSummary, found: IterableIterator<Found>): boolean {
  if (recorded.maxDegree < 2) return false;
  const reads = new RangeReads(recorded.maxDegree);
  let matched = 0;
  for (const { key, version } of found) {
    reads.add(key, version);
    const built = reads.summary();
    if (built.maxLevel < recorded.maxLevel || built.maxLevelHashes.length === matched) continue;
    if (built.maxLevelHashes.length > recorded.maxLevelHashes.length) return false;
    if (!sameBytes(built.maxLevelHashes[matched], recorded.maxLevelHashes[matched])) return false;
    matched++;
  }
  const done = reads.done();
  return "merkle" in done && sameSummary(done.merkle, recorded);
}

function sameSummary(a: MerkleSummary, b: MerkleSummary): boolean {
  if (a.maxDegree !== b.maxDegree || a.maxLevel !== b.maxLevel || a.maxLevelHashes.length !== b.maxLevelHashes.length) return false;
  return a.maxLevelHashes.every((hash, index) => sameBytes(hash, b.maxLevelHashes[index]));
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
