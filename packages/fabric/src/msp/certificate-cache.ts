import { X509Certificate } from "node:crypto";
import { sha256 } from "../crypto/hash.ts";
import { isLowS, isSupportedCurve, toLowS } from "../crypto/low-s.ts";
import { readDer, readDerChildren, writeDer } from "../x509/der.ts";
import { readPem } from "../x509/pem.ts";
import { IdentityError } from "./errors.ts";

/** What an MSP needs to know of one certificate. */
export interface ParsedCertificate {
  readonly x509: X509Certificate;
  /** SHA-256 of the DER form with a low-S signature: the identity's id in Fabric (msp/identities.go). */
  readonly id: string;
  readonly organizationalUnits: readonly string[];
  readonly expiresAt: Date;
}

/**
 * Reads the certificate of a serialized identity. Fabric takes exactly one PEM
 * block labelled CERTIFICATE (msp/mspimpl.go). Throws {@link IdentityError}.
 */
export function parseCertificate(idBytes: Uint8Array): ParsedCertificate {
  let der: Buffer;
  let x509: X509Certificate;
  try {
    der = readPem(Buffer.from(idBytes).toString("latin1"), "CERTIFICATE");
    x509 = new X509Certificate(der);
    // A lenient reading would give one certificate several spellings and so several ids.
    if (!x509.raw.equals(der)) throw new RangeError("not DER");
  } catch (cause) {
    throw new IdentityError("could not decode the PEM structure", { cause });
  }
  const subject = x509.toLegacyObject().subject as unknown as Record<string, string | string[] | undefined>;
  const units = subject["OU"] ?? [];
  return {
    x509,
    id: sha256(withLowS(x509, der)).toString("hex"),
    organizationalUnits: typeof units === "string" ? [units] : units,
    expiresAt: x509.validToDate,
  };
}

/** The certificate with its own signature in low-S form, as Fabric rewrites it before hashing (msp/cert.go). */
function withLowS(x509: X509Certificate, der: Buffer): Buffer {
  const [tbs, algorithm, signature] = readDerChildren(readDer(der));
  if (tbs === undefined || algorithm === undefined || signature === undefined)
    throw new IdentityError("could not decode the PEM structure");
  // The issuer's curve is not known here; a P-256 key's certificate is nearly always signed by a P-256 key, and other lengths do not parse as one.
  const curve = x509.publicKey.asymmetricKeyDetails?.namedCurve;
  const bits = signature.content.subarray(1);
  if (!isSupportedCurve(curve) || isLowS(bits, curve) || bits.length > 2 * 66 + 9) return der;
  const lowered = toLowS(bits, curve);
  return lowered === bits ? der : writeDer(0x30, tbs.raw, algorithm.raw, writeDer(0x03, Buffer.from([0]), lowered));
}
