import { create, toBinary } from "@bufbuild/protobuf";
import { sha256 } from "@heddle/fabric";
import { kvrwset, rwset } from "@heddle/fabric/wire";

import type { Version } from "../ledger/types.ts";
import { compareUtf8 } from "../ledger/utf8.ts";
import { wireRead, wireVersion } from "./merkle.ts";

interface CollectionSets {
  /** Keyed by plaintext key: entries are ordered by it, not by its hash. */
  readonly reads: Map<string, kvrwset.KVReadHash>;
  readonly hashedWrites: Map<string, kvrwset.KVWriteHash>;
  readonly privateWrites: Map<string, kvrwset.KVWrite>;
}

interface NamespaceSets {
  readonly reads: Map<string, kvrwset.KVRead>;
  readonly writes: Map<string, kvrwset.KVWrite>;
  readonly rangeQueries: Map<string, kvrwset.RangeQueryInfo>;
  readonly collections: Map<string, CollectionSets>;
}

/**
 * Collects what a simulation reads and writes and marshals it byte for byte as
 * a Fabric peer does: namespaces, collections and keys in UTF-8 order, range
 * queries in the order of their first use, the last write of a key wins.
 * Fabric: core/ledger/kvledger/txmgmt/rwsetutil.
 */
export class RwsetBuilder {
  readonly #namespaces = new Map<string, NamespaceSets>();

  addRead(ns: string, key: string, version: Version | undefined): void {
    this.#namespace(ns).reads.set(key, wireRead(key, version));
  }

  /** An empty value deletes the key. */
  addWrite(ns: string, key: string, value: Uint8Array): void {
    this.#namespace(ns).writes.set(key, plainWrite(key, value));
  }

  /** A query equal to an earlier one in bounds and exhaustion is not recorded again. */
  addRangeQuery(ns: string, info: kvrwset.RangeQueryInfo): void {
    const name = JSON.stringify([info.startKey, info.endKey, info.itrExhausted]);
    const { rangeQueries } = this.#namespace(ns);
    if (!rangeQueries.has(name)) rangeQueries.set(name, info);
  }

  addHashedRead(ns: string, collection: string, key: string, version: Version | undefined): void {
    const read = create(kvrwset.KVReadHashSchema, { keyHash: hashKey(key) });
    const at = wireVersion(version);
    if (at !== undefined) read.version = at;
    this.#collection(ns, collection).reads.set(key, read);
  }

  /** An empty value deletes the key. */
  addPrivateWrite(ns: string, collection: string, key: string, value: Uint8Array): void {
    const sets = this.#collection(ns, collection);
    const isDelete = value.length === 0;
    sets.privateWrites.set(key, plainWrite(key, value));
    sets.hashedWrites.set(
      key,
      create(kvrwset.KVWriteHashSchema, { keyHash: hashKey(key), isDelete, ...(isDelete ? {} : { valueHash: sha256(value) }) }),
    );
  }

  /** Namespaces with a public write or anything private, in UTF-8 order. */
  touched(): string[] {
    return [...this.#namespaces]
      .filter(([, sets]) => sets.writes.size > 0 || sets.collections.size > 0)
      .map(([ns]) => ns)
      .sort(compareUtf8);
  }

  /** Every namespace with a read or a write, in UTF-8 order. */
  namespaces(): string[] {
    return [...this.#namespaces.keys()].sort(compareUtf8);
  }

  /** Names of the collections of a namespace that were written, in UTF-8 order. */
  writtenCollections(ns: string): string[] {
    return [...(this.#namespaces.get(ns)?.collections ?? [])]
      .filter(([, sets]) => sets.hashedWrites.size > 0)
      .map(([name]) => name)
      .sort(compareUtf8);
  }

  build(): { publicBytes: Uint8Array; privateSet: rwset.TxPvtReadWriteSet | undefined } {
    const publicSet = create(rwset.TxReadWriteSetSchema, { dataModel: rwset.TxReadWriteSet_DataModel.KV });
    const privateSet = create(rwset.TxPvtReadWriteSetSchema, { dataModel: rwset.TxReadWriteSet_DataModel.KV });
    for (const [namespace, sets] of inOrder(this.#namespaces)) {
      const privateNamespace = create(rwset.NsPvtReadWriteSetSchema, { namespace });
      const publicNamespace = create(rwset.NsReadWriteSetSchema, { namespace, rwset: publicBytesOf(sets) });
      for (const [collection, collectionSets] of inOrder(sets.collections)) {
        const privateBytes = privateBytesOf(collectionSets);
        if (privateBytes !== undefined) {
          privateNamespace.collectionPvtRwset.push(
            create(rwset.CollectionPvtReadWriteSetSchema, { collectionName: collection, rwset: privateBytes }),
          );
        }
        publicNamespace.collectionHashedRwset.push(
          create(rwset.CollectionHashedReadWriteSetSchema, {
            collectionName: collection,
            hashedRwset: hashedBytesOf(collectionSets),
            ...(privateBytes === undefined ? {} : { pvtRwsetHash: sha256(privateBytes) }),
          }),
        );
      }
      publicSet.nsRwset.push(publicNamespace);
      if (privateNamespace.collectionPvtRwset.length > 0) privateSet.nsPvtRwset.push(privateNamespace);
    }
    return {
      publicBytes: toBinary(rwset.TxReadWriteSetSchema, publicSet),
      privateSet: privateSet.nsPvtRwset.length > 0 ? privateSet : undefined,
    };
  }

  #namespace(ns: string): NamespaceSets {
    return getOrMake(this.#namespaces, ns, () => ({
      reads: new Map(),
      writes: new Map(),
      rangeQueries: new Map(),
      collections: new Map(),
    }));
  }

  #collection(ns: string, collection: string): CollectionSets {
    return getOrMake(this.#namespace(ns).collections, collection, () => ({
      reads: new Map(),
      hashedWrites: new Map(),
      privateWrites: new Map(),
    }));
  }
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}

function inOrder<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => compareUtf8(a, b));
}

function valuesInOrder<V>(map: ReadonlyMap<string, V>): V[] {
  return inOrder(map).map(([, value]) => value);
}

/** The hash under which a private key appears in public. */
export function hashKey(key: string): Uint8Array {
  return sha256(Buffer.from(key, "utf8"));
}

function plainWrite(key: string, value: Uint8Array): kvrwset.KVWrite {
  return create(kvrwset.KVWriteSchema, { key, isDelete: value.length === 0, value });
}

function publicBytesOf(sets: NamespaceSets): Uint8Array {
  const message = create(kvrwset.KVRWSetSchema);
  message.reads = valuesInOrder(sets.reads);
  message.rangeQueriesInfo = [...sets.rangeQueries.values()];
  message.writes = valuesInOrder(sets.writes);
  return toBinary(kvrwset.KVRWSetSchema, message);
}

function hashedBytesOf(sets: CollectionSets): Uint8Array {
  const message = create(kvrwset.HashedRWSetSchema);
  message.hashedReads = valuesInOrder(sets.reads);
  message.hashedWrites = valuesInOrder(sets.hashedWrites);
  return toBinary(kvrwset.HashedRWSetSchema, message);
}

function privateBytesOf(sets: CollectionSets): Uint8Array | undefined {
  if (sets.privateWrites.size === 0) return undefined;
  const message = create(kvrwset.KVRWSetSchema);
  message.writes = valuesInOrder(sets.privateWrites);
  return toBinary(kvrwset.KVRWSetSchema, message);
}
