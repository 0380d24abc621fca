import { LRUCache } from "./lru.ts";
import { sha256 } from "../crypto/hash.ts";
import { verifySignature, type SignatureDigest } from "../crypto/keys.ts";
import type { msp } from "../wire.ts";
import type { ParsedCertificate } from "../x509/parsed.ts";
import { writePem } from "../x509/pem.ts";
import type { IdentityError } from "./errors.ts";

/** The member of an organisation behind a creator or an endorser. */
export interface Identity {
  readonly mspId: string;
  /** Hash of the certificate in low-S form, hex: SHA-256 unless the MSP names another. */
  readonly id: string;
  readonly certificatePem: string;
  readonly expiresAt: Date;
  /** SerializedIdentity bytes as received. */
  readonly serialized: Uint8Array;
  /** Throws {@link IdentityError} unless the MSP vouches for the certificate. */
  validate(): void;
  /** Whether this identity signed the message. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
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

/**
 * Signatures checked lately, by identity, message and signature. A transaction's
 * endorsements are checked when they are made and again when its block is
 * validated; the second time costs a hash instead of a curve operation.
 */
const verified = new LRUCache<true>(16_384);

/** An identity as its MSP sees it; made once per serialized form and kept. */
export function createIdentity(certificate: ParsedCertificate, serialized: Uint8Array, rules: IdentityRules): Identity {
  let verdict: IdentityError | undefined | null = null;
  const judge = (): IdentityError | undefined => (verdict === null ? (verdict = rules.verdict(certificate)) : verdict);
  const id = rules.identify(certificate);
  const idBytes = Buffer.from(id, "hex");
  return {
    mspId: rules.mspId,
    id,
    certificatePem: writePem("CERTIFICATE", certificate.der),
    expiresAt: certificate.notAfter,
    serialized,
    validate() {
      const error = judge();
      if (error !== undefined) throw error;
    },
    verify(message, signature) {
      const memo = sha256(idBytes, sha256(message), signature).toString("latin1") + rules.digest;
      if (verified.get(memo) === true) return true;
      if (!verifySignature(certificate.publicKey, message, signature, rules.digest)) return false;
      verified.set(memo, true);
      return true;
    },
    satisfies(principal) {
      try {
        return rules.satisfies(certificate, principal, () => judge() === undefined);
      } catch {
        return false;
      }
    },
  };
}
