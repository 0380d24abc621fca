import { fromBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { common } from "../wire.ts";
import { requireChannelId } from "./channel-id.ts";

/** The configuration that a block carries. */
export interface BlockConfig {
  readonly channelId: string;
  readonly config: common.Config;
  /** ConfigEnvelope bytes as they stand in the block. */
  readonly envelope: Uint8Array;
}

/** Reads the configuration of a config block. Throws `FABRIC_BLOCK_INVALID` when it carries none, or is of a channel with a name Fabric does not take. */
export function configFromBlock(block: Uint8Array | common.Block): BlockConfig {
  try {
    const decoded = block instanceof Uint8Array ? fromBinary(common.BlockSchema, block) : block;
    const [first, ...others] = decoded.data?.data ?? [];
    if (first === undefined) throw new RangeError("it is empty");
    if (others.length > 0) throw new RangeError("a configuration stands alone in its block, but this one holds more");
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, first).payload);
    const header = fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
    if (header.type !== common.HeaderType.CONFIG) throw new RangeError("it is no configuration block");
    const { config } = fromBinary(common.ConfigEnvelopeSchema, payload.data);
    if (config?.channelGroup === undefined) throw new RangeError("its configuration is empty");
    requireChannelId(header.channelId);
    return { channelId: header.channelId, config, envelope: payload.data };
  } catch (cause) {
    throw fabricErrors.create("FABRIC_BLOCK_INVALID", { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}
