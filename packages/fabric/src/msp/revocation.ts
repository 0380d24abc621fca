import { readDer, readDerChildren, readInteger, readOid, type DerElement } from "../x509/der.ts";
import { EXTENSION, readAuthorityKeyId, verifySigned, type ParsedCertificate } from "../x509/parsed.ts";
import { findPem } from "../x509/pem.ts";
import { IdentityError } from "./errors.ts";

/** A revocation list, parsed once per MSP. */
export interface RevocationList {
  /**
   * Whether the certificate's issuer made this list and it names the certificate. Throws {@link IdentityError}
   * for a list that does not say whose it is: Fabric then refuses every identity (msp/mspimplvalidate.go).
   */
  revokes(certificate: ParsedCertificate, issuer: ParsedCertificate): boolean;
}

const SEQUENCE = 0x30;
const EXTENSIONS = 0xa0;

/** Parses a revocation list in PEM (`X509 CRL`) or DER (RFC 5280, section 5). Throws RangeError when it is neither. */
export function parseRevocationList(bytes: Uint8Array): RevocationList {
  const raw = Buffer.from(bytes);
  const block = findPem(raw.toString("latin1"));
  const [tbs, algorithm, signature] = readDerChildren(readDer(block?.label === "X509 CRL" ? block.der : raw));
  if (tbs === undefined || algorithm === undefined || signature === undefined) throw new RangeError("the revocation list is incomplete");
  const serials = new Set(revokedSerials(tbs));
  const authorityKeyId = authorityKeyIdOf(tbs);
  const content = {
    signed: tbs.raw,
    signatureAlgorithm: readOid(readDerChildren(algorithm)[0]),
    signature: signature.content.subarray(1),
  };
  return {
    revokes(certificate, issuer) {
      if (issuer.subjectKeyId === undefined)
        throw new IdentityError("could not obtain Subject Key Identifier for signer cert: subjectKeyIdentifier not found in certificate");
      if (authorityKeyId === undefined)
        throw new IdentityError("could not obtain Authority Key Identifier for crl: authorityKeyIdentifier not found in certificate");
      if (!authorityKeyId.equals(issuer.subjectKeyId) || !serials.has(certificate.serialNumber)) return false;
      return verifySigned(content, issuer.publicKey, true);
    },
  };
}

function revokedSerials(tbs: DerElement): string[] {
  // version?, algorithm, issuer, thisUpdate, nextUpdate?, revokedCertificates?, [0] extensions?
  const lists = readDerChildren(tbs).filter((element) => element.tag === SEQUENCE);
  const entries = lists[2];
  return (entries === undefined ? [] : readDerChildren(entries)).flatMap((entry) => {
    const [serial] = readDerChildren(entry);
    return serial === undefined ? [] : [readInteger(serial)];
  });
}

function authorityKeyIdOf(tbs: DerElement): Buffer | undefined {
  const wrapper = readDerChildren(tbs).find(({ tag }) => tag === EXTENSIONS);
  const [list] = wrapper === undefined ? [] : readDerChildren(wrapper);
  for (const extension of list === undefined ? [] : readDerChildren(list)) {
    const [id, ...rest] = readDerChildren(extension);
    const value = rest.at(-1);
    if (value !== undefined && readOid(id) === EXTENSION.authorityKeyId) return readAuthorityKeyId(value.content);
  }
  return undefined;
}
