import { orderer, type common } from "../wire.ts";
import { parseDuration } from "./duration.ts";
import { invalidConfig, readValue } from "./values.ts";

/** When blocks are cut, from the channel configuration. */
export interface BatchLimits {
  readonly maxMessageCount: number;
  readonly absoluteMaxBytes: number;
  readonly preferredMaxBytes: number;
}

/** How a channel's blocks are made. */
export interface OrdererSettings {
  /** Such as `etcdraft`. */
  readonly consensusType: string;
  readonly batchSize: BatchLimits;
  readonly batchTimeoutMs: number;
  /** Normal transactions are refused while the consensus type is being changed. */
  readonly maintenance: boolean;
}

/** The settings of a configuration without orderers. */
export const NO_ORDERER: OrdererSettings = {
  consensusType: "",
  batchSize: { maxMessageCount: 0, absoluteMaxBytes: 0, preferredMaxBytes: 0 },
  batchTimeoutMs: 0,
  maintenance: false,
};

/** Reads the settings of the Orderer group (Fabric: common/channelconfig/orderer.go). Throws `FABRIC_CONFIG_INVALID`. */
export function readOrdererSettings(group: common.ConfigGroup): OrdererSettings {
  const consensus = readValue(orderer.ConsensusTypeSchema, group, "ConsensusType");
  const { timeout = "" } = readValue(orderer.BatchTimeoutSchema, group, "BatchTimeout") ?? {};
  const batchTimeoutMs = parseDuration(timeout);
  if (batchTimeoutMs === undefined)
    throw invalidConfig(`Attempted to set the batch timeout to a invalid value: time: invalid duration "${timeout}"`);
  if (batchTimeoutMs <= 0) throw invalidConfig(`Attempted to set the batch timeout to a non-positive value: ${timeout}`);
  return {
    consensusType: consensus?.type ?? "",
    batchSize: readBatchSize(group),
    batchTimeoutMs,
    maintenance: consensus?.state === orderer.ConsensusType_State.MAINTENANCE,
  };
}

function readBatchSize(group: common.ConfigGroup): BatchLimits {
  const { maxMessageCount = 0, absoluteMaxBytes = 0, preferredMaxBytes = 0 } = readValue(orderer.BatchSizeSchema, group, "BatchSize") ?? {};
  const zero = (what: string): Error => invalidConfig(`Attempted to set the batch size ${what} to an invalid value: 0`);
  if (maxMessageCount === 0) throw zero("max message count");
  if (absoluteMaxBytes === 0) throw zero("absolute max bytes");
  if (preferredMaxBytes === 0) throw zero("preferred max bytes");
  if (preferredMaxBytes > absoluteMaxBytes) {
    throw invalidConfig(
      `Attempted to set the batch size preferred max bytes (${preferredMaxBytes}) greater than the absolute max bytes (${absoluteMaxBytes}).`,
    );
  }
  return { maxMessageCount, absoluteMaxBytes, preferredMaxBytes };
}
