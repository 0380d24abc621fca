import { createHash, X509Certificate } from "node:crypto";
import type { ChannelCertificateUse } from "@heddle/fabric";

/** What a certificate vouches for. */
export type CertificatePurpose = "root" | "intermediate" | "tls-root" | "tls-intermediate" | "enrolment" | "tls";

/** Whose it is. */
export type CertificateRole = "ca" | "peer" | "orderer" | "admin" | "client";

/** How a certificate stands at a time. */
export type CertificateState = "valid" | "expiring" | "expired" | "not-yet-valid";

/** A place in which a certificate is used. */
export interface CertificateUse {
  readonly in: "organization" | "node" | "user" | "channel";
  /** Of the organisation, node, user or channel. */
  readonly name: string;
  /** For what; a channel says it of its members' roots and its consenters. */
  readonly as: "issues" | "signs" | "serves-tls" | "client-tls" | ChannelCertificateUse;
  /** `host:port` of the consenter that a channel states it for. */
  readonly consenter?: string;
}

/** A certificate as it was found in one place. */
export interface FoundCertificate {
  readonly organization: string;
  readonly mspId: string;
  /** A user's name, or a node's or an authority's host name. */
  readonly owner: string;
  readonly role: CertificateRole;
  readonly purpose: CertificatePurpose;
  readonly certificatePem: string;
  readonly use: CertificateUse;
  readonly revokedAt?: Date;
}

/** A certificate of a network, with every place in which it is used. */
export interface CertificateView extends Omit<FoundCertificate, "certificatePem" | "use"> {
  /** Hex, as OpenSSL prints it, in lower case. */
  readonly serial: string;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whole days until it expires; negative once it has. */
  readonly daysLeft: number;
  readonly state: CertificateState;
  readonly uses: readonly CertificateUse[];
  /** A later certificate of the same key has taken its place: only a channel's configuration still states this one, where Fabric compares keys. */
  readonly superseded: boolean;
}

/** Days before the end from which a certificate counts as expiring. */
export const EXPIRING_DAYS = 30;

const DAY_MS = 24 * 60 * 60 * 1000;

/** How a certificate with these dates stands at a time. X.509 counts both ends in (RFC 5280, 4.1.2.5). */
export function certificateState({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }, now: Date): CertificateState {
  if (now < notBefore) return "not-yet-valid";
  if (now > notAfter) return "expired";
  return notAfter.getTime() - now.getTime() <= EXPIRING_DAYS * DAY_MS ? "expiring" : "valid";
}

interface Gathered {
  readonly found: FoundCertificate;
  readonly x509: X509Certificate;
  readonly uses: readonly CertificateUse[];
}

/** One line for each certificate, however many places it was found in; those that expire first stand first. */
export function certificateCalendar(found: readonly FoundCertificate[], now: Date): CertificateView[] {
  const gathered = new Map<string, Gathered>();
  for (const one of found) {
    const x509 = new X509Certificate(one.certificatePem);
    const fingerprint = createHash("sha256").update(x509.raw).digest("hex");
    const known = gathered.get(fingerprint);
    gathered.set(fingerprint, { found: known?.found ?? one, x509, uses: [...(known?.uses ?? []), one.use] });
  }
  const latest = latestByKey([...gathered.values()]);
  return [...gathered]
    .map(
      ([
        fingerprint,
        {
          found: { certificatePem: _pem, use: _use, ...rest },
          x509,
          uses,
        },
      ]): CertificateView => {
        const { serialNumber, validFromDate: notBefore, validToDate: notAfter } = x509;
        return {
          ...rest,
          serial: serialNumber.toLowerCase(),
          fingerprint,
          notBefore,
          notAfter,
          daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS),
          state: certificateState({ notBefore, notAfter }, now),
          uses,
          superseded: uses.every(isConsenterUse) && latest.get(keyOf(x509)) !== fingerprint,
        };
      },
    )
    .toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime() || a.owner.localeCompare(b.owner));
}

/** Fingerprints of the certificates that end last, of each key. */
function latestByKey(all: readonly Gathered[]): Map<string, string> {
  const latest = new Map<string, { readonly end: number; readonly fingerprint: string }>();
  for (const { x509 } of all) {
    const [key, end] = [keyOf(x509), x509.validToDate.getTime()];
    const fingerprint = createHash("sha256").update(x509.raw).digest("hex");
    if ((latest.get(key)?.end ?? Number.NEGATIVE_INFINITY) < end) latest.set(key, { end, fingerprint });
  }
  return new Map([...latest].map(([key, { fingerprint }]) => [key, fingerprint]));
}

function keyOf({ publicKey }: X509Certificate): string {
  return publicKey.export({ type: "spki", format: "der" }).toString("base64");
}

function isConsenterUse({ as }: CertificateUse): boolean {
  return as === "consenter-identity" || as === "consenter-client-tls" || as === "consenter-server-tls";
}

/** Whether somebody has to look after a certificate: it expires soon or has expired, is not revoked, and no later one has taken its place. */
export function needsRenewal({ state, superseded, revokedAt }: CertificateView): boolean {
  return (state === "expiring" || state === "expired") && !superseded && revokedAt === undefined;
}
