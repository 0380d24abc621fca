import { type DescMessage, type MessageShape, fromBinary } from "@bufbuild/protobuf";

/** Decodes bytes that anybody may have made: undefined instead of an error. */
export function tryDecode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> | undefined {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
}

/**
 * Whether a marshaled message holds a length-delimited field at its top level,
 * empty or not. Go tells an empty bytes field from an absent one, and some of
 * Fabric's checks depend on it. `bytes` must be decodable.
 */
export function holdsField(bytes: Uint8Array, field: number): boolean {
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; position < bytes.length; shift += 7) {
      const byte = bytes[position++] ?? 0;
      if (shift < 49) value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (position < bytes.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 2 && Math.floor(tag / 8) === field) return true;
    if (wireType === 0) varint();
    else if (wireType === 1) position += 8;
    else if (wireType === 5) position += 4;
    else if (wireType === 2) {
      const length = varint();
      position += length;
    } else return false; // groups do not occur in Fabric's messages
  }
  return false;
}
