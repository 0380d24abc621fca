import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Layout of a sealed value: version (1) | nonce (12) | tag (16) | ciphertext. */
const VERSION = 1;
const NONCE = 12;
const TAG = 16;
const HEADER = 1 + NONCE + TAG;

/** Bytes of an AES-256 key. */
export const KEY_BYTES = 32;

/** Seals `plain` with AES-256-GCM and a fresh nonce; `context` is authenticated, not kept, so a sealed value opens only where it belongs. */
export function seal(key: Uint8Array, plain: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(context, "utf8"));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
}

/** Opens what {@link seal} made; throws where a byte, the key or the context differs. */
export function open(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  if (sealed.length < HEADER || sealed[0] !== VERSION) throw new Error("not a sealed value");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, 1 + NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(context, "utf8"));
  decipher.setAuthTag(sealed.subarray(1 + NONCE, HEADER));
  return Buffer.concat([decipher.update(sealed.subarray(HEADER)), decipher.final()]);
}
