import { create, toBinary } from "@bufbuild/protobuf";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { createEnvelope } from "../protocol/envelopes.ts";
import { createSignatureHeader } from "../protocol/headers.ts";
import { common } from "../wire.ts";

/** One administrator's consent to an update, over the update's exact bytes. */
export async function signConfigUpdate(configUpdate: Uint8Array, identity: SigningIdentity): Promise<common.ConfigSignature> {
  const signatureHeader = createSignatureHeader(identity.serialized);
  const signature = await identity.sign(Buffer.concat([signatureHeader, configUpdate]));
  return create(common.ConfigSignatureSchema, { signatureHeader, signature });
}

/** An update with everybody's consent. */
export async function signedConfigUpdate(
  update: common.ConfigUpdate,
  signers: readonly SigningIdentity[],
): Promise<common.ConfigUpdateEnvelope> {
  const configUpdate = toBinary(common.ConfigUpdateSchema, update);
  const signatures = await Promise.all(signers.map((signer) => signConfigUpdate(configUpdate, signer)));
  return create(common.ConfigUpdateEnvelopeSchema, { configUpdate, signatures });
}

/** The envelope that carries an update and everybody's consent to an orderer. */
export async function createConfigUpdateEnvelope(
  update: common.ConfigUpdate,
  signers: readonly SigningIdentity[],
  sender: SigningIdentity,
): Promise<common.Envelope> {
  const data = toBinary(common.ConfigUpdateEnvelopeSchema, await signedConfigUpdate(update, signers));
  return createEnvelope({ type: common.HeaderType.CONFIG_UPDATE, channelId: update.channelId, data }, sender);
}
