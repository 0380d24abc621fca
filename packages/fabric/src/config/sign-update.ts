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

/** The envelope that carries an update and everybody's consent to an orderer. */
export async function createConfigUpdateEnvelope(
  update: common.ConfigUpdate,
  signers: readonly SigningIdentity[],
  sender: SigningIdentity,
): Promise<common.Envelope> {
  const configUpdate = toBinary(common.ConfigUpdateSchema, update);
  const signatures = await Promise.all(signers.map((signer) => signConfigUpdate(configUpdate, signer)));
  const data = toBinary(common.ConfigUpdateEnvelopeSchema, create(common.ConfigUpdateEnvelopeSchema, { configUpdate, signatures }));
  return createEnvelope({ type: common.HeaderType.CONFIG_UPDATE, channelId: update.channelId, data }, sender);
}
