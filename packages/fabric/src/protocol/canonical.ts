import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

const PAYLOAD = 1;
const SIGNATURE = 2;

/**
 * Whether an envelope's bytes are the ones that marshaling it would give: payload, then signature, each
 * once and not empty, and nothing after them but unknown fields. Peers refuse blocks with any other
 * (Fabric: protoutil/blockutils.go, VerifyTransactionsAreWellFormed).
 */
export function isCanonicalEnvelope(bytes: Uint8Array): boolean {
  try {
    const reader = new BinaryReader(bytes);
    if (!readField(reader, bytes, PAYLOAD) || !readField(reader, bytes, SIGNATURE)) return false;
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if ((field === PAYLOAD || field === SIGNATURE) && wireType === WireType.LengthDelimited) return false;
      reader.skip(wireType, field);
    }
    return reader.pos === reader.len;
  } catch {
    return false;
  }
}

/** Reads a field that has to come next, is not empty, and has its tag and length in their shortest form. */
function readField(reader: BinaryReader, bytes: Uint8Array, field: number): boolean {
  if (bytes[reader.pos] !== field * 8 + WireType.LengthDelimited) return false;
  const start = reader.pos;
  reader.tag();
  const { length } = reader.bytes();
  return length > 0 && reader.pos - start === 1 + varintLength(length) + length;
}

function varintLength(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7));
}
