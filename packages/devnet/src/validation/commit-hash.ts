import { sha256 } from "@heddle/fabric";

import type { Version } from "../ledger/types.ts";
import type { BlockUpdates, Update } from "./updates.ts";

/**
 * The hash chained over what every block did to the state; peers of a channel
 * that disagree about a transaction differ from that block on. Computed from
 * block 1. Fabric: kvledger, `addBlockCommitHash`.
 *
 * @param previous of the block before; empty for block 1.
 */
export function commitHash(codes: Uint8Array, updates: BlockUpdates, previous: Uint8Array): Uint8Array {
  return sha256(varint(codes.length), codes, updateBytes(updates), previous);
}

/** The updates as one canonical message; the channel configuration (namespace "") and metadata are not part of it. */
function updateBytes(updates: BlockUpdates): Buffer {
  const parts: Buffer[] = [];
  for (const ns of updates.namespaces()) {
    if (ns === "") continue;
    let namespace: string | undefined = ns; // only on the first entry of its group
    const add = (collection: string | undefined, key: Uint8Array, update: Update): void => {
      const entry = entryBytes(namespace, collection, key, update);
      parts.push(Buffer.of(0x0a), varint(entry.length), entry);
      namespace = undefined;
    };
    for (const [key, update] of updates.publicUpdates(ns)) add(undefined, Buffer.from(key, "utf8"), update);
    for (const [collection, entries] of updates.hashedUpdates(ns)) {
      for (const [index, [keyHash, update]] of entries.entries()) add(index === 0 ? collection : undefined, keyHash, update);
    }
  }
  return Buffer.concat(parts);
}

function entryBytes(ns: string | undefined, collection: string | undefined, key: Uint8Array, { value, version }: Update): Buffer {
  return Buffer.concat([
    field(1, Buffer.from(ns ?? "", "utf8")),
    field(2, Buffer.from(collection ?? "", "utf8")),
    field(3, key),
    value === undefined ? Buffer.of(0x20, 1) : field(5, value),
    field(6, versionBytes(version)),
  ]);
}

function field(number: number, bytes: Uint8Array): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.of(number * 8 + 2), varint(bytes.length), bytes]);
}

/** Block and transaction number, each as one byte of length and then big-endian bytes without leading zeros. */
function versionBytes({ block, tx }: Version): Buffer {
  return Buffer.concat([orderPreserving(block), orderPreserving(tx)]);
}

function orderPreserving(number: number): Buffer {
  const digits: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.of(digits.length, ...digits);
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
