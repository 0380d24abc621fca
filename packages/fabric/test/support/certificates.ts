import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateList,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  KeyIdentifier,
  KeyUsage,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

/** A key pair of any kind that certificates can hold. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The kinds of key that tests use. */
export type KeyKind = "P-224" | "P-256" | "P-384" | "P-521" | "secp256k1" | "ed25519" | "rsa";

/** A key pair of this kind. */
export function keyPair(kind: KeyKind = "P-256"): KeyPair {
  if (kind === "ed25519") return generateKeyPairSync("ed25519");
  if (kind === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  return generateKeyPairSync("ec", { namedCurve: kind });
}

/** A certificate with every part open to be made wrong, unlike the product's own authority. */
export interface CertificateRecipe {
  readonly commonName: string;
  readonly units?: readonly string[];
  readonly keys?: KeyPair;
  /** Self-signed when absent. */
  readonly issuer?: MadeCertificate;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** KeyUsage flags; none when null. */
  readonly keyUsage?: number | null;
  readonly extendedKeyUsages?: readonly string[];
  readonly subjectKeyId?: Uint8Array | null;
  readonly authorityKeyId?: Uint8Array | null;
  readonly extra?: readonly Extension[];
  readonly serial?: Uint8Array;
  readonly digest?: "sha1" | "sha256" | "sha384" | "sha512";
  /** The algorithm outside the signed part, where it differs. */
  readonly outerAlgorithm?: string;
}

/** A certificate and what is needed to issue below it. */
export interface MadeCertificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly keys: KeyPair;
  readonly name: Name;
  readonly subjectKeyId: Uint8Array;
}

export const DAY = 24 * 60 * 60 * 1000;
const EPOCH = Date.UTC(2026, 0, 1);

/** A moment of 2026, so that recorded certificates stay what they were. */
export function day(number: number): Date {
  return new Date(EPOCH + number * DAY);
}

const ALGORITHMS = {
  ec: { sha1: "1.2.840.10045.4.1", sha256: "1.2.840.10045.4.3.2", sha384: "1.2.840.10045.4.3.3", sha512: "1.2.840.10045.4.3.4" },
  rsa: { sha1: "1.2.840.113549.1.1.5", sha256: "1.2.840.113549.1.1.11", sha384: "1.2.840.113549.1.1.12", sha512: "1.2.840.113549.1.1.13" },
};

function algorithmOf(key: KeyObject, digest: "sha1" | "sha256" | "sha384" | "sha512"): string {
  if (key.asymmetricKeyType === "ed25519") return "1.3.101.112";
  return ALGORITHMS[key.asymmetricKeyType === "rsa" ? "rsa" : "ec"][digest];
}

function nameOf(commonName: string, units: readonly string[]): Name {
  const part = (type: string, utf8String: string) =>
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) })]);
  return new Name([...units.map((unit) => part("2.5.4.11", unit)), part("2.5.4.3", commonName)]);
}

/** An extension over a value that asn1-x509 knows, or over raw bytes. */
export function extension(id: string, value: unknown, critical = false): Extension {
  const bytes = value instanceof Uint8Array ? value : AsnConvert.serialize(value);
  return new Extension({ extnID: id, critical, extnValue: new OctetString(bytes) });
}

function extensionsOf(recipe: CertificateRecipe, own: Uint8Array, issuerKeyId: Uint8Array | undefined): Extension[] {
  const list: Extension[] = [];
  const usage = recipe.keyUsage === undefined ? (recipe.ca === true ? 0x60 : 0x01) : recipe.keyUsage;
  if (usage !== null) list.push(extension("2.5.29.15", new KeyUsage(usage), true));
  if (recipe.extendedKeyUsages !== undefined) list.push(extension("2.5.29.37", new ExtendedKeyUsage([...recipe.extendedKeyUsages])));
  const constraints = recipe.pathLength === undefined ? {} : { pathLenConstraint: recipe.pathLength };
  list.push(extension("2.5.29.19", new BasicConstraints({ cA: recipe.ca ?? false, ...constraints }), true));
  if (recipe.subjectKeyId !== null) list.push(extension("2.5.29.14", new SubjectKeyIdentifier(own)));
  const aki = recipe.authorityKeyId === undefined ? issuerKeyId : recipe.authorityKeyId;
  if (aki !== undefined && aki !== null)
    list.push(extension("2.5.29.35", new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(aki) })));
  return [...list, ...(recipe.extra ?? [])];
}

