import { createHash } from "node:crypto";

/** Longest key that is kept as it is, and length of what is kept of longer ones. PostgreSQL's indexes take 2,704 bytes; a ledger takes any length. */
export const FOLDED_BYTES = 1024;
const DIGEST_BYTES = 32;

/**
 * What a key is found and ordered by: itself, or for a long one its beginning and a hash of the whole. Long keys
 * that begin alike are then in the order of their hashes.
 */
export function foldKey(key: Uint8Array): Uint8Array {
  if (key.length <= FOLDED_BYTES) return key;
  return Buffer.concat([key.subarray(0, FOLDED_BYTES - DIGEST_BYTES), createHash("sha256").update(key).digest()]);
}

/** The whole of a key where it is not what it is found by. */
export function longKey(key: Uint8Array): Uint8Array | null {
  return key.length <= FOLDED_BYTES ? null : key;
}

/** The smallest byte string behind all that begin with a prefix; undefined when there is none. */
export function behindPrefix(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1;
  if (length === 0) return undefined;
  const end = Uint8Array.from(prefix.subarray(0, length));
  end[length - 1] = (end[length - 1] ?? 0) + 1;
  return end;
}
