import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { MspManager } from "../msp/manager.ts";
import { Msp } from "../msp/msp.ts";
import { PolicyManager } from "../policy/manager.ts";
import { common, msp, orderer, peer } from "../wire.ts";
import { parseDuration } from "./duration.ts";
import { requireChannelId } from "./channel-id.ts";

const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  Channel: ["V1_1", "V1_3", "V1_4_2", "V1_4_3", "V2_0", "V3_0"],
  Orderer: ["V1_1", "V1_4_2", "V2_0"],
  Application: ["V1_1", "V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5"],
};

/** When blocks are cut, from the channel configuration. */
export interface BatchLimits {
  readonly maxMessageCount: number;
  readonly absoluteMaxBytes: number;
  readonly preferredMaxBytes: number;
}

/** The parts of an Orderer group that are read. */
interface OrdererSettings {
  readonly consensusType: string;
  readonly batchSize: BatchLimits;
  readonly batchTimeoutMs: number;
  readonly maintenance: boolean;
}

const NO_ORDERER: OrdererSettings = {
  consensusType: "",
  batchSize: { maxMessageCount: 0, absoluteMaxBytes: 0, preferredMaxBytes: 0 },
  batchTimeoutMs: 0,
  maintenance: false,
};

function invalid(reason: string, cause?: unknown): Error {
  return fabricErrors.create("FABRIC_CONFIG_INVALID", { reason }, { cause });
}

/**
 * A channel configuration, read and checked: its MSPs, its policies and the settings that
 * orderers and peers act on (Fabric: common/channelconfig). Immutable; a config block makes a new one.
 */
export class ChannelBundle {
  readonly channelId: string;
  readonly config: common.Config;
  /** The configuration's number, one more with every update. */
  readonly sequence: number;
  readonly root: common.ConfigGroup;
  readonly msps: MspManager;
  readonly policies: PolicyManager;
  /** MSP ids of the organisations that share the ledger, by the name of their group. */
  readonly applicationOrganizations: ReadonlyMap<string, string>;
  readonly ordererEndpoints: ReadonlyMap<string, readonly string[]>;
  readonly consenters: readonly common.Consenter[];
  readonly capabilities: {
    readonly channel: ReadonlySet<string>;
    readonly orderer: ReadonlySet<string>;
    readonly application: ReadonlySet<string>;
  };
  /** Resource name to policy path; empty unless the channel overrides the defaults. */
  readonly acls: ReadonlyMap<string, string>;
  readonly orderer: OrdererSettings;

  private constructor(channelId: string, config: common.Config, root: common.ConfigGroup) {
    this.channelId = channelId;
    this.config = config;
    this.sequence = Number(config.sequence);
    this.root = root;
    const { Orderer: ordererGroup, Application: application } = root.groups;
    this.capabilities = {
      channel: capabilities("Channel", root),
      orderer: capabilities("Orderer", ordererGroup),
      application: capabilities("Application", application),
    };
    const v3 = this.capabilities.channel.has("V3_0");
    const organizations = [...readOrganizations(ordererGroup, v3), ...readOrganizations(application, v3)];
    this.msps = new MspManager(uniqueMsps(organizations.map(({ rules }) => rules)));
    this.policies = PolicyManager.fromChannelGroup(root, this.msps);
    this.applicationOrganizations = new Map(readOrganizations(application, v3).map(({ name, rules }) => [name, rules.mspId]));
    this.ordererEndpoints = endpointsOf(root, ordererGroup);
    this.consenters = readValue(common.OrderersSchema, root, "Orderers")?.consenterMapping ?? [];
    this.acls = readAcls(application);
    this.orderer = ordererGroup === undefined ? NO_ORDERER : readOrderer(ordererGroup);
  }

  /** Reads and checks a configuration. Throws `FABRIC_CONFIG_INVALID`. */
  static fromConfig(channelId: string, config: common.Config): ChannelBundle {
    requireChannelId(channelId);
    const root = config.channelGroup;
    if (root === undefined) throw invalid("it has no channel group");
    const unknown = Object.keys(root.groups).find((name) => name !== "Orderer" && name !== "Application" && name !== "Consortiums");
    if (unknown !== undefined) throw invalid(`the group ${unknown} is unknown`);
    requireHashing(root);
    return new ChannelBundle(channelId, config, root);
  }

  /** Whether peers can join: the configuration has an Application group. */
  get hasApplication(): boolean {
    return this.root.groups["Application"] !== undefined;
  }

  /** MSP ids of the organisations that share the ledger. */
  get applicationMspIds(): string[] {
    return [...this.applicationOrganizations.values()];
  }
}

