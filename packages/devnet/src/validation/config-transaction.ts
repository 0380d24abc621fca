import { equals } from "@bufbuild/protobuf";
import { ChannelBundle, proposeConfigUpdate } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";

import { tryDecode } from "./wire.ts";

/** The outcome of a configuration transaction: what holds from then on, or why it cannot. */
export type ConfigOutcome = { readonly bundle: ChannelBundle } | { readonly reason: string };

/**
 * Checks a configuration transaction against the configuration before it: the
 * update that it carries must be authorised and must give exactly the
 * configuration that it states. Where a real peer stops on a wrong one, the
 * caller flags it. Fabric: common/configtx, `Validate`, and core/peer, `Apply`.
 *
 * @param data Payload.data: a marshaled common.ConfigEnvelope.
 */
export function applyConfig(data: Uint8Array, bundle: ChannelBundle): ConfigOutcome {
  const envelope = tryDecode(common.ConfigEnvelopeSchema, data);
  if (envelope?.config === undefined) return { reason: "the configuration cannot be decoded" };
  const { config, lastUpdate } = envelope;
  if (Number(config.sequence) !== bundle.sequence + 1) return { reason: `sequence ${config.sequence} does not follow ${bundle.sequence}` };
  const update = lastUpdate === undefined ? undefined : updateOf(lastUpdate);
  if (update === undefined) return { reason: "the update that led to the configuration cannot be decoded" };
  try {
    const proposed = proposeConfigUpdate(bundle, update);
    if (!sameGroup(proposed.channelGroup, config.channelGroup)) return { reason: "the update does not lead to the stated configuration" };
    return { bundle: ChannelBundle.fromConfig(bundle.channelId, config) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function updateOf(envelope: common.Envelope): common.ConfigUpdateEnvelope | undefined {
  const payload = tryDecode(common.PayloadSchema, envelope.payload);
  const header = payload?.header === undefined ? undefined : tryDecode(common.ChannelHeaderSchema, payload.header.channelHeader);
  if (payload === undefined || header?.type !== common.HeaderType.CONFIG_UPDATE) return undefined;
  return tryDecode(common.ConfigUpdateEnvelopeSchema, payload.data);
}

/** Compared as messages: maps have no order, so bytes may differ. */
function sameGroup(a: common.ConfigGroup | undefined, b: common.ConfigGroup | undefined): boolean {
  return a !== undefined && b !== undefined && equals(common.ConfigGroupSchema, a, b);
}
