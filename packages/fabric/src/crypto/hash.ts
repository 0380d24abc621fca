import { createHash, hash as hashOnce } from "node:crypto";

/** SHA-256 of the concatenation of `parts`, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const [only] = parts;
  // Without an object to be made for it.
  if (parts.length === 1 && only !== undefined) return hashOnce("sha256", only, "buffer");
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
