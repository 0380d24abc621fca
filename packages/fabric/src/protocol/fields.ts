/** A field of type bytes or message, by number: one value, or all values of a repeated one. */
export type LengthDelimitedField = readonly [number: number, value: Uint8Array | readonly Uint8Array[]];

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length += 1;
  return length;
}

function isRepeated(value: Uint8Array | readonly Uint8Array[]): value is readonly Uint8Array[] {
  return Array.isArray(value);
}

/**
 * Marshals length-delimited fields in the order given, which has to be that of their numbers (1 to 15). As in
 * proto3 an empty single value is left out and an empty value of a repeated field is not. The result is what
 * `toBinary` gives for the same message, in one allocation instead of one for each doubling: a transaction's
 * payload is wrapped six times on its way into a block.
 */
export function encodeFields(...fields: readonly LengthDelimitedField[]): Uint8Array {
  const values = fields.flatMap(([number, value]) =>
    isRepeated(value) ? value.map((one) => [number, one] as const) : value.length === 0 ? [] : [[number, value] as const],
  );
  const size = values.reduce((sum, [, { length }]) => sum + 1 + varintLength(length) + length, 0);
  const bytes = new Uint8Array(size);
  let position = 0;
  for (const [number, value] of values) {
    bytes[position++] = number * 8 + 2;
    let rest = value.length;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes[position++] = (rest % 128) | 0x80;
    bytes[position++] = rest;
    bytes.set(value, position);
    position += value.length;
  }
  return bytes;
}
