import { ChannelBundle, type ChannelDescription, type describeChannel } from "@heddle/fabric";
import { isHeddleError, type HeddleError } from "@heddle/network";
import { operationErrors } from "../errors.ts";

/** Why a channel cannot be managed here; undefined where it can. */
export function refusalOf(
  channel: string,
  { consensusType, capabilities }: ChannelDescription,
  config: Parameters<typeof describeChannel>[0],
): HeddleError | undefined {
  if (consensusType !== "etcdraft" && consensusType !== "BFT")
    return operationErrors.create("OPERATION_IMPORT_CONSENSUS_OLD", { channel, consensus: consensusType || "unknown" });
  if (!capabilities.application.some((name) => /^V[2-9]_/.test(name))) {
    const has = capabilities.application.join(", ") || "none";
    return operationErrors.create("OPERATION_IMPORT_LIFECYCLE_OLD", { channel, capabilities: has });
  }
  try {
    ChannelBundle.fromConfig(channel, config);
    return undefined;
  } catch (error) {
    if (!isHeddleError(error)) throw error;
    return operationErrors.create("OPERATION_IMPORT_CHANNEL_REFUSED", { channel, reason: error.message }, { cause: error });
  }
}
