import { readDer, writeDer, type DerElement } from "../x509/der.ts";

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

/** Orders of the curves Fabric accepts, by OpenSSL's name (SEC 2, section 2; Fabric: bccsp/utils/ecdsa.go). */
const orders: ReadonlyMap<string, CurveOrder> = new Map([
  ["secp224r1", order("ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d")],
  ["prime256v1", order("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")],
  ["secp384r1", order("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973")],
  [
    "secp521r1",
    order(
      "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
  ],
]);

/** Whether ECDSA on this curve, by OpenSSL's name, may sign in Fabric. */
export function isSupportedCurve(curve: string | undefined): curve is string {
  return curve !== undefined && orders.has(curve);
}

interface SignatureParts {
  readonly r: Buffer;
  readonly s: Buffer;
  /** Nothing follows either of them: the signature is in its shortest form. */
  readonly exact: boolean;
}

/**
 * Reads `SEQUENCE { INTEGER r, INTEGER s }` as Go does (encoding/asn1, Unmarshal): strict DER, both
 * positive, but bytes after either are ignored. Undefined when it is anything else.
 */
function parse(signature: Uint8Array): SignatureParts | undefined {
  try {
    const sequence = readDer(Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength));
    if (sequence.tag !== 0x30) return undefined;
    const r = readDer(sequence.content);
    const s = readDer(sequence.content.subarray(r.raw.length));
    const exact = sequence.raw.length === signature.length && r.raw.length + s.raw.length === sequence.content.length;
    return isPositive(r) && isPositive(s) ? { r: r.content, s: s.content, exact } : undefined;
  } catch {
    return undefined;
  }
}

function isPositive({ tag, content }: DerElement): boolean {
  const [first = 0x80, second] = content;
  const padded = first === 0 && (second === undefined || second < 0x80);
  return tag === 0x02 && first < 0x80 && !padded;
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

/** Whether the signature is well formed and its S is at most half of the curve's order. */
export function isLowS(signature: Uint8Array, curve: string): boolean {
  return lowSignature(signature, curve) !== undefined;
}

/** A low-S signature in its shortest form, without the bytes that Go ignores after it; undefined for every other signature. */
export function lowSignature(signature: Uint8Array, curve: string): Uint8Array | undefined {
  const parts = parse(signature);
  const known = orders.get(curve);
  if (parts === undefined || known === undefined || toBigInt(parts.s) > known.half) return undefined;
  return parts.exact ? signature : encode(parts.r, parts.s);
}

/** The same signature with S replaced by n - S where it is too large; what is no signature is returned as it is. */
export function toLowS(signature: Uint8Array, curve: string): Uint8Array {
  const parts = parse(signature);
  const known = orders.get(curve);
  if (parts === undefined || known === undefined) return signature;
  const s = toBigInt(parts.s);
  if (s >= known.n) return signature;
  return encode(parts.r, s <= known.half ? parts.s : fromBigInt(known.n - s));
}

function fromBigInt(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function encode(r: Buffer, s: Buffer): Buffer {
  return writeDer(0x30, writeDer(0x02, r), writeDer(0x02, s));
}
