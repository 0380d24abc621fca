import { LRUCache } from "./lru.ts";
import { sha256 } from "../crypto/hash.ts";
import { verifySignature } from "../crypto/keys.ts";
import type { msp } from "../wire.ts";
import type { ParsedCertificate } from "./certificate-cache.ts";
import type { IdentityError } from "./errors.ts";

/** The member of an organisation behind a creator or an endorser. */
export interface Identity {
  readonly mspId: string;
  /** Hex SHA-256 of the certificate, low-S form. */
  readonly id: string;
  readonly certificatePem: string;
  readonly expiresAt: Date;
  /** SerializedIdentity bytes as received. */
  readonly serialized: Uint8Array;
  /** Throws {@link IdentityError} unless the MSP vouches for the certificate. */
  validate(): void;
  /** Whether this identity signed the message. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
  /** Whether the identity is what the principal names; false also when it is not valid. */
  satisfies(principal: msp.MSPPrincipal): boolean;
}

/** The judgement of an MSP over one certificate, made once. */
export interface IdentityRules {
  readonly mspId: string;
  /** Undefined when valid, else why not. */
  verdict(certificate: ParsedCertificate): IdentityError | undefined;
  satisfies(certificate: ParsedCertificate, serialized: Uint8Array, principal: msp.MSPPrincipal): boolean;
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
  const key = certificate.x509.publicKey;
  return {
    mspId: rules.mspId,
    id: certificate.id,
    certificatePem: certificate.x509.toString(),
    expiresAt: certificate.expiresAt,
    serialized,
    validate() {
      const error = judge();
      if (error !== undefined) throw error;
    },
    verify(message, signature) {
      const memo = sha256(Buffer.from(certificate.id, "hex"), sha256(message), signature).toString("latin1");
      if (verified.get(memo) === true) return true;
      if (!verifySignature(key, message, signature)) return false;
      verified.set(memo, true);
      return true;
    },
    satisfies: (principal) => judge() === undefined && rules.satisfies(certificate, serialized, principal),
  };
}
