import type { SigningIdentity } from "../msp/signing-identity.ts";
import type { common } from "../wire.ts";
import { ChannelBundle } from "./bundle.ts";
import { computeConfigUpdate } from "./compute-update.ts";
import { proposeConfigUpdate } from "./propose-update.ts";
import { signedConfigUpdate } from "./sign-update.ts";

/**
 * Does with a change of a configuration what orderers and peers will do, and sends nothing: versions, the
 * signatures that each policy asks for, and whether Fabric can work with what comes out.
 * Throws {@link ConfigUpdateError} with Fabric's text, `FABRIC_CONFIG_INVALID`, `FABRIC_CONFIG_UPDATE_REFUSED` where nothing differs.
 */
export async function rehearseConfigUpdate(
  channelId: string,
  before: common.Config,
  after: common.Config,
  signers: readonly SigningIdentity[],
): Promise<void> {
  const bundle = ChannelBundle.fromConfig(channelId, before);
  const envelope = await signedConfigUpdate(computeConfigUpdate(channelId, before, after), signers);
  const next = ChannelBundle.fromConfig(channelId, proposeConfigUpdate(bundle, envelope));
  bundle.requireSuccessor(next);
}
