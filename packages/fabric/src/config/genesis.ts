import { create, toBinary } from "@bufbuild/protobuf";
import { BlockSlot, buildBlock, encodeBlock } from "../protocol/blocks.ts";
import { createHeader } from "../protocol/headers.ts";
import { common } from "../wire.ts";
import { applicationGroup } from "./application-group.ts";
import { ChannelBundle } from "./bundle.ts";
import { requireChannelId } from "./channel-id.ts";
import { configGroup, configValue, metaPolicy } from "./groups.ts";
import { ordererGroup } from "./orderer-group.ts";
import type { ChannelSpec } from "./spec.ts";

const MAX_UINT32 = 4_294_967_295;

/** The root group of a new channel, with Fabric's default policies. Throws `FABRIC_CONFIG_INVALID` and `FABRIC_POLICY_INVALID`. */
export function createChannelGroup(spec: ChannelSpec): common.ConfigGroup {
  requireChannelId(spec.channelId);
  return configGroup({
    groups: { Orderer: ordererGroup(spec), Application: applicationGroup(spec) },
    values: {
      HashingAlgorithm: configValue(common.HashingAlgorithmSchema, { name: "SHA256" }),
      BlockDataHashingStructure: configValue(common.BlockDataHashingStructureSchema, { width: MAX_UINT32 }),
      Capabilities: configValue(common.CapabilitiesSchema, { capabilities: { [spec.capabilities.channel]: {} } }),
    },
    policies: {
      Readers: metaPolicy("ANY", "Readers"),
      Writers: metaPolicy("ANY", "Writers"),
      Admins: metaPolicy("MAJORITY", "Admins"),
    },
  });
}

/**
 * Block 0 of a new channel: its configuration in an unsigned envelope. Block bytes. The configuration is read
 * back and checked as nodes do, so that what they would refuse is refused here. Throws `FABRIC_CONFIG_INVALID`
 * and `FABRIC_POLICY_INVALID`.
 */
export function createGenesisBlock(spec: ChannelSpec): Uint8Array {
  const config = create(common.ConfigSchema, { sequence: 0n, channelGroup: createChannelGroup(spec) });
  ChannelBundle.fromConfig(spec.channelId, config);
  const data = toBinary(common.ConfigEnvelopeSchema, create(common.ConfigEnvelopeSchema, { config }));
  const header = createHeader({ type: common.HeaderType.CONFIG, channelId: spec.channelId, creator: new Uint8Array() });
  const payload = toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data }));
  const envelope = toBinary(common.EnvelopeSchema, create(common.EnvelopeSchema, { payload }));
  const block = buildBlock(0, new Uint8Array(), [envelope]);
  const statement = toBinary(common.OrdererBlockMetadataSchema, create(common.OrdererBlockMetadataSchema, { lastConfig: {} }));
  const slots = block.metadata?.metadata ?? [];
  slots[BlockSlot.signatures] = toBinary(common.MetadataSchema, create(common.MetadataSchema, { value: statement }));
  return encodeBlock(block);
}