/** Makes a certificate. */
export function makeCertificate(recipe: CertificateRecipe): MadeCertificate {
  const keys = recipe.keys ?? keyPair();
  const name = nameOf(recipe.commonName, recipe.units ?? []);
  const info = AsnConvert.parse(keys.publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);
  const subjectKeyId = recipe.subjectKeyId ?? createHash("sha256").update(Buffer.from(info.subjectPublicKey)).digest();
  const signer = recipe.issuer?.keys ?? keys;
  const digest = recipe.digest ?? "sha256";
  const algorithm = algorithmOf(signer.privateKey, digest);
  const serial = recipe.serial ?? Buffer.concat([Buffer.from([0x41]), randomBytes(15)]);
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: new AlgorithmIdentifier({ algorithm }),
    issuer: recipe.issuer?.name ?? name,
    validity: new Validity({ notBefore: recipe.notBefore ?? day(0), notAfter: recipe.notAfter ?? day(3650) }),
    subject: name,
    subjectPublicKeyInfo: info,
    extensions: new Extensions(extensionsOf(recipe, subjectKeyId, recipe.issuer?.subjectKeyId)),
  });
  const signature = signBytes(AsnConvert.serialize(tbs), signer.privateKey, digest);
  const certificate = new Certificate({
    tbsCertificate: tbs,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: recipe.outerAlgorithm ?? algorithm }),
    signatureValue: new Uint8Array(signature).buffer,
  });
  const der = Buffer.from(AsnConvert.serialize(certificate));
  return { der, pem: pem("CERTIFICATE", der), keys, name, subjectKeyId };
}

function signBytes(bytes: ArrayBuffer, key: KeyObject, digest: string): Buffer {
  return sign(key.asymmetricKeyType === "ed25519" ? null : digest, new Uint8Array(bytes), key);
}

/** PEM text of DER bytes. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** A revocation list by an authority over certificates; PEM. */
export function makeRevocationList(
  issuer: MadeCertificate,
  revoked: readonly MadeCertificate[],
  options: { authorityKeyId?: Uint8Array | null; signer?: KeyPair; digest?: "sha1" | "sha256" } = {},
): string {
  const digest = options.digest ?? "sha256";
  const key = (options.signer ?? issuer.keys).privateKey;
  const algorithm = new AlgorithmIdentifier({ algorithm: algorithmOf(key, digest) });
  const tbs = new TBSCertList({
    version: Version.v2,
    signature: algorithm,
    issuer: issuer.name,
    thisUpdate: new Time(day(1)),
    nextUpdate: new Time(day(3650)),
  });
  if (revoked.length > 0)
    tbs.revokedCertificates = revoked.map(
      ({ der }) =>
        new RevokedCertificate({
          userCertificate: AsnConvert.parse(der, Certificate).tbsCertificate.serialNumber,
          revocationDate: new Time(day(1)),
        }),
    );
  const aki = options.authorityKeyId === undefined ? issuer.subjectKeyId : options.authorityKeyId;
  if (aki !== null)
    tbs.crlExtensions = new Extensions([extension("2.5.29.35", new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(aki) }))]);
  const signature = signBytes(AsnConvert.serialize(tbs), key, digest);
  const list = new CertificateList({ tbsCertList: tbs, signatureAlgorithm: algorithm, signature: new Uint8Array(signature).buffer });
  return pem("X509 CRL", Buffer.from(AsnConvert.serialize(list)));
}
