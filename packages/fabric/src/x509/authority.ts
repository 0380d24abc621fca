import { X509Certificate, type KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate, CertificateList, type Name, RevokedCertificate, TBSCertList, Time, Version } from "@peculiar/asn1-x509";
import { createLocalSigner, generateKeyPair, type Signer } from "../crypto/keys.ts";
import { fabricErrors } from "../errors.ts";
import { keyIdentifier, signatureAlgorithm, signCertificate, subjectName } from "./certificate.ts";
import { authorityExtensions, leafExtensions } from "./extensions.ts";
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

function period(request: { notBefore?: Date; notAfter?: Date }, limit?: Date): { notBefore: Date; notAfter: Date } {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const notAfter = request.notAfter ?? new Date(now + TEN_YEARS);
  return {
    notBefore: request.notBefore ?? new Date(now - BACKDATE),
    notAfter: limit !== undefined && notAfter > limit ? limit : notAfter,
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
  const certificate = readAuthorityCertificate(certificatePem, signer);
  const issuer: Name = AsnConvert.parse(readPem(certificatePem, "CERTIFICATE"), Certificate).tbsCertificate.subject;
  const issuerKeyId = keyIdentifier(signer.publicKey);

  const certify = async (request: IssueRequest, publicKey: KeyObject): Promise<string> => {
    const der = await signCertificate(
      {
        subject: subjectName({
          commonName: request.commonName,
          organizationalUnits: request.usage === "sign" ? [request.role] : [],
        }),
        issuer,
        publicKey,
        ...period(request, certificate.validToDate),
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

  return {
    certificatePem,
    certify,
    async issue(request) {
      const keys = generateKeyPair();
      return { certificatePem: await certify(request, keys.publicKey), privateKeyPem: exportPrivateKey(keys.privateKey) };
    },
    revoke: (certificates) => signRevocationList(issuer, signer, certificates),
  };
}

function readAuthorityCertificate(pem: string, signer: Signer): X509Certificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (cause) {
    throw fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason: "it cannot be parsed" }, { cause });
  }
  if (!certificate.ca) throw fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason: "it is not a certificate authority's" });
  if (!certificate.publicKey.equals(signer.publicKey)) {
    throw fabricErrors.create("FABRIC_CERTIFICATE_INVALID", { reason: "the private key is another certificate's" });
  }
  return certificate;
}

function exportPrivateKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

async function signRevocationList(issuer: Name, signer: Signer, certificates: readonly string[]): Promise<string> {
  const algorithm = signatureAlgorithm(signer);
  const now = new Date();
  const tbs = new TBSCertList({
    version: Version.v2,
    signature: algorithm,
    issuer,
    thisUpdate: new Time(now),
    nextUpdate: new Time(new Date(now.getTime() + TEN_YEARS)),
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
