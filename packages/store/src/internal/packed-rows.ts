// Rows on their way to another thread. Cloning them as objects costs more than writing them to the database: here
// they are one run of bytes, which is handed over without a copy.

/** What a column may hold. */
export type PackedValue = null | number | bigint | string | Uint8Array;

const Tag = { null: 0, number: 1, bigint: 2, text: 3, bytes: 4 } as const;

/** Bytes of a tag and a length, or a tag and a number. */
const HEAD = 9;
/** UTF-8 takes three bytes at most for each unit of a string. */
const WIDEST = 3;

/** Values one after the other. The buffer belongs to nobody else, and may be transferred. */
export function packRows(rows: Iterable<readonly PackedValue[]>): { readonly count: number; readonly bytes: Uint8Array<ArrayBuffer> } {
  const packer = new Packer();
  let count = 0;
  for (const row of rows) {
    for (const value of row) packer.add(value);
    count += 1;
  }
  return { count, bytes: packer.bytes() };
}

class Packer {
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #at = 0;

  add(value: PackedValue): void {
    if (typeof value === "number") {
      this.#reserve(HEAD);
      this.#tag(Tag.number);
      this.#at = this.#buffer.writeDoubleLE(value, this.#at);
    } else if (value === null) {
      this.#reserve(1);
      this.#tag(Tag.null);
    } else if (typeof value === "string") {
      this.#reserve(HEAD + value.length * WIDEST);
      this.#tag(Tag.text);
      const length = this.#buffer.write(value, this.#at + 4);
      this.#at = this.#buffer.writeUInt32LE(length, this.#at) + length;
    } else if (typeof value === "bigint") {
      this.#reserve(HEAD);
      this.#tag(Tag.bigint);
      this.#at = this.#buffer.writeBigInt64LE(value, this.#at);
    } else {
      this.#reserve(HEAD + value.length);
      this.#tag(Tag.bytes);
      this.#at = this.#buffer.writeUInt32LE(value.length, this.#at);
      this.#buffer.set(value, this.#at);
      this.#at += value.length;
    }
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset, this.#at);
  }

  #tag(tag: number): void {
    this.#buffer[this.#at] = tag;
    this.#at += 1;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

/** Reads packed values, in their order. Bytes are views of the buffer. */
export class PackedReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** So many values. Throws RangeError where there are not as many. */
  take(count: number): PackedValue[] {
    const values: PackedValue[] = [];
    for (let taken = 0; taken < count; taken += 1) values.push(this.#next());
    return values;
  }

  #next(): PackedValue {
    const tag = this.#buffer[this.#at];
    this.#at += 1;
    switch (tag) {
      case Tag.null:
        return null;
      case Tag.number:
        this.#at += 8;
        return this.#buffer.readDoubleLE(this.#at - 8);
      case Tag.bigint:
        this.#at += 8;
        return this.#buffer.readBigInt64LE(this.#at - 8);
      case Tag.text:
        return this.#run().toString("utf8");
      case Tag.bytes:
        return this.#run();
      default:
        throw new RangeError("packed rows are cut off");
    }
  }

  #run(): Buffer {
    const start = this.#at + 4;
    this.#at = start + this.#buffer.readUInt32LE(this.#at);
    return this.#buffer.subarray(start, this.#at);
  }
}
