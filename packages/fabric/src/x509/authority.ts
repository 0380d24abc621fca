import type { KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  Certificate,
  CertificateList,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_subjectKeyIdentifier,
  type Name,
  RevokedCertificate,
  TBSCertList,
  Time,
  Version,
} from "@peculiar/asn1-x509";
import { createLocalSigner, generateKeyPair, type Signer } from "../crypto/keys.ts";
import { fabricErrors } from "../errors.ts";
import { keyIdentifier, signatureAlgorithm, signCertificate, subjectName } from "./certificate.ts";
import { authorityExtensions, keyIdentifierExtensions, leafExtensions, revocationListExtensions } from "./extensions.ts";
import { parseDerCertificate, verifySigned } from "./parsed.ts";
import { readPem, writePem } from "./pem.ts";

/** The roles Fabric's NodeOUs tell apart. */
export type IdentityRole = "peer" | "orderer" | "admin" | "client";

/** A certificate and the private key it belongs to, both PEM. */
export interface IssuedIdentity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What to put into a new certificate. */
export interface IssueRequest {
  readonly commonName: string;
  /** Written as organisational unit into signing certificates (Fabric: NodeOUs). */
  readonly role: IdentityRole;
  /** `sign` for MSP identities, `tls` for connections. */
  readonly usage: "sign" | "tls";
  /** DNS names and IP addresses it answers for. */
  readonly hosts?: readonly string[];
  /** Attributes of Fabric CA, readable by chaincode. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Five minutes ago when absent; never earlier than the CA's own beginning, at which its chain would not hold. */
  readonly notBefore?: Date;
  /** Ten years from now when absent, as cryptogen does; never later than the CA's own end. */
  readonly notAfter?: Date;
}

/** Issues certificates below one root. */
export interface CertificateAuthority {
  readonly certificatePem: string;
  /** Issues for a key pair made here. */
  issue(request: IssueRequest): Promise<IssuedIdentity>;
  /** Issues for a public key whose private key is elsewhere; PEM. */
  certify(request: IssueRequest, publicKey: KeyObject): Promise<string>;
  /**
   * Issues a certificate anew: the same subject, names, usages and attributes, another serial number and other dates,
   * and the same public key unless another one is given; PEM. Throws `FABRIC_CERTIFICATE_INVALID`, also for a certificate
   * of another CA.
   */
  renew(certificatePem: string, change?: Partial<Period> & { readonly publicKey?: KeyObject }): Promise<string>;
  /** A signed revocation list over certificates given as PEM; PEM. */
  revoke(certificates: readonly string[]): Promise<string>;
}

