import { create, toBinary } from "@bufbuild/protobuf";
import { kvrwset } from "@heddle/fabric/wire";

import type { StateView, Version } from "../ledger/types.ts";
import { binaryKey } from "../ledger/utf8.ts";
import { type TxRwset, isDelete, isHashDelete } from "./rwset.ts";
import { type BlockUpdates, type Current, type Update, currentHash, currentState } from "./updates.ts";

const flags = { value: 1, metadata: 2, noMetadata: 4, delete: 8 } as const;

/**
 * What one transaction does to one key. Fabric adds the flags up in a byte
 * instead of setting bits, which can be told when a set writes a key twice.
 */
class KeyChange {
  flags = 0;
  value: Uint8Array | undefined;
  metadata: Uint8Array | undefined;

  add(flag: number): void {
    this.flags = (this.flags + flag) & 0xff;
  }

  has(flag: number): boolean {
    return (this.flags & flag) === flag;
  }
}

interface Target {
  current(): Current | undefined;
  put(update: Update): void;
}

/**
 * Adds the writes of a valid transaction to the block's updates. A value
 * without metadata keeps the metadata there was; metadata without a value
 * writes the value there was again, with the new version, and does nothing
 * when there was none. Fabric: txmgmt/validation, tx_ops.go.
 */
export function applyWrites(rwset: TxRwset, version: Version, state: StateView, updates: BlockUpdates): void {
  for (const [target, change] of changesOf(rwset, state, updates)) {
    const update = updateOf(change, target, version);
    if (update !== undefined) target.put(update);
  }
}

function updateOf(change: KeyChange, target: Target, version: Version): Update | undefined {
  if (change.has(flags.delete)) return { value: undefined, metadata: undefined, version };
  const withMetadata = change.has(flags.metadata) || change.has(flags.noMetadata);
  if (change.has(flags.value) && withMetadata) return { value: change.value, metadata: change.metadata, version };
  if ((change.flags | flags.value) === flags.value) return { value: change.value, metadata: target.current()?.metadata, version };
  const value = target.current()?.value;
  return value === undefined ? undefined : { value, metadata: change.metadata, version };
}

function changesOf(rwset: TxRwset, state: StateView, updates: BlockUpdates): [Target, KeyChange][] {
  const changes = new Map<string, [Target, KeyChange]>();
  const changeOf = (name: string, target: () => Target): KeyChange => {
    const [, known] = changes.get(name) ?? [];
    if (known !== undefined) return known;
    const change = new KeyChange();
    changes.set(name, [target(), change]);
    return change;
  };
  for (const { ns, kv, collections } of rwset) {
    const ofKey = (key: string) =>
      changeOf(JSON.stringify([ns, key]), () => ({
        current: () => currentState(state, updates, ns, key),
        put: (update) => updates.put(ns, key, update),
      }));
    for (const write of kv.writes) applyValue(ofKey(write.key), isDelete(write), write.value);
    for (const { key, entries } of kv.metadataWrites) applyMetadata(ofKey(key), entries);
    for (const { collection, hashed } of collections) {
      const ofHash = (keyHash: Uint8Array) =>
        changeOf(JSON.stringify([ns, collection, binaryKey(keyHash)]), () => ({
          current: () => currentHash(state, updates, ns, collection, keyHash),
          put: (update) => updates.putHash(ns, collection, keyHash, update),
        }));
      for (const write of hashed.hashedWrites) applyValue(ofHash(write.keyHash), isHashDelete(write), write.valueHash);
      for (const { keyHash, entries } of hashed.metadataWrites) applyMetadata(ofHash(keyHash), entries);
    }
  }
  return [...changes.values()];
}

function applyValue(change: KeyChange, deletes: boolean, value: Uint8Array): void {
  change.add(deletes ? flags.delete : flags.value);
  if (!deletes) change.value = value;
}

function applyMetadata(change: KeyChange, entries: kvrwset.KVMetadataEntry[]): void {
  change.add(entries.length === 0 ? flags.noMetadata : flags.metadata);
  if (entries.length > 0) change.metadata = toBinary(kvrwset.KVMetadataWriteSchema, create(kvrwset.KVMetadataWriteSchema, { entries }));
}
