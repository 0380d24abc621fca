import { fromBinary } from "@bufbuild/protobuf";
import { kvrwset, rwset } from "@heddle/fabric/wire";
import { viewBytes, type BytesView } from "./bytes.ts";

/** What a transaction read and wrote in one namespace, for people. */
export interface ReadWriteSetView {
  readonly namespace: string;
  readonly reads: ReadonlyArray<{ readonly key: string; readonly version?: { readonly block: number; readonly index: number } }>;
  readonly ranges: ReadonlyArray<{ readonly start: string; readonly end: string; readonly exhausted: boolean; readonly reads: number }>;
  readonly writes: ReadonlyArray<{ readonly key: string; readonly delete: boolean; readonly value?: BytesView }>;
  readonly collections: ReadonlyArray<{
    readonly name: string;
    readonly reads: number;
    readonly writes: ReadonlyArray<{ readonly keyHash: string; readonly valueHash?: string; readonly delete: boolean }>;
  }>;
}

/** Reads the marshaled rwset.TxReadWriteSet of a transaction. Throws for bytes that are none. */
export function viewReadWriteSets(results: Uint8Array): ReadWriteSetView[] {
  return fromBinary(rwset.TxReadWriteSetSchema, results).nsRwset.map(({ namespace, rwset: bytes, collectionHashedRwset }) => {
    const { reads, rangeQueriesInfo, writes } = fromBinary(kvrwset.KVRWSetSchema, bytes);
    return {
      namespace,
      reads: reads.map(({ key, version }) => ({ key, ...viewVersion(version) })),
      ranges: rangeQueriesInfo.map(({ startKey, endKey, itrExhausted, readsInfo }) => ({
        start: startKey,
        end: endKey,
        exhausted: itrExhausted,
        reads: readsInfo.case === "rawReads" ? readsInfo.value.kvReads.length : 0,
      })),
      writes: writes.map(({ key, isDelete, value }) => {
        const gone = isDelete || value.length === 0;
        return { key, delete: gone, ...(gone ? {} : { value: viewBytes(value) }) };
      }),
      collections: collectionHashedRwset.map(({ collectionName, hashedRwset }) => viewCollection(collectionName, hashedRwset)),
    };
  });
}

function viewVersion(version: kvrwset.Version | undefined): { version?: { block: number; index: number } } {
  return version === undefined ? {} : { version: { block: Number(version.blockNum), index: Number(version.txNum) } };
}

function viewCollection(name: string, bytes: Uint8Array): ReadWriteSetView["collections"][number] {
  const { hashedReads, hashedWrites } = fromBinary(kvrwset.HashedRWSetSchema, bytes);
  const hex = (hash: Uint8Array): string => Buffer.from(hash).toString("hex");
  return {
    name,
    reads: hashedReads.length,
    writes: hashedWrites.map(({ keyHash, valueHash, isDelete }) => ({
      keyHash: hex(keyHash),
      delete: isDelete || valueHash.length === 0,
      ...(valueHash.length === 0 ? {} : { valueHash: hex(valueHash) }),
    })),
  };
}
