/**
 * Reads the fields of a protobuf message without decoding it: an index needs a dozen fields of a
 * transaction, and making objects of all the others costs most of the time (protobuf encoding,
 * "Message Structure"). Nothing is made of a field until it is asked for. Throws RangeError where the
 * bytes are no message.
 */
export class Fields {
  readonly #bytes: Buffer;
  #at: number;
  #end: number;
  #start = 0;
  #length = 0;
  /** Number of the field that {@link next} stopped at. */
  number = 0;
  /** Its value, where it is a varint; beyond 2^53 imprecise. */
  value = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Its content, where it is of the length-delimited kind: a view. */
  get bytes(): Buffer {
    return this.#bytes.subarray(this.#start, this.#start + this.#length);
  }

  /** The same as text. */
  get text(): string {
    return this.#bytes.toString("utf8", this.#start, this.#start + this.#length);
  }

  /** Bytes of its content. */
  get length(): number {
    return this.#length;
  }

  /** The fields of its content. */
  get fields(): Fields {
    return new Fields(this.#bytes, this.#start, this.#start + this.#length);
  }

  /** Goes to the next field; false at the end. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.number = Math.floor(tag / 8);
    this.#length = 0;
    switch (tag % 8) {
      case 0:
        this.value = this.#varint();
        return true;
      case 1:
        this.#skip(8);
        return true;
      case 2:
        this.#length = this.#varint();
        this.#start = this.#at;
        this.#skip(this.#length);
        return true;
      case 5:
        this.#skip(4);
        return true;
      default:
        throw new RangeError("unknown wire type");
    }
  }

  /**
   * The content of a field in a field in a field, each the last with its number, as protobuf takes it; empty where one
   * is missing.
   */
  at(...path: readonly number[]): Fields {
    const found = new Fields(this.#bytes, this.#at, this.#end);
    for (const number of path) found.#enter(number);
    return found;
  }

  /** All that is left, as bytes: a view. */
  get rest(): Buffer {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  /** All that is left, as text. */
  get restText(): string {
    return this.#bytes.toString("utf8", this.#at, this.#end);
  }

  /** Narrows what is read to the content of a field. */
  #enter(number: number): void {
    let start = this.#at;
    let length = 0;
    while (this.next()) {
      if (this.number !== number) continue;
      start = this.#start;
      length = this.#length;
    }
    this.#at = start;
    this.#end = start + length;
  }

  #skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#end) throw new RangeError("the message is cut off");
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let read = 0; read < 10; read += 1) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
      if (byte === undefined) break;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new RangeError("a number is cut off");
  }
}
