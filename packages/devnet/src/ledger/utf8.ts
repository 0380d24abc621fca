/**
 * Compares two well-formed strings by their UTF-8 bytes, as Go and LevelDB do.
 * JavaScript's own order is by UTF-16 unit, which differs above U+FFFF: a
 * surrogate must sort after every other unit.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** A copy of `strings`, sorted by UTF-8 bytes. */
export function sortedUtf8(strings: Iterable<string>): string[] {
  return [...strings].sort(compareUtf8);
}

/** Bytes as a string with one character per byte: a key for maps, ordered as the bytes are. */
export function binaryKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
