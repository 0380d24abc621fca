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

/**
 * The cleartext that becomes visible when a transaction is committed: of each
 * organization's own implicit collections, where it matches the hash that the
 * transaction states. Fabric: txmgmt/validation, `validateAndPreparePvtBatch`.
 */
export function privateUpdates(rwsets: TxRwset, held: readonly TransientEntry[], version: Version): PrivateUpdate[] {
  return held.flatMap(({ owner, bytes }) => {
    const message = tryDecode(rwset.TxPvtReadWriteSetSchema, bytes);
    return (message?.nsPvtRwset ?? []).flatMap(({ namespace, collectionPvtRwset }) =>
      collectionPvtRwset
        .filter(({ collectionName }) => implicitCollectionOwner(collectionName) === owner)
        .filter((collection) => matchesHash(rwsets, namespace, collection))
        .flatMap(({ collectionName, rwset: writes }) => updatesOf(owner, namespace, collectionName, writes, version)),
    );
  });
}

function matchesHash(rwsets: TxRwset, ns: string, { collectionName, rwset: bytes }: rwset.CollectionPvtReadWriteSet): boolean {
  const stated = rwsets.find((candidate) => candidate.ns === ns)?.collections.find(({ collection }) => collection === collectionName);
  return stated !== undefined && sha256(bytes).equals(stated.privateHash);
}

function updatesOf(owner: string, ns: string, collection: string, bytes: Uint8Array, version: Version): PrivateUpdate[] {
  const writes = tryDecode(kvrwset.KVRWSetSchema, bytes)?.writes ?? [];
  return writes.map((write) => ({ owner, ns, collection, key: write.key, value: isDelete(write) ? undefined : write.value, version }));
}
