/** What is needed of a curve to keep signatures in their low-S form. */
interface CurveOrder {
  /** Order of the base point. */
  readonly n: bigint;
  /** Half of it, rounded down: the largest S that Fabric accepts. */
  readonly half: bigint;
}

function order(hex: string): CurveOrder {
  const n = BigInt(`0x${hex}`);
  return { n, half: n >> 1n };
}

/** Orders of the curves Fabric accepts, by OpenSSL's name (SEC 2, section 2). */
const orders: Readonly<Record<string, CurveOrder>> = {
  prime256v1: order("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
  secp384r1: order("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
  secp521r1: order(
    "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
  ),
};

/** Whether ECDSA on this curve, by OpenSSL's name, may sign in Fabric. */
export function isSupportedCurve(curve: string | undefined): curve is string {
  return curve !== undefined && curve in orders;
}

interface SignatureParts {
  readonly r: Buffer;
  readonly s: Buffer;
}

/** Reads a DER `SEQUENCE { INTEGER r, INTEGER s }`; undefined when it is anything else. */
function parse(signature: Uint8Array): SignatureParts | undefined {
  const bytes = Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength);
  if (bytes[0] !== 0x30) return undefined;
  const long = bytes[1] === 0x81;
  const length = long ? bytes[2] : bytes[1];
  const start = long ? 3 : 2;
  if (length === undefined || length + start !== bytes.length) return undefined;
  const r = integer(bytes, start);
  if (r === undefined) return undefined;
  const s = integer(bytes, r.end);
  if (s === undefined || s.end !== bytes.length) return undefined;
  return { r: r.value, s: s.value };
}

function integer(bytes: Buffer, at: number): { value: Buffer; end: number } | undefined {
  const length = bytes[at + 1];
  if (bytes[at] !== 0x02 || length === undefined || length === 0 || length > 0x7f) return undefined;
  const end = at + 2 + length;
  const value = bytes.subarray(at + 2, end);
  const [first, second] = value;
  const negative = first === undefined || first >= 0x80;
  const padded = first === 0 && second !== undefined && second < 0x80;
  return end > bytes.length || negative || padded ? undefined : { value, end };
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

/** Whether the DER signature is well formed and its S is at most half of the curve's order. */
export function isLowS(signature: Uint8Array, curve: string): boolean {
  const parts = parse(signature);
  const known = orders[curve];
  return parts !== undefined && known !== undefined && toBigInt(parts.s) <= known.half;
}

/** The same signature with S replaced by n - S where it is too large. Fabric: bccsp/utils/ecdsa.go. */
export function toLowS(signature: Uint8Array, curve: string): Uint8Array {
  const parts = parse(signature);
  const known = orders[curve];
  if (parts === undefined || known === undefined) return signature;
  const s = toBigInt(parts.s);
  if (s <= known.half) return signature;
  return encode(parts.r, fromBigInt(known.n - s));
}

function fromBigInt(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function encode(r: Buffer, s: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from([0x02, r.length]), r, Buffer.from([0x02, s.length]), s]);
  const head = body.length < 0x80 ? [0x30, body.length] : [0x30, 0x81, body.length];
  return Buffer.concat([Buffer.from(head), body]);
}
