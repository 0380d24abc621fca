import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { fabricErrors } from "../errors.ts";
import { isSupportedCurve, lowSignature, toLowS } from "./low-s.ts";

/**
 * Signs for one key pair. A key in an HSM or a KMS fits behind it: signing is
 * asynchronous and the private key is never asked for.
 */
export interface Signer {
  readonly publicKey: KeyObject;
  /** Signs the message itself, not its hash: ECDSA with SHA-256 in low-S DER form, or Ed25519. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A signer whose key is in this process, so that it can also answer at once. */
export interface LocalSigner extends Signer {
  signSync(message: Uint8Array): Uint8Array;
}

/** A new ECDSA P-256 key pair, the kind every Fabric version accepts. */
export function generateKeyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" });
}

/** A signer for a private key, given as a key object or as PEM text. Throws `FABRIC_KEY_INVALID`. */
export function createLocalSigner(key: KeyObject | string): LocalSigner {
  const privateKey = typeof key === "string" ? readPrivateKey(key) : key;
  const publicKey = createPublicKey(privateKey);
  const signSync = signFunction(privateKey);
  return { publicKey, signSync, sign: (message) => Promise.resolve(signSync(message)) };
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw fabricErrors.create("FABRIC_KEY_INVALID", { reason: "it is not PEM" }, { cause });
  }
}

function signFunction(privateKey: KeyObject): (message: Uint8Array) => Uint8Array {
  if (privateKey.asymmetricKeyType === "ed25519") return (message) => sign(null, message, privateKey);
  const curve = privateKey.asymmetricKeyDetails?.namedCurve;
  if (privateKey.asymmetricKeyType !== "ec" || !isSupportedCurve(curve)) {
    throw fabricErrors.create("FABRIC_KEY_INVALID", { reason: `its kind is ${privateKey.asymmetricKeyType ?? "unknown"}` });
  }
  return (message) => toLowS(sign("sha256", message, privateKey), curve);
}

/** The hash that ECDSA signs, by OpenSSL's name; SHA-256 unless an MSP says otherwise. */
export type SignatureDigest = "sha256" | "sha3-256";

/**
 * Whether the signature was made over the message by the key's owner. Malformed
 * and high-S signatures are wrong signatures, never errors (Fabric: bccsp/sw/ecdsa.go).
 */
export function verifySignature(
  publicKey: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
  digest: SignatureDigest = "sha256",
): boolean {
  try {
    const canonical = canonicalSignature(publicKey, signature);
    return canonical !== undefined && verify(algorithmOf(publicKey, digest), message, publicKey, canonical);
  } catch {
    return false;
  }
}

/** {@link verifySignature} on a thread of Node's pool, so that several are checked at once while the caller goes on. */
export async function verifySignatureAside(
  publicKey: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
  digest: SignatureDigest = "sha256",
): Promise<boolean> {
  const canonical = canonicalSignature(publicKey, signature);
  if (canonical === undefined) return false;
  return new Promise((resolve) => {
    verify(algorithmOf(publicKey, digest), message, publicKey, canonical, (error, right) => resolve(error === null && right));
  });
}

/** The signature in the form that is verified; undefined when it is malformed or high-S, or the curve is not one of Fabric's. */
function canonicalSignature(publicKey: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  if (publicKey.asymmetricKeyType === "ed25519") return signature;
  const curve = publicKey.asymmetricKeyDetails?.namedCurve;
  return isSupportedCurve(curve) ? lowSignature(signature, curve) : undefined;
}

function algorithmOf(publicKey: KeyObject, digest: SignatureDigest): SignatureDigest | null {
  return publicKey.asymmetricKeyType === "ed25519" ? null : digest;
}
