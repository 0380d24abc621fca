import { holds, holdsAside } from "../crypto/known-signatures.ts";
import { verifySignature, verifySignatureAside, type SignatureDigest } from "../crypto/keys.ts";
import type { msp } from "../wire.ts";
import type { ParsedCertificate } from "../x509/parsed.ts";
import { writePem } from "../x509/pem.ts";
import type { IdentityError } from "./errors.ts";

/** The member of an organisation behind a creator or an endorser. */
export interface Identity {
  readonly mspId: string;
  /** Hash of the certificate in low-S form, hex: SHA-256 unless the MSP names another. */
  readonly id: string;
  /** MSP and id in one: what tells it apart on a channel. */
  readonly key: string;
  readonly certificatePem: string;
  readonly expiresAt: Date;
  /** SerializedIdentity bytes as received. */
  readonly serialized: Uint8Array;
  /** Throws {@link IdentityError} unless the MSP vouches for the certificate. */
  validate(): void;
  /** Whether this identity signed the message. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
  /** Checks the same on another thread; where it holds, {@link Identity.verify} answers at once afterwards. Never rejects. */
  verifyAside(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** Whether the identity is what the principal names; false also for a principal that cannot be read. */
  satisfies(principal: msp.MSPPrincipal): boolean;
}

/** The judgement of an MSP over one certificate. */
export interface IdentityRules {
  readonly mspId: string;
  /** The hash that members sign. */
  readonly digest: SignatureDigest;
  /** What tells its members apart: hex of a hash over the certificate in low-S form. */
  identify(certificate: ParsedCertificate): string;
  /** Undefined when valid, else why not. */
  verdict(certificate: ParsedCertificate): IdentityError | undefined;
  /** `isValid` is the verdict, asked for only where the principal depends on it. */
  satisfies(certificate: ParsedCertificate, principal: msp.MSPPrincipal, isValid: () => boolean): boolean;
}

/** An identity as its MSP sees it; made once per serialized form and kept. */
export function createIdentity(certificate: ParsedCertificate, serialized: Uint8Array, rules: IdentityRules): Identity {
  let verdict: IdentityError | undefined | null = null;
  const judge = (): IdentityError | undefined => (verdict === null ? (verdict = rules.verdict(certificate)) : verdict);
  const id = rules.identify(certificate);
  const { publicKey } = certificate;
  const { digest } = rules;
  return {
    mspId: rules.mspId,
    id,
    key: `${rules.mspId.length}:${rules.mspId}${id}`,
    certificatePem: writePem("CERTIFICATE", certificate.der),
    expiresAt: certificate.notAfter,
    serialized,
    validate() {
      const error = judge();
      if (error !== undefined) throw error;
    },
    verify: (message, signature) =>
      holds(publicKey, message, signature, digest, () => verifySignature(publicKey, message, signature, digest)),
    verifyAside: (message, signature) =>
      holdsAside(publicKey, message, signature, digest, () => verifySignatureAside(publicKey, message, signature, digest)),
    satisfies(principal) {
      try {
        return rules.satisfies(certificate, principal, () => judge() === undefined);
      } catch {
        return false;
      }
    },
  };
}
