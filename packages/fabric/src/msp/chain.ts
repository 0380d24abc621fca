import { EXTENSION, verifySigned, type ParsedCertificate } from "../x509/parsed.ts";
import { IdentityError } from "./errors.ts";

/** The certificates an MSP trusts. */
export interface TrustedAuthorities {
  readonly roots: readonly ParsedCertificate[];
  readonly intermediates: readonly ParsedCertificate[];
}

/** Extensions that may be critical, since Go reads them (crypto/x509, processExtensions). */
const READ_EXTENSIONS: ReadonlySet<string> = new Set([
  ...Object.values(EXTENSION),
  "2.5.29.31",
  "2.5.29.32",
  "2.5.29.33",
  "2.5.29.36",
  "2.5.29.54",
]);
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const ANY_USAGE = "2.5.29.37.0";
const MAY_SIGN_CERTIFICATES = 0x04;
/** Go gives up after so many signatures (crypto/x509, maxChainSignatureChecks). */
const MAX_CHECKS = 100;

function invalid(reason: string): IdentityError {
  return new IdentityError(`the supplied identity is not valid: x509: ${reason}`);
}

/**
 * The only chain from a certificate to a root, the certificate first. Fabric asks Go for all chains,
 * at the moment the certificate became valid, so that an expired one still has its chain, and wants
 * exactly one (msp/mspimpl.go, getUniqueValidationChain). A root is a chain by itself. Throws {@link IdentityError}.
 */
export function uniqueChain(certificate: ParsedCertificate, trusted: TrustedAuthorities): ParsedCertificate[] {
  const at = new Date(certificate.notBefore.getTime() + 1000);
  requireUsable(certificate, at, 0);
  const search = { trusted, at, checks: 0 };
  const built = contains(trusted.roots, certificate) ? [[certificate]] : chainsFrom([certificate], search);
  if (built.length === 0) throw invalid("certificate signed by unknown authority");
  const chains = built.filter(allowsServerAuth);
  const [chain] = chains;
  if (chain === undefined) throw invalid("certificate specifies an incompatible key usage");
  if (chains.length > 1) throw new IdentityError(`this MSP only supports a single validation chain, got ${chains.length}`);
  return chain;
}

interface Search {
  readonly trusted: TrustedAuthorities;
  readonly at: Date;
  checks: number;
}

function contains(list: readonly ParsedCertificate[], certificate: ParsedCertificate): boolean {
  return list.some((one) => one.der.equals(certificate.der));
}

/** Throws unless a certificate is of this time, holds nothing critical that is not understood, and may stand this high in a chain. */
function requireUsable(certificate: ParsedCertificate, at: Date, intermediatesBelow: number): void {
  const { extensions, notBefore, notAfter, basicConstraints } = certificate;
  for (const [oid, { critical }] of extensions) {
    if (critical && !READ_EXTENSIONS.has(oid)) throw invalid("unhandled critical extension");
  }
  if (at < notBefore || at > notAfter) throw invalid("certificate has expired or is not yet valid");
  if (basicConstraints?.pathLength !== undefined && intermediatesBelow > basicConstraints.pathLength)
    throw invalid("too many intermediates for path length constraint");
}

function isUsable(candidate: ParsedCertificate, at: Date, intermediatesBelow: number): boolean {
  try {
    requireUsable(candidate, at, intermediatesBelow);
    return true;
  } catch {
    return false;
  }
}

function issued(issuer: ParsedCertificate, certificate: ParsedCertificate): boolean {
  if (!issuer.subject.equals(certificate.issuer) || issuer.basicConstraints?.ca !== true) return false;
  if (issuer.keyUsage !== undefined && issuer.keyUsage !== 0 && (issuer.keyUsage & MAY_SIGN_CERTIFICATES) === 0) return false;
  return verifySigned(certificate, issuer.publicKey);
}

/** Same subject and key: a certificate that stands in the chain already, perhaps issued twice (crypto/x509, alreadyInChain). */
function isInChain(candidate: ParsedCertificate, chain: readonly ParsedCertificate[]): boolean {
  return chain.some((one) => one.subject.equals(candidate.subject) && one.publicKey.equals(candidate.publicKey));
}

function chainsFrom(chain: readonly ParsedCertificate[], search: Search): ParsedCertificate[][] {
  const last = chain.at(-1);
  if (last === undefined) return [];
  const fits = (candidate: ParsedCertificate): boolean => {
    if (isInChain(candidate, chain)) return false;
    search.checks += 1;
    return search.checks <= MAX_CHECKS && issued(candidate, last) && isUsable(candidate, search.at, chain.length - 1);
  };
  const finished = search.trusted.roots.filter(fits).map((root) => [...chain, root]);
  const longer = search.trusted.intermediates.filter(fits).flatMap((intermediate) => chainsFrom([...chain, intermediate], search));
  return [...finished, ...longer];
}

/** Go's default: every certificate of a chain that limits its usage has to allow server authentication or any. */
function allowsServerAuth(chain: readonly ParsedCertificate[]): boolean {
  return chain.every(({ extendedKeyUsages: usages }) => usages.length === 0 || usages.includes(SERVER_AUTH) || usages.includes(ANY_USAGE));
}
