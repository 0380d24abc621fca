/** Order of the base point of P-256. */
export const P256_ORDER = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** DER of one element. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const head =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

/** DER of a non-negative INTEGER. */
export function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** r and s of a DER signature that is well formed. */
export function readSignature(signature: Uint8Array): { r: bigint; s: bigint } {
  const bytes = Buffer.from(signature);
  const start = bytes[1] === 0x81 ? 3 : 2;
  const rLength = bytes[start + 1] ?? 0;
  const number = (from: number, length: number): bigint => BigInt(`0x${bytes.subarray(from, from + length).toString("hex")}`);
  const sStart = start + 2 + rLength;
  return { r: number(start + 2, rLength), s: number(sStart + 2, bytes[sStart + 1] ?? 0) };
}

/** DER of r and s. */
export function writeSignature(r: bigint, s: bigint): Buffer {
  return der(0x30, derInteger(r), derInteger(s));
}

/** The other form of a P-256 signature: high-S for low-S and the other way round. */
export function flipS(signature: Uint8Array): Buffer {
  const { r, s } = readSignature(signature);
  return writeSignature(r, P256_ORDER - s);
}
