import type { X509Certificate } from "node:crypto";
import { isSupportedCurve } from "../crypto/low-s.ts";
import { IdentityError } from "./errors.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const ANY_USAGE = "2.5.29.37.0";

/** The certificates an MSP trusts. */
export interface TrustedAuthorities {
  readonly roots: readonly X509Certificate[];
  readonly intermediates: readonly X509Certificate[];
}

/**
 * The only chain from a leaf to a root, leaf first. Fabric asks for exactly one chain,
 * at least two long (msp/mspimplvalidate.go), and checks every certificate at the
 * moment the leaf became valid, so an expired certificate still has its chain.
 * Throws {@link IdentityError}.
 */
export function validationChain(leaf: X509Certificate, trusted: TrustedAuthorities): X509Certificate[] {
  if (leaf.ca)
    throw new IdentityError("An X509 certificate with Basic Constraint: Certificate Authority equals true cannot be used as an identity");
  requireUsage(leaf);
  const at = new Date(leaf.validFromDate.getTime() + 1000);
  const chains = chainsFrom(leaf, trusted, at, 8);
  if (chains.length === 0)
    throw new IdentityError(
      "could not obtain certification chain: the supplied identity is not valid: x509: certificate signed by unknown authority",
    );
  const [chain] = chains;
  if (chain === undefined || chains.length !== 1) {
    throw new IdentityError(`could not obtain certification chain: this MSP only supports a single validation chain, got ${chains.length}`);
  }
  return chain;
}

/** Go's default: a certificate that limits its usage has to allow server authentication or any. */
function requireUsage(leaf: X509Certificate): void {
  // Node types the extended usages as optional although they are typed as always present.
  const usages = leaf.keyUsage as readonly string[] | undefined;
  if (usages !== undefined && usages.length > 0 && !usages.includes(SERVER_AUTH) && !usages.includes(ANY_USAGE)) {
    throw new IdentityError(
      "could not obtain certification chain: the supplied identity is not valid: x509: certificate specifies an incompatible key usage",
    );
  }
}

function chainsFrom(certificate: X509Certificate, trusted: TrustedAuthorities, at: Date, depth: number): X509Certificate[][] {
  if (at < certificate.validFromDate || at > certificate.validToDate || depth === 0) return [];
  const issued = (issuer: X509Certificate): boolean => issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  const direct = trusted.roots
    .filter((root) => issued(root) && at >= root.validFromDate && at <= root.validToDate)
    .map((root) => [certificate, root]);
  const longer = trusted.intermediates
    .filter((intermediate) => !intermediate.raw.equals(certificate.raw) && issued(intermediate))
    .flatMap((intermediate) => chainsFrom(intermediate, trusted, at, depth - 1).map((chain) => [certificate, ...chain]));
  return [...direct, ...longer];
}

/** Fabric's identities sign with ECDSA on P-256, P-384 or P-521, or with Ed25519 where the channel allows it. */
export function requireKeyKind(leaf: X509Certificate, allowEd25519: boolean): void {
  const key = leaf.publicKey;
  if (key.asymmetricKeyType === "ec" && isSupportedCurve(key.asymmetricKeyDetails?.namedCurve)) return;
  if (key.asymmetricKeyType === "ed25519" && allowEd25519) return;
  throw new IdentityError(`the certificate's public key type is not supported: ${key.asymmetricKeyType ?? "unknown"}`);
}
