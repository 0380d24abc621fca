import type { X509Certificate } from "node:crypto";
import { verifySignature } from "../crypto/keys.ts";
import { readDer, readDerChildren, type DerElement } from "../x509/der.ts";
import { readPem } from "../x509/pem.ts";

/** A revocation list, parsed once per MSP. */
export interface RevocationList {
  /** Whether this issuer signed the list and it names the certificate's serial. */
  revokes(certificate: X509Certificate, issuer: X509Certificate): boolean;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Parses a PEM (`X509 CRL`) or DER revocation list (RFC 5280, section 5). Throws when it is neither. */
export function parseRevocationList(bytes: Uint8Array): RevocationList {
  const text = Buffer.from(bytes);
  const der = text[0] === SEQUENCE ? text : readPem(text.toString("latin1"), "X509 CRL");
  const [tbs, , signature] = readDerChildren(readDer(der));
  if (tbs === undefined || signature === undefined) throw new RangeError("the revocation list is incomplete");
  const serials = new Set(revokedSerials(tbs));
  const signatureBits = signature.content.subarray(1);
  return {
    revokes: (certificate, issuer) =>
      serials.has(normalize(certificate.serialNumber)) && verifySignature(issuer.publicKey, tbs.raw, signatureBits),
  };
}

function revokedSerials(tbs: DerElement): string[] {
  // version?, algorithm, issuer, thisUpdate, nextUpdate?, revokedCertificates?, [0] extensions?
  const lists = readDerChildren(tbs).filter((element) => element.tag === SEQUENCE);
  const entries = lists[2];
  if (entries === undefined) return [];
  return readDerChildren(entries).flatMap((entry) => {
    const [serial] = readDerChildren(entry);
    return serial?.tag === INTEGER ? [normalize(serial.content.toString("hex"))] : [];
  });
}

function normalize(hex: string): string {
  return hex.toLowerCase().replace(/^0+/, "");
}
