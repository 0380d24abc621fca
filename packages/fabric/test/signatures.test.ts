import { sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLocalSigner, generateKeyPair, verifySignature } from "../src/index.ts";
import { isLowS, toLowS } from "../src/crypto/low-s.ts";
import { keyPair, type KeyKind } from "./support/certificates.ts";
import { flipS } from "./support/signatures.ts";

const CURVES: ReadonlyArray<readonly [KeyKind, string]> = [
  ["P-224", "secp224r1"],
  ["P-256", "prime256v1"],
  ["P-384", "secp384r1"],
  ["P-521", "secp521r1"],
];
const message = fc.uint8Array({ maxLength: 300 });

describe.each(CURVES)("signatures on %s", (kind, curve) => {
  const keys = keyPair(kind);
  const signer = createLocalSigner(keys.privateKey);

  it("are made in low-S form and hold for their message alone", () => {
    fc.assert(
      fc.property(message, (bytes) => {
        const signature = signer.signSync(bytes);
        expect(isLowS(signature, curve)).toBe(true);
        expect(verifySignature(signer.publicKey, bytes, signature)).toBe(true);
        expect(verifySignature(signer.publicKey, Buffer.concat([bytes, Buffer.from([0])]), signature)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it("are brought to low-S once and for all, and still hold", () => {
    fc.assert(
      fc.property(message, (bytes) => {
        const any = sign("sha256", bytes, keys.privateKey);
        const low = toLowS(any, curve);
        expect(isLowS(low, curve)).toBe(true);
        expect(Buffer.from(toLowS(low, curve))).toEqual(Buffer.from(low));
        expect(verifySignature(keys.publicKey, bytes, low)).toBe(true);
        expect(verifySignature(keys.publicKey, bytes, any)).toBe(isLowS(any, curve));
      }),
      { numRuns: 30 },
    );
  });
});

describe("signatures", () => {
  const { privateKey, publicKey } = generateKeyPair();
  const signature = createLocalSigner(privateKey).signSync(Buffer.from("m"));

  it("with high S are wrong", () => {
    expect(verifySignature(publicKey, Buffer.from("m"), flipS(signature))).toBe(false);
  });

  it("that are damaged anywhere are wrong, never an error", () => {
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(signature);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        expect(verifySignature(publicKey, Buffer.from("m"), damaged)).toBe(false);
      }),
    );
  });

  it("that are any bytes are wrong, never an error, for any key", () => {
    const edwards = keyPair("ed25519").publicKey;
    const rsa = keyPair("rsa").publicKey;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 160 }), (bytes) => {
        for (const key of [publicKey, edwards, rsa]) expect(verifySignature(key, Buffer.from("m"), bytes)).toBe(false);
        for (const [, curve] of CURVES) toLowS(bytes, curve);
      }),
    );
  });

  it("by Ed25519 sign the message itself", () => {
    const edwards = keyPair("ed25519");
    const signer = createLocalSigner(edwards.privateKey);
    expect(Buffer.from(signer.signSync(Buffer.from("m")))).toEqual(sign(null, Buffer.from("m"), edwards.privateKey));
    expect(verifySignature(signer.publicKey, Buffer.from("m"), signer.signSync(Buffer.from("m")))).toBe(true);
  });

  it("can be made by a signer that answers later", async () => {
    const signer = createLocalSigner(privateKey);
    expect(verifySignature(publicKey, Buffer.from("m"), await signer.sign(Buffer.from("m")))).toBe(true);
  });
});
