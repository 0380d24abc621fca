import { verify, X509Certificate, type KeyObject } from "node:crypto";
import { readDer, readDerChildren, readInteger, readOid, type DerElement } from "./der.ts";

/** An extension as it stands in a certificate. */
export interface CertificateExtension {
  readonly critical: boolean;
  readonly value: Buffer;
}

/** A certificate in the parts that Fabric's rules look at. */
export interface ParsedCertificate {
  readonly der: Buffer;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Not negative; hexadecimal without leading zeros. */
  readonly serialNumber: string;
  /** Subject and issuer in DER, which is how they are compared. */
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly organizationalUnits: readonly string[];
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
  /** Undefined where the certificate has no basic constraints. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Bits of KeyUsage, the first one 0x80; undefined without the extension. */
  readonly keyUsage: number | undefined;
  /** Object identifiers; empty without the extension. */
  readonly extendedKeyUsages: readonly string[];
  readonly subjectKeyId: Buffer | undefined;
  /** What the issuer signed. */
  readonly signed: Buffer;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
}

/** Object identifiers of the extensions that are read. */
export const EXTENSION = {
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3;
const VERSION = 0xa0;
const ORGANIZATIONAL_UNIT = "2.5.4.11";

/**
 * Reads a certificate's DER bytes, as strictly as Go does where it matters: one certificate, no
 * bytes after it, no negative serial number, no extension twice. Throws RangeError or OpenSSL's error.
 */
export function parseDerCertificate(der: Buffer): ParsedCertificate {
  const outer = readDer(der);
  if (outer.tag !== SEQUENCE || outer.raw.length !== der.length) throw new RangeError("x509: malformed certificate");
  const [tbs, algorithm, signature] = readDerChildren(outer);
  const x509 = new X509Certificate(der);
  if (tbs === undefined || algorithm === undefined || signature === undefined) throw new RangeError("x509: malformed certificate");
  // Optional version first; then serial, algorithm, issuer, validity, subject, key, and at last the extensions.
  const fields = readDerChildren(tbs);
  const start = fields[0]?.tag === VERSION ? 1 : 0;
  const [serial, innerAlgorithm, issuer, , subject] = fields.slice(start);
  if (serial === undefined || innerAlgorithm === undefined || issuer === undefined || subject === undefined)
    throw new RangeError("x509: malformed tbs certificate");
  if (!innerAlgorithm.content.equals(algorithm.content))
    throw new RangeError("x509: inner and outer signature algorithm identifiers don't match");
  const extensions = readExtensions(fields.find(({ tag }) => tag === EXTENSIONS));
  return {
    der,
    publicKey: x509.publicKey,
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    serialNumber: readInteger(serial),
    subject: subject.raw,
    issuer: issuer.raw,
    organizationalUnits: readOrganizationalUnits(subject),
    extensions,
    basicConstraints: readBasicConstraints(extensions.get(EXTENSION.basicConstraints)),
    keyUsage: readKeyUsage(extensions.get(EXTENSION.keyUsage)),
    extendedKeyUsages: readUsages(extensions.get(EXTENSION.extendedKeyUsage)),
    subjectKeyId: readSubjectKeyId(extensions.get(EXTENSION.subjectKeyId)),
    signed: tbs.raw,
    signatureAlgorithm: readOid(readDerChildren(algorithm)[0]),
    signature: signature.content.subarray(1),
  };
}

function readExtensions(wrapper: DerElement | undefined): Map<string, CertificateExtension> {
  const extensions = new Map<string, CertificateExtension>();
  const [list] = wrapper === undefined ? [] : readDerChildren(wrapper);
  for (const extension of list === undefined ? [] : readDerChildren(list)) {
    const [id, ...rest] = readDerChildren(extension);
    const value = rest.at(-1);
    if (value === undefined) throw new RangeError("x509: malformed extension");
    const oid = readOid(id);
    if (extensions.has(oid)) throw new RangeError(`x509: certificate contains duplicate extension with OID "${oid}"`);
    extensions.set(oid, { critical: rest.length > 1 && rest[0]?.content[0] !== 0, value: value.content });
  }
  return extensions;
}

const UTF8 = 0x0c;
const BMP = 0x1e;
const TEXT_TAGS: ReadonlySet<number> = new Set([UTF8, 0x12, 0x13, 0x14, 0x16, BMP]);

function readOrganizationalUnits(name: DerElement): string[] {
  return readDerChildren(name)
    .flatMap(readDerChildren)
    .flatMap((attribute) => {
      const [type, value] = readDerChildren(attribute);
      if (value === undefined || readOid(type) !== ORGANIZATIONAL_UNIT || !TEXT_TAGS.has(value.tag)) return [];
      return [readText(value)];
    });
}

function readText({ tag, content }: DerElement): string {
  if (tag === BMP) return Buffer.from(content).swap16().toString("utf16le");
  return content.toString(tag === UTF8 ? "utf8" : "latin1");
}

function readBasicConstraints(extension: CertificateExtension | undefined): ParsedCertificate["basicConstraints"] {
  if (extension === undefined) return undefined;
  const parts = readDerChildren(readDer(extension.value));
  const ca = parts[0]?.tag === 0x01 && parts[0].content[0] !== 0;
  const length = parts.find(({ tag }) => tag === 0x02);
  return { ca, pathLength: length === undefined ? undefined : Number.parseInt(readInteger(length) || "0", 16) };
}

function readKeyUsage(extension: CertificateExtension | undefined): number | undefined {
  return extension === undefined ? undefined : (readDer(extension.value).content[1] ?? 0);
}

function readUsages(extension: CertificateExtension | undefined): string[] {
  return extension === undefined ? [] : readDerChildren(readDer(extension.value)).map(readOid);
}

function readSubjectKeyId(extension: CertificateExtension | undefined): Buffer | undefined {
  return extension === undefined ? undefined : readDer(extension.value).content;
}

/** The key identifier inside an AuthorityKeyIdentifier value; undefined when it names the key otherwise. */
export function readAuthorityKeyId(value: Buffer): Buffer | undefined {
  return readDerChildren(readDer(value)).find(({ tag }) => tag === 0x80)?.content;
}

interface SignatureKind {
  /** OpenSSL's name of the hash; null for Ed25519, which takes the message itself. */
  readonly digest: string | null;
  readonly keys: readonly string[];
  readonly weak?: true;
}

const ECDSA: readonly string[] = ["ec"];
const RSA: readonly string[] = ["rsa"];

/** The signature algorithms that Go checks (crypto/x509, signatureAlgorithmDetails), RSA-PSS left out. */
const SIGNATURES: ReadonlyMap<string, SignatureKind> = new Map([
  ["1.2.840.10045.4.1", { digest: "sha1", keys: ECDSA, weak: true as const }],
  ["1.2.840.10045.4.3.2", { digest: "sha256", keys: ECDSA }],
  ["1.2.840.10045.4.3.3", { digest: "sha384", keys: ECDSA }],
  ["1.2.840.10045.4.3.4", { digest: "sha512", keys: ECDSA }],
  ["1.2.840.113549.1.1.5", { digest: "sha1", keys: RSA, weak: true as const }],
  ["1.2.840.113549.1.1.11", { digest: "sha256", keys: RSA }],
  ["1.2.840.113549.1.1.12", { digest: "sha384", keys: RSA }],
  ["1.2.840.113549.1.1.13", { digest: "sha512", keys: RSA }],
  ["1.3.101.112", { digest: null, keys: ["ed25519"] }],
]);

/** Whether an algorithm is ECDSA with any hash, by object identifier. */
export function isEcdsaSignature(algorithm: string): boolean {
  return SIGNATURES.get(algorithm)?.keys === ECDSA;
}

/**
 * Whether a key's owner signed a certificate or a revocation list. High-S signatures count: X.509
 * knows no such rule. SHA-1 counts for revocation lists only, as in Go.
 */
export function verifySigned(
  content: { signed: Uint8Array; signatureAlgorithm: string; signature: Uint8Array },
  key: KeyObject,
  weakAllowed = false,
): boolean {
  const kind = SIGNATURES.get(content.signatureAlgorithm);
  if (kind?.keys.includes(key.asymmetricKeyType ?? "") !== true || (kind.weak === true && !weakAllowed)) return false;
  try {
    return verify(kind.digest, content.signed, key, content.signature);
  } catch {
    return false;
  }
}
