import { create, toBinary } from "@bufbuild/protobuf";
import { createLocalSigner, type LocalSigner, type Signer } from "../crypto/keys.ts";
import { rememberSigned } from "../crypto/known-signatures.ts";
import { msp } from "../wire.ts";

/** A member that can sign: who it says it is, and its signer. */
export interface SigningIdentity {
  readonly mspId: string;
  readonly certificatePem: string;
  /** SerializedIdentity bytes: the creator field of everything it signs. */
  readonly serialized: Uint8Array;
  /** Signs a message (not its hash). */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A signing identity whose key is in this process. */
export interface LocalSigningIdentity extends SigningIdentity {
  signSync(message: Uint8Array): Uint8Array;
  /** As `signSync`, for what this process will check itself: the check is then spared. */
  signKnown(message: Uint8Array): Uint8Array;
}

/** SerializedIdentity bytes of an MSP id and a PEM certificate. */
export function serializeIdentity(mspId: string, certificatePem: string): Uint8Array {
  return toBinary(
    msp.SerializedIdentitySchema,
    create(msp.SerializedIdentitySchema, { mspid: mspId, idBytes: Buffer.from(certificatePem) }),
  );
}

/** An identity that signs through any signer, such as an HSM's. */
export function createSigningIdentity(mspId: string, certificatePem: string, signer: Signer): SigningIdentity {
  return { mspId, certificatePem, serialized: serializeIdentity(mspId, certificatePem), sign: (message) => signer.sign(message) };
}

/** An identity from a certificate and its private key, both PEM. Throws `FABRIC_KEY_INVALID`. */
export function createLocalSigningIdentity(mspId: string, certificatePem: string, privateKeyPem: string): LocalSigningIdentity {
  const signer: LocalSigner = createLocalSigner(privateKeyPem);
  return {
    ...createSigningIdentity(mspId, certificatePem, signer),
    signSync: (message) => signer.signSync(message),
    signKnown(message) {
      const signature = signer.signSync(message);
      rememberSigned(signer.publicKey, message, signature, "sha256");
      return signature;
    },
  };
}