/** How a new root is made. */
export interface AuthorityOptions {
  readonly commonName: string;
  readonly organization: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const TEN_YEARS = 10 * 365 * 24 * 60 * 60 * 1000;
/** Certificates start a little earlier than now, since clocks differ; cryptogen does the same. */
const BACKDATE = 5 * 60 * 1000;

/** From when until when a certificate is valid. */
export interface Period {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Whole seconds, since that is what X.509 counts; within the limits where there are any. */
function period(request: Partial<Period>, limits?: Period): Period {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const wholeSeconds = (date: Date): number => Math.floor(date.getTime() / 1000) * 1000;
  const notBefore = wholeSeconds(request.notBefore ?? new Date(now - BACKDATE));
  const notAfter = wholeSeconds(request.notAfter ?? new Date(now + TEN_YEARS));
  return {
    notBefore: new Date(Math.max(notBefore, limits?.notBefore.getTime() ?? notBefore)),
    notAfter: new Date(Math.min(notAfter, limits?.notAfter.getTime() ?? notAfter)),
  };
}

/** Makes a self-signed root with a new P-256 key. */
export async function createCertificateAuthority(
  options: AuthorityOptions,
): Promise<CertificateAuthority & { readonly privateKeyPem: string }> {
  const keys = generateKeyPair();
  const signer = createLocalSigner(keys.privateKey);
  const name = subjectName(options);
  const der = await signCertificate(
    {
      subject: name,
      issuer: name,
      publicKey: keys.publicKey,
      ...period(options),
      extensions: authorityExtensions(keyIdentifier(keys.publicKey)),
    },
    signer,
  );
  const certificatePem = writePem("CERTIFICATE", der);
  return { ...openCertificateAuthority(certificatePem, signer), privateKeyPem: exportPrivateKey(keys.privateKey) };
}

/** Opens an existing CA by its certificate and a signer (or PEM key). Throws `FABRIC_CERTIFICATE_INVALID` when it is not a CA's or not the key's. */
export function openCertificateAuthority(certificatePem: string, key: Signer | string): CertificateAuthority {
  const signer = typeof key === "string" ? createLocalSigner(key) : key;
  const { subject: issuer, keyId: issuerKeyId, limits } = readAuthority(certificatePem, signer);

  const certify = async (request: IssueRequest, publicKey: KeyObject): Promise<string> => {
    const der = await signCertificate(
      {
        subject: subjectName({
          commonName: request.commonName,
          organizationalUnits: request.usage === "sign" ? [request.role] : [],
        }),
        issuer,
        publicKey,
        ...period(request, limits),
        extensions: leafExtensions({
          usage: request.usage,
          subjectKeyId: keyIdentifier(publicKey),
          issuerKeyId,
          hosts: request.hosts ?? [],
          attributes: request.attributes,
        }),
      },
      signer,
    );
    return writePem("CERTIFICATE", der);
  };

  const renew = async (
    pem: string,
    { publicKey, ...dates }: Partial<Period> & { readonly publicKey?: KeyObject } = {},
  ): Promise<string> => {
    const { content, key } = readIssued(pem, signer);
    const subjectKey = publicKey ?? key;
    const identifiers = new Set<string>([id_ce_subjectKeyIdentifier, id_ce_authorityKeyIdentifier]);
    const kept = (content.extensions ?? []).filter(({ extnID }) => !identifiers.has(extnID));
    const der = await signCertificate(
      {
        subject: content.subject,
        issuer,
        publicKey: subjectKey,
        ...period(dates, limits),
        extensions: [...kept, ...keyIdentifierExtensions(keyIdentifier(subjectKey), issuerKeyId)],
      },
      signer,
    );
    return writePem("CERTIFICATE", der);
  };

  return {
    certificatePem,
    certify,
    renew,
    async issue(request) {
      const keys = generateKeyPair();
      return { certificatePem: await certify(request, keys.publicKey), privateKeyPem: exportPrivateKey(keys.privateKey) };
    },
    revoke: (certificates) => signRevocationList({ issuer, issuerKeyId }, signer, certificates),
  };
}

interface Authority {
  readonly subject: Name;
  /** The identifier that stands in the CA's certificate, which need not be the one that Heddle would give it. */
  readonly keyId: Uint8Array;
  readonly limits: Period;
}

function readAuthority(pem: string, signer: Signer): Authority {
  const unusable = (reason: string, cause?: unknown): Error => fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason }, { cause });
  const der = readPem(pem, "CERTIFICATE");
  let parsed: ReturnType<typeof parseDerCertificate>;
  try {
    parsed = parseDerCertificate(der);
  } catch (cause) {
    throw unusable("it cannot be parsed", cause);
  }
  if (parsed.basicConstraints?.ca !== true) throw unusable("it is not a certificate authority's");
  if (!parsed.publicKey.equals(signer.publicKey)) throw unusable("the private key is another certificate's");
  if (parsed.subjectKeyId === undefined) throw unusable("it has no subject key identifier, which Fabric asks of every CA");
  return {
    subject: AsnConvert.parse(der, Certificate).tbsCertificate.subject,
    keyId: parsed.subjectKeyId,
    limits: { notBefore: parsed.notBefore, notAfter: parsed.notAfter },
  };
}

/** What a certificate says, of one that the signer issued. */
function readIssued(pem: string, signer: Signer): { readonly content: Certificate["tbsCertificate"]; readonly key: KeyObject } {
  const der = readPem(pem, "CERTIFICATE");
  let parsed: ReturnType<typeof parseDerCertificate>;
  try {
    parsed = parseDerCertificate(der);
  } catch (cause) {
    throw fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason: "it cannot be parsed" }, { cause });
  }
  if (!verifySigned(parsed, signer.publicKey))
    throw fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason: "another authority issued it" });
  return { content: AsnConvert.parse(der, Certificate).tbsCertificate, key: parsed.publicKey };
}

function exportPrivateKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

async function signRevocationList(
  { issuer, issuerKeyId }: { issuer: Name; issuerKeyId: Uint8Array },
  signer: Signer,
  certificates: readonly string[],
): Promise<string> {
  const algorithm = signatureAlgorithm(signer);
  const seconds = Math.floor(Date.now() / 1000);
  const now = new Date(seconds * 1000);
  const tbs = new TBSCertList({
    version: Version.v2,
    signature: algorithm,
    issuer,
    thisUpdate: new Time(now),
    nextUpdate: new Time(new Date(now.getTime() + TEN_YEARS)),
    crlExtensions: new Extensions(revocationListExtensions(issuerKeyId, seconds)),
  });
  if (certificates.length > 0) {
    tbs.revokedCertificates = certificates.map(
      (pem) =>
        new RevokedCertificate({
          userCertificate: AsnConvert.parse(readPem(pem, "CERTIFICATE"), Certificate).tbsCertificate.serialNumber,
          revocationDate: new Time(now),
        }),
    );
  }
  const signature = await signer.sign(new Uint8Array(AsnConvert.serialize(tbs)));
  const list = new CertificateList({ tbsCertList: tbs, signatureAlgorithm: algorithm, signature: new Uint8Array(signature).buffer });
  return writePem("X509 CRL", new Uint8Array(AsnConvert.serialize(list)));
}
