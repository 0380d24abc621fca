import { fabricErrors } from "../errors.ts";

const CHANNEL_ID = /^[a-z][a-z0-9.-]*$/;

/** Throws `FABRIC_CONFIG_INVALID` unless the name is one Fabric takes for a channel (common/configtx/validator.go). */
export function requireChannelId(channelId: string): void {
  if (channelId.length <= 249 && CHANNEL_ID.test(channelId)) return;
  throw fabricErrors.create("FABRIC_CONFIG_INVALID", {
    reason: `"${channelId}" is not a channel name: lower-case letters, digits, dots and dashes, a letter first`,
  });
}
