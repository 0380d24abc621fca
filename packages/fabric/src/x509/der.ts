/** One DER element: its tag, its content and all its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly raw: Buffer;
}

/**
 * Reads the element at the start of `bytes` (X.690, definite lengths only).
 * Throws RangeError when the bytes end early or the form is not DER.
 */
export function readDer(bytes: Buffer): DerElement {
  const tag = byteAt(bytes, 0);
  if ((tag & 0x1f) === 0x1f) throw new RangeError("long tags are not read");
  const first = byteAt(bytes, 1);
  if (first < 0x80) return cut(bytes, tag, 2, first);
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new RangeError("the length is not DER");
  let length = 0;
  for (let index = 0; index < count; index += 1) length = length * 256 + byteAt(bytes, 2 + index);
  if (length < 0x80 || length < 256 ** (count - 1)) throw new RangeError("the length is not in its shortest form");
  return cut(bytes, tag, 2 + count, length);
}

function byteAt(bytes: Buffer, index: number): number {
  const value = bytes[index];
  if (value === undefined) throw new RangeError("the bytes end early");
  return value;
}

function cut(bytes: Buffer, tag: number, start: number, length: number): DerElement {
  if (start + length > bytes.length) throw new RangeError("the bytes end early");
  return { tag, content: bytes.subarray(start, start + length), raw: bytes.subarray(0, start + length) };
}

/** The elements of a SEQUENCE or SET, in order. */
export function readDerChildren(element: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let rest = element.content; rest.length > 0;) {
    const child = readDer(rest);
    children.push(child);
    rest = rest.subarray(child.raw.length);
  }
  return children;
}

/** One DER element made of a tag and its contents. */
export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const lengthBytes: number[] = [];
  for (let length = content.length; length > 0; length = Math.floor(length / 256)) lengthBytes.unshift(length % 256);
  const head = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | lengthBytes.length, ...lengthBytes];
  return Buffer.concat([Buffer.from(head), content]);
}

/** A non-negative INTEGER in hexadecimal without leading zeros; the empty text is zero. Throws RangeError for a negative one. */
export function readInteger({ tag, content }: DerElement): string {
  if (tag !== 0x02 || content.length === 0) throw new RangeError("an INTEGER is missing");
  if ((content[0] ?? 0) >= 0x80) throw new RangeError("an INTEGER is negative");
  return content.toString("hex").replace(/^0+/, "");
}

/** An OBJECT IDENTIFIER in dotted form. Throws RangeError when the element is none. */
export function readOid(element: DerElement | undefined): string {
  if (element?.tag !== 0x06 || element.content.length === 0) throw new RangeError("an OBJECT IDENTIFIER is missing");
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of element.content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join(".");
}