function readValue<Schema extends DescMessage>(schema: Schema, group: common.ConfigGroup, name: string): MessageShape<Schema> | undefined {
  const value = group.values[name];
  if (value === undefined) return undefined;
  try {
    return fromBinary(schema, value.value);
  } catch (cause) {
    throw invalid(`the value ${name} cannot be decoded`, cause);
  }
}

function capabilities(level: string, group: common.ConfigGroup | undefined): ReadonlySet<string> {
  const names = group === undefined ? [] : Object.keys(readValue(common.CapabilitiesSchema, group, "Capabilities")?.capabilities ?? {});
  const unsupported = names.find((name) => SUPPORTED[level]?.includes(name) !== true);
  if (unsupported !== undefined) throw invalid(`${level} capability ${unsupported} is required but not supported`);
  return new Set(names);
}

function requireHashing(root: common.ConfigGroup): void {
  const algorithm = readValue(common.HashingAlgorithmSchema, root, "HashingAlgorithm")?.name;
  if (algorithm !== "SHA256" && algorithm !== "SHA3_256") throw invalid(`Unknown hashing algorithm type: ${algorithm ?? ""}`);
  const width = readValue(common.BlockDataHashingStructureSchema, root, "BlockDataHashingStructure")?.width;
  if (width !== 4_294_967_295) throw invalid("BlockDataHashStructure width only supported at MaxUint32 in this version");
}

function readOrganizations(group: common.ConfigGroup | undefined, allowEd25519: boolean): Array<{ name: string; rules: Msp }> {
  return Object.entries(group?.groups ?? {}).map(([name, organization]) => {
    const config = readValue(msp.MSPConfigSchema, organization, "MSP");
    if (config === undefined) throw invalid(`organisation ${name} has no MSP`);
    return { name, rules: Msp.fromConfig(config, { allowEd25519 }) };
  });
}

/** The same organisation may order and share the ledger; its MSP is then stated twice. */
function uniqueMsps(msps: readonly Msp[]): Msp[] {
  return [...new Map(msps.map((one) => [one.mspId, one])).values()];
}

function endpointsOf(root: common.ConfigGroup, ordererGroup: common.ConfigGroup | undefined): Map<string, readonly string[]> {
  const byOrganization = new Map<string, readonly string[]>();
  for (const [name, organization] of Object.entries(ordererGroup?.groups ?? {})) {
    byOrganization.set(name, readValue(common.OrdererAddressesSchema, organization, "Endpoints")?.addresses ?? []);
  }
  const legacy = readValue(common.OrdererAddressesSchema, root, "OrdererAddresses")?.addresses ?? [];
  if (legacy.length > 0) byOrganization.set("", legacy);
  return byOrganization;
}

function readAcls(application: common.ConfigGroup | undefined): Map<string, string> {
  const acls = application === undefined ? {} : (readValue(peer.ACLsSchema, application, "ACLs")?.acls ?? {});
  return new Map(
    Object.entries(acls).map(([resource, { policyRef }]) => [
      resource,
      policyRef.startsWith("/") ? policyRef : `/Channel/Application/${policyRef}`,
    ]),
  );
}

function readOrderer(group: common.ConfigGroup): OrdererSettings {
  const consensus = readValue(orderer.ConsensusTypeSchema, group, "ConsensusType");
  const size = readValue(orderer.BatchSizeSchema, group, "BatchSize");
  const timeout = readValue(orderer.BatchTimeoutSchema, group, "BatchTimeout");
  if (consensus === undefined || size === undefined || timeout === undefined)
    throw invalid("the orderer group lacks ConsensusType, BatchSize or BatchTimeout");
  if (size.maxMessageCount === 0) throw invalid("Attempted to set the batch size max message count to an invalid value: 0");
  if (size.absoluteMaxBytes === 0) throw invalid("Attempted to set the batch size absolute max bytes to an invalid value: 0");
  if (size.preferredMaxBytes === 0) throw invalid("Attempted to set the batch size preferred max bytes to an invalid value: 0");
  if (size.preferredMaxBytes > size.absoluteMaxBytes) {
    throw invalid(
      `Attempted to set the batch size preferred max bytes (${size.preferredMaxBytes}) greater than the absolute max bytes (${size.absoluteMaxBytes}).`,
    );
  }
  const batchTimeoutMs = parseDuration(timeout.timeout);
  if (batchTimeoutMs === undefined || batchTimeoutMs <= 0)
    throw invalid(`Attempted to set the batch timeout to a invalid value: ${timeout.timeout}`);
  return {
    consensusType: consensus.type,
    batchSize: {
      maxMessageCount: size.maxMessageCount,
      absoluteMaxBytes: size.absoluteMaxBytes,
      preferredMaxBytes: size.preferredMaxBytes,
    },
    batchTimeoutMs,
    maintenance: consensus.state === orderer.ConsensusType_State.MAINTENANCE,
  };
}
