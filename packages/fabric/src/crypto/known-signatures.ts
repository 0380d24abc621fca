import { hash, type KeyObject } from "node:crypto";
import { LRUCache } from "../msp/lru.ts";

/**
 * Signatures that are known to hold, by message and signature; the value names the key. A transaction's
 * signatures are met several times in one process: an endorsement when it is made and when its block is
 * validated, a creator's at the gateway, at the orderer and in the block. After the first time one costs a
 * hash instead of a curve operation.
 */
const known = new LRUCache<string>(8192);

const names = new WeakMap<KeyObject, string>();

/** What tells a public key apart: its SPKI form, hashed. */
function nameOf(key: KeyObject): string {
  const held = names.get(key);
  if (held !== undefined) return held;
  const name = hash("sha256", key.export({ type: "spki", format: "der" }), "binary");
  names.set(key, name);
  return name;
}

/** Binds the whole of message and signature: a hash of fixed length, then the signature as it is. */
function subject(message: Uint8Array, signature: Uint8Array, digest: string): string {
  const bytes = Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength);
  return `${hash("sha256", message, "binary")}${bytes.toString("latin1")}${digest}`;
}

/** Whether the signature holds: from memory, else by `verify`. Only what holds is remembered. */
export function holds(key: KeyObject, message: Uint8Array, signature: Uint8Array, digest: string, verify: () => boolean): boolean {
  const about = subject(message, signature, digest);
  const name = nameOf(key);
  if (known.get(about) === name) return true;
  if (!verify()) return false;
  known.set(about, name);
  return true;
}

/** {@link holds} with a `verify` that takes its time. */
export async function holdsAside(
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
  digest: string,
  verify: () => Promise<boolean>,
): Promise<boolean> {
  const about = subject(message, signature, digest);
  const name = nameOf(key);
  if (known.get(about) === name) return true;
  if (!(await verify())) return false;
  known.set(about, name);
  return true;
}

/** Remembers a signature that this process has just made with the private key of `key`. */
export function rememberSigned(key: KeyObject, message: Uint8Array, signature: Uint8Array, digest: string): void {
  known.set(subject(message, signature, digest), nameOf(key));
}
