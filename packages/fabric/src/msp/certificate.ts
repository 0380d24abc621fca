import { isSupportedCurve, toLowS } from "../crypto/low-s.ts";
import { readDer, readDerChildren, writeDer } from "../x509/der.ts";
import { isEcdsaSignature, parseDerCertificate, verifySigned, type ParsedCertificate } from "../x509/parsed.ts";
import { findPem } from "../x509/pem.ts";
import { IdentityError } from "./errors.ts";

/**
 * Reads the certificate of a serialized identity or of an MSP's configuration: the first PEM block,
 * whatever its label and the text around it (Fabric: msp/mspimpl.go, getCertFromPem). Throws {@link IdentityError}.
 */
export function readCertificate(idBytes: Uint8Array): ParsedCertificate {
  const block = findPem(Buffer.from(idBytes.buffer, idBytes.byteOffset, idBytes.byteLength).toString("latin1"));
  if (block === undefined) throw new IdentityError("could not decode the PEM structure");
  try {
    const certificate = parseDerCertificate(block.der);
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    if (asymmetricKeyType === "ec" && !isSupportedCurve(asymmetricKeyDetails?.namedCurve))
      throw new RangeError("x509: unsupported elliptic curve");
    return certificate;
  } catch (cause) {
    throw new IdentityError(`parseCertificate failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Whether the certificate is a root: a CA's, signed with its own key. */
export function isSelfSigned(certificate: ParsedCertificate): boolean {
  return certificate.basicConstraints?.ca === true && verifySigned(certificate, certificate.publicKey);
}

/**
 * The certificate with its own signature in low-S form. Fabric rewrites it so before it hashes it,
 * so that two spellings of one certificate are one identity (msp/cert.go, sanitizeECDSASignedCert).
 */
export function withLowS(certificate: ParsedCertificate, issuer: ParsedCertificate): ParsedCertificate {
  const curve = issuer.publicKey.asymmetricKeyDetails?.namedCurve;
  const { der, signature } = certificate;
  if (!isEcdsaSignature(certificate.signatureAlgorithm) || !isSupportedCurve(curve)) return certificate;
  const lowered = toLowS(signature, curve);
  const [tbs, algorithm] = readDerChildren(readDer(der));
  if (signature.equals(lowered) || tbs === undefined || algorithm === undefined) return certificate;
  const rewritten = writeDer(0x30, tbs.raw, algorithm.raw, writeDer(0x03, Buffer.from([0]), lowered));
  return { ...certificate, der: rewritten, signature: Buffer.from(lowered) };
}
