import { randomBytes, type KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  type Extension,
  Extensions,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { sha256 } from "../crypto/hash.ts";
import type { Signer } from "../crypto/keys.ts";

/** A subject in the parts that Fabric's tools use. */
export interface SubjectName {
  readonly commonName: string;
  readonly organization?: string | undefined;
  readonly organizationalUnits?: readonly string[];
}

const OID = { country: "2.5.4.6", state: "2.5.4.8", locality: "2.5.4.7", organization: "2.5.4.10", unit: "2.5.4.11", common: "2.5.4.3" };
const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const ED25519 = "1.3.101.112";

/** The X.509 name of a subject, with the country, state and locality that cryptogen writes. */
export function subjectName(subject: SubjectName): Name {
  const parts: Array<[string, string]> = [
    [OID.country, "US"],
    [OID.state, "California"],
    [OID.locality, "San Francisco"],
  ];
  if (subject.organization !== undefined) parts.push([OID.organization, subject.organization]);
  for (const unit of subject.organizationalUnits ?? []) parts.push([OID.unit, unit]);
  parts.push([OID.common, subject.commonName]);
  return new Name(
    parts.map(([type, text]) => new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: nameValue(type, text) })])),
  );
}

function nameValue(type: string, text: string): AttributeValue {
  return type === OID.country ? new AttributeValue({ printableString: text }) : new AttributeValue({ utf8String: text });
}

/** Everything that goes into one certificate but its signature. */
export interface CertificateContent {
  readonly subject: Name;
  readonly issuer: Name;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

/** The signature algorithm a signer's key implies: ECDSA with SHA-256, or Ed25519. */
export function signatureAlgorithm(signer: Signer): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: signer.publicKey.asymmetricKeyType === "ed25519" ? ED25519 : ECDSA_SHA256 });
}

/** The key identifier that cryptogen writes: SHA-256 of the public key's bits. */
export function keyIdentifier(publicKey: KeyObject): Buffer {
  return sha256(Buffer.from(publicKeyInfo(publicKey).subjectPublicKey));
}

function publicKeyInfo(publicKey: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);
}

/** A random serial number: positive, 16 bytes, first byte never zero (RFC 5280, 4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return new Uint8Array(bytes).buffer;
}

/** Signs a certificate and returns its DER bytes. */
export async function signCertificate(content: CertificateContent, issuer: Signer): Promise<Uint8Array> {
  const algorithm = signatureAlgorithm(issuer);
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: content.issuer,
    validity: new Validity({ notBefore: content.notBefore, notAfter: content.notAfter }),
    subject: content.subject,
    subjectPublicKeyInfo: publicKeyInfo(content.publicKey),
    extensions: new Extensions([...content.extensions]),
  });
  const bytes = AsnConvert.serialize(tbs);
  const signature = await issuer.sign(new Uint8Array(bytes));
  const certificate = new Certificate({
    tbsCertificate: tbs,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  });
  return new Uint8Array(AsnConvert.serialize(certificate));
}
