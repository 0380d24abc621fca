/** Length of what a transaction id is: a SHA-256, which clients write in hex. */
const HASH_BYTES = 32;
/** Comes before the text of any other id, and makes it longer than a hash. */
const MARK = Buffer.alloc(HASH_BYTES + 1, 0xff);

/** A transaction's id as it is kept: half as long as its text. Flagged transactions may have any text as their id. */
export function bytesOfId(id: string): Uint8Array {
  if (/^[0-9a-f]{64}$/.test(id)) return Buffer.from(id, "hex");
  return id === "" ? Buffer.alloc(0) : Buffer.concat([MARK, Buffer.from(id)]);
}

/** The text of a kept id. */
export function textOfId(bytes: Uint8Array): string {
  const kept = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return kept.length > HASH_BYTES ? kept.toString("utf8", MARK.length) : kept.toString("hex");
}

/** First and last of the ids whose hex begins so, both included; undefined for what is no beginning of hex. */
export function idRange(prefix: string): { readonly first: Uint8Array; readonly last: Uint8Array } | undefined {
  if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
  const filled = (digit: string): Buffer => Buffer.from(prefix.padEnd(HASH_BYTES * 2, digit), "hex");
  return { first: filled("0"), last: filled("f") };
}
