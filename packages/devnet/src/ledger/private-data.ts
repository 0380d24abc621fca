import { sha256 } from "@heddle/fabric";
import { kvrwset, rwset } from "@heddle/fabric/wire";

import { implicitCollectionOwner } from "../definitions/definitions.ts";
import { type TxRwset, isDelete } from "../validation/rwset.ts";
import { tryDecode } from "../validation/wire.ts";
import type { PrivateUpdate, TransientEntry } from "./store.ts";
import type { Version } from "./types.ts";

/** Whether a transaction wrote private data. */
export function writesPrivate(rwsets: TxRwset): boolean {
  return rwsets.some(({ collections }) => collections.some(({ privateHash }) => privateHash.length > 0));
}

/** What one organization keeps of the private writes of a transaction. */
export interface KeptWrites {
  readonly owner: string;
  readonly set: rwset.TxPvtReadWriteSet;
}

/**
 * The cleartext that becomes visible when a transaction is committed: of each
 * organization's own implicit collections, where it matches the hash that the
 * transaction states. Fabric: txmgmt/validation, `validateAndPreparePvtBatch`.
 */
export function keptWrites(rwsets: TxRwset, held: readonly TransientEntry[]): KeptWrites[] {
  const byOwner = new Map<string, rwset.TxPvtReadWriteSet>();
  for (const { owner, bytes } of held) {
    const message = tryDecode(rwset.TxPvtReadWriteSetSchema, bytes);
    if (message === undefined || byOwner.has(owner)) continue;
    for (const namespace of message.nsPvtRwset) {
      namespace.collectionPvtRwset = namespace.collectionPvtRwset.filter(
        (collection) =>
          implicitCollectionOwner(collection.collectionName) === owner && matchesHash(rwsets, namespace.namespace, collection),
      );
    }
    message.nsPvtRwset = message.nsPvtRwset.filter(({ collectionPvtRwset }) => collectionPvtRwset.length > 0);
    if (message.nsPvtRwset.length > 0) byOwner.set(owner, message);
  }
  return [...byOwner].map(([owner, set]) => ({ owner, set }));
}

/** The private keys that these writes change. */
export function privateUpdates(kept: readonly KeptWrites[], version: Version): PrivateUpdate[] {
  return kept.flatMap(({ owner, set }) =>
    set.nsPvtRwset.flatMap(({ namespace, collectionPvtRwset }) =>
      collectionPvtRwset.flatMap(({ collectionName, rwset: writes }) => updatesOf(owner, namespace, collectionName, writes, version)),
    ),
  );
}

function matchesHash(rwsets: TxRwset, ns: string, { collectionName, rwset: bytes }: rwset.CollectionPvtReadWriteSet): boolean {
  const stated = rwsets.find((candidate) => candidate.ns === ns)?.collections.find(({ collection }) => collection === collectionName);
  return stated !== undefined && sha256(bytes).equals(stated.privateHash);
}

function updatesOf(owner: string, ns: string, collection: string, bytes: Uint8Array, version: Version): PrivateUpdate[] {
  const writes = tryDecode(kvrwset.KVRWSetSchema, bytes)?.writes ?? [];
  return writes.map((write) => ({ owner, ns, collection, key: write.key, value: isDelete(write) ? undefined : write.value, version }));
}
