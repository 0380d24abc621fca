import { fromBinary } from "@bufbuild/protobuf";
import { blockDataHash, configFromBlock } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";

// What an orderer is sent to join or change a channel, checked in Fabric's order and words
// (orderer/common/channelparticipation/validator.go, common/configtx/validator.go).

/** The channel that a block can start. Throws an Error with Fabric's text. */
export function joinedChannel(bytes: Buffer): string {
  const block = fromBinary(common.BlockSchema, bytes);
  if (!isConfigBlock(block)) throw new Error("block is not a config block");
  if ((block.metadata?.metadata.length ?? 0) === 0) throw new Error("invalid block: does not have metadata");
  if (!blockDataHash(block.data?.data ?? []).equals(block.header?.dataHash ?? new Uint8Array()))
    throw new Error("invalid block: Header.DataHash is different from Hash(block.Data)");
  const { channelId, config } = configFromBlock(bytes);
  const groups = config.channelGroup?.groups ?? {};
  if (groups["Consortiums"] !== undefined) throw new Error("invalid config: contains consortiums: system channel not supported");
  if (groups["Application"] === undefined) throw new Error("invalid config: must contain application config");
  return channelId;
}

/** Whether the first transaction of a block is a configuration. */
function isConfigBlock(block: common.Block): boolean {
  try {
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, block.data?.data[0] ?? new Uint8Array()).payload);
    return fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array()).type === common.HeaderType.CONFIG;
  } catch {
    return false;
  }
}

/** The channel that a configuration update is for. Throws an Error with Fabric's text. */
export function updatedChannel(envelope: common.Envelope): string {
  const payload = fromBinary(common.PayloadSchema, envelope.payload);
  if (payload.header === undefined || payload.header.channelHeader.length === 0) throw new Error("bad header");
  const header = fromBinary(common.ChannelHeaderSchema, payload.header.channelHeader);
  if (header.type !== common.HeaderType.CONFIG_UPDATE) throw new Error("bad type");
  if (header.channelId === "") throw new Error("empty channel id");
  const { configUpdate } = fromBinary(common.ConfigUpdateEnvelopeSchema, payload.data);
  return fromBinary(common.ConfigUpdateSchema, configUpdate).channelId;
}

const MAX_LENGTH = 249;

/** Why a text is no channel's name, in Fabric's words; undefined when it may be one. */
export function illegalChannelId(channelId: string): string | undefined {
  if (channelId === "") return "channel ID illegal, cannot be empty";
  if (channelId.length > MAX_LENGTH) return `channel ID illegal, cannot be longer than ${MAX_LENGTH}`;
  return /^[a-z][a-z0-9.-]*$/.test(channelId) ? undefined : `'${channelId}' contains illegal characters`;
}
