/**
 * Reads the fields of a protobuf message without decoding it: an index needs a dozen fields of a
 * transaction, and making objects of all the others costs most of the time (protobuf encoding,
 * "Message Structure"). Throws RangeError where the bytes are no message.
 */
export class Fields {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Number of the field that {@link next} stopped at. */
  number = 0;
  /** Its content, where it is of the length-delimited kind. */
  bytes: Uint8Array = NOTHING;
  /** Its value, where it is a varint; beyond 2^53 imprecise. */
  value = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Goes to the next field; false at the end. */
  next(): boolean {
    if (this.#at >= this.#bytes.length) return false;
    const tag = this.#varint();
    this.number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        this.value = this.#varint();
        this.bytes = NOTHING;
        return true;
      case 1:
        this.#skip(8);
        return true;
      case 2: {
        const length = this.#varint();
        const start = this.#at;
        this.#skip(length);
        this.bytes = this.#bytes.subarray(start, this.#at);
        return true;
      }
      case 5:
        this.#skip(4);
        return true;
      default:
        throw new RangeError("unknown wire type");
    }
  }

  #skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("the message is cut off");
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let read = 0; read < 10; read += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new RangeError("a number is cut off");
  }
}

const NOTHING: Uint8Array = new Uint8Array();

/** The last content of a length-delimited field, as protobuf takes it; empty where the field is missing. */
export function field(message: Uint8Array, number: number): Uint8Array {
  let found: Uint8Array = NOTHING;
  for (const fields = new Fields(message); fields.next();) if (fields.number === number) found = fields.bytes;
  return found;
}

/** Text of a field's content. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
