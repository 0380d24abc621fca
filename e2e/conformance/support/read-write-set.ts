import { fromBinary } from "@bufbuild/protobuf";
import { kvrwset, rwset } from "@heddle/fabric/wire";

/** How a block's number is written. */
export type NumberOf = (block: bigint) => string;

const hash = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A key as text: composite keys by their parts, what cannot be printed as JSON has it. */
function keyText(key: string): string {
  if (!key.startsWith("\0")) return JSON.stringify(key).slice(1, -1);
  return `composite ${key.slice(1).split("\0").slice(0, -1).join("/")}`;
}

/** A value as text where it is some, else how many bytes it has. */
export function valueText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  const printable = Buffer.from(text, "utf8").equals(Buffer.from(bytes)) && !/\p{Cc}/u.test(text);
  if (!printable || text.length > 200) return `${bytes.length} bytes`;
  return text === "" ? "nothing" : text;
}

function versionText(version: kvrwset.Version | undefined, numberOf: NumberOf): string {
  return version === undefined ? "absent" : `of block ${numberOf(version.blockNum)}`;
}

const MOST_WRITES = 12;

/** Long lists by their ends. */
function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_WRITES) return lines;
  return [...lines.slice(0, 2), `and ${lines.length - 4} more writes`, ...lines.slice(-2)];
}

function publicLines(namespace: string, set: kvrwset.KVRWSet, numberOf: NumberOf): string[] {
  // Lifecycle's own fields are bytes of its making.
  const written = (value: Uint8Array): string => (namespace === "_lifecycle" ? `${value.length} bytes` : valueText(value));
  return [
    ...set.reads.map(({ key, version }) => `${namespace} reads ${keyText(key)}, ${versionText(version, numberOf)}`),
    ...set.rangeQueriesInfo.map(({ startKey, endKey, itrExhausted, readsInfo }) => {
      const found = readsInfo.case === "rawReads" ? `${readsInfo.value.kvReads.length} keys` : "hashes of keys";
      return `${namespace} reads the range ${keyText(startKey)} to ${keyText(endKey)}, ${itrExhausted ? "to its end" : "not to its end"}, ${found}`;
    }),
    ...shortened(
      set.writes.map(({ key, isDelete, value }) => {
        if (isDelete || value.length === 0) return `${namespace} deletes ${keyText(key)}`;
        return `${namespace} writes ${keyText(key)} = ${written(value)}`;
      }),
    ),
    ...set.metadataWrites.map(
      ({ key, entries }) => `${namespace} writes metadata of ${keyText(key)}: ${entries.map(({ name }) => name).join(", ") || "none"}`,
    ),
  ];
}

function hashedLines(namespace: string, { collectionName, hashedRwset }: rwset.CollectionHashedReadWriteSet, numberOf: NumberOf): string[] {
  const { hashedReads, hashedWrites, metadataWrites } = fromBinary(kvrwset.HashedRWSetSchema, hashedRwset);
  const place = `${namespace}/${collectionName}`;
  // The lifecycle's hashes are of package ids, which are of this run.
  const known = namespace === "_lifecycle" ? () => "<hash>" : hash;
  return [
    ...hashedReads.map(({ keyHash, version }) => `${place} reads a key of hash ${hash(keyHash)}, ${versionText(version, numberOf)}`),
    ...hashedWrites.map(({ keyHash, valueHash, isDelete, isPurge }) => {
      const key = `a key of hash ${hash(keyHash)}`;
      if (isPurge) return `${place} purges ${key}`;
      return isDelete ? `${place} deletes ${key}` : `${place} writes ${key} = a value of hash ${known(valueHash)}`;
    }),
    ...metadataWrites.map(({ keyHash }) => `${place} writes metadata of a key of hash ${hash(keyHash)}`),
  ];
}

/** A transaction's read and write set, a line for each read and write. */
export function readWriteLines(bytes: Uint8Array, numberOf: NumberOf): string[] {
  return fromBinary(rwset.TxReadWriteSetSchema, bytes).nsRwset.flatMap((set) => [
    ...publicLines(set.namespace, fromBinary(kvrwset.KVRWSetSchema, set.rwset), numberOf),
    ...set.collectionHashedRwset.flatMap((collection) => hashedLines(set.namespace, collection, numberOf)),
  ]);
}
