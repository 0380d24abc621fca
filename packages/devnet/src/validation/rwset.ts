import { kvrwset, rwset } from "@heddle/fabric/wire";

import { tryDecode } from "./wire.ts";

/** The hashed part of a read-write set: what is public of a private collection. */
export interface CollectionRwset {
  readonly collection: string;
  readonly hashed: kvrwset.HashedRWSet;
  /** SHA-256 of the collection's cleartext write set; empty when nothing was written. */
  readonly privateHash: Uint8Array;
}

/** What a transaction read and wrote in one namespace. */
export interface NamespaceRwset {
  readonly ns: string;
  readonly kv: kvrwset.KVRWSet;
  readonly collections: readonly CollectionRwset[];
}

/** What a transaction read and wrote, in the order of its bytes. */
export type TxRwset = readonly NamespaceRwset[];

/** Decodes a marshaled rwset.TxReadWriteSet with everything inside; undefined when any part is not decodable. */
export function decodeRwset(bytes: Uint8Array): TxRwset | undefined {
  const message = tryDecode(rwset.TxReadWriteSetSchema, bytes);
  if (message === undefined) return undefined;
  const namespaces: NamespaceRwset[] = [];
  for (const { namespace, rwset: kvBytes, collectionHashedRwset } of message.nsRwset) {
    const kv = tryDecode(kvrwset.KVRWSetSchema, kvBytes);
    if (kv === undefined) return undefined;
    const collections: CollectionRwset[] = [];
    for (const { collectionName, hashedRwset, pvtRwsetHash } of collectionHashedRwset) {
      const hashed = tryDecode(kvrwset.HashedRWSetSchema, hashedRwset);
      if (hashed === undefined) return undefined;
      collections.push({ collection: collectionName, hashed, privateHash: pvtRwsetHash });
    }
    namespaces.push({ ns: namespace, kv, collections });
  }
  return namespaces;
}

/** Whether a transaction changes anything in a namespace: values or metadata, public or private. Fabric: plugindispatcher, `txWritesToNamespace`. */
export function writesTo({ kv, collections }: NamespaceRwset): boolean {
  if (kv.writes.length > 0 || kv.metadataWrites.length > 0) return true;
  return collections.some(({ hashed }) => hashed.hashedWrites.length > 0 || hashed.metadataWrites.length > 0);
}

/** A write of nothing deletes. Fabric: rwsetutil, `IsKVWriteDelete`. */
export function isDelete(write: kvrwset.KVWrite): boolean {
  return write.isDelete || write.value.length === 0;
}

const hashOfNothing = Buffer.from("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "hex");

/** A hashed write of nothing, or of the hash of nothing, deletes. Fabric: rwsetutil, `IsKVWriteHashDelete`. */
export function isHashDelete(write: kvrwset.KVWriteHash): boolean {
  return write.isDelete || write.valueHash.length === 0 || hashOfNothing.equals(write.valueHash);
}
