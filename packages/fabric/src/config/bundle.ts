import type { DescMessage } from "@bufbuild/protobuf";
import { MspManager } from "../msp/manager.ts";
import { PolicyManager } from "../policy/manager.ts";
import { common, orderer, peer } from "../wire.ts";
import { readCapabilities, type ChannelCapabilities } from "./capabilities.ts";
import { requireChannelId } from "./channel-id.ts";
import { indexTree } from "./elements.ts";
import { NO_ORDERER, readOrdererSettings, type OrdererSettings } from "./orderer-settings.ts";
import { OrganizationReader, type ConfiguredOrganization } from "./organizations.ts";
import { invalidConfig, readValue, requireKnownValues, withinGroup } from "./values.ts";

/** The values that Fabric knows in each group. */
const VALUES: Readonly<Record<"Channel" | "Orderer" | "Application", Readonly<Record<string, DescMessage>>>> = {
  Channel: {
    HashingAlgorithm: common.HashingAlgorithmSchema,
    BlockDataHashingStructure: common.BlockDataHashingStructureSchema,
    OrdererAddresses: common.OrdererAddressesSchema,
    Orderers: common.OrderersSchema,
    Consortium: common.ConsortiumSchema,
    Capabilities: common.CapabilitiesSchema,
  },
  Orderer: {
    ConsensusType: orderer.ConsensusTypeSchema,
    BatchSize: orderer.BatchSizeSchema,
    BatchTimeout: orderer.BatchTimeoutSchema,
    KafkaBrokers: orderer.KafkaBrokersSchema,
    ChannelRestrictions: orderer.ChannelRestrictionsSchema,
    Orderers: common.OrderersSchema,
    Capabilities: common.CapabilitiesSchema,
  },
  Application: { ACLs: peer.ACLsSchema, Capabilities: common.CapabilitiesSchema },
};

const MAX_UINT32 = 4_294_967_295;

/**
 * A channel configuration, read and checked: its MSPs, its policies and the settings that
 * orderers and peers act on (Fabric: common/channelconfig). Immutable; a config block makes a new one.
 */
export class ChannelBundle {
  readonly channelId: string;
  readonly config: common.Config;
  /** The configuration's number, one more with every update. */
  readonly sequence: number;
  /** The tree that the configuration is. */
  readonly root: common.ConfigGroup;
  readonly msps: MspManager;
  readonly policies: PolicyManager;
  /** MSP ids of the organisations that share the ledger, by the name of their group. */
  readonly applicationOrganizations: ReadonlyMap<string, string>;
  /** MSP ids of the organisations that run orderers, by the name of their group. */
  readonly ordererOrganizations: ReadonlyMap<string, string>;
  /** `host:port` of orderers by the name of their organisation's group; those of the whole channel, as before V1_4_2, under the empty name. */
  readonly ordererEndpoints: ReadonlyMap<string, readonly string[]>;
  /** Who takes part in BFT consensus; empty for other kinds. */
  readonly consenters: readonly common.Consenter[];
  readonly capabilities: ChannelCapabilities;
  /** Resource name to absolute policy path; empty unless the channel overrides the defaults. */
  readonly acls: ReadonlyMap<string, string>;
  readonly orderer: OrdererSettings;

  private constructor(channelId: string, config: common.Config, root: common.ConfigGroup) {
    this.channelId = channelId;
    this.config = config;
    this.sequence = Number(config.sequence);
    this.root = root;
    const { Orderer: ordererGroup, Application: application } = root.groups;
    this.capabilities = readCapabilities(root);
    const reader = new OrganizationReader({ allowEd25519: this.capabilities.channel.has("V3_0") });
    const ordering = withinGroup("Orderer", () => reader.read("Orderer", ordererGroup));
    const sharing = withinGroup("Application", () => reader.read("Application", application));
    this.msps = new MspManager(reader.msps);
    this.policies = PolicyManager.fromChannelGroup(root, this.msps);
    this.ordererOrganizations = mspIdsOf(ordering);
    this.applicationOrganizations = mspIdsOf(sharing);
    this.ordererEndpoints = endpointsOf(root, ordering, this.capabilities);
    this.consenters = readValue(common.OrderersSchema, ordererGroup, "Orderers")?.consenterMapping ?? [];
    this.acls = readAcls(application, this.capabilities);
    this.orderer = ordererGroup === undefined ? NO_ORDERER : withinGroup("Orderer", () => readOrdererSettings(ordererGroup));
  }

  /** Reads and checks a configuration. Throws `FABRIC_CONFIG_INVALID`. */
  static fromConfig(channelId: string, config: common.Config): ChannelBundle {
    requireChannelId(channelId);
    const root = config.channelGroup;
    if (root === undefined) throw invalidConfig("it has no channel group");
    if (config.sequence > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidConfig(`its sequence ${config.sequence} is too large`);
    requireNames(root);
    requireKnownValues(root, VALUES.Channel);
    for (const [name, group] of Object.entries(root.groups)) {
      if (name !== "Orderer" && name !== "Application") throw invalidConfig(`Disallowed channel group: ${name}`);
      withinGroup(name, () => requireKnownValues(group, VALUES[name]));
    }
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

  /**
   * Throws `FABRIC_CONFIG_INVALID` unless `next` may follow this configuration: groups do not vanish and
   * organisations keep their MSP id (Fabric: common/channelconfig/bundle.go, ValidateNew).
   */
  requireSuccessor(next: ChannelBundle): void {
    for (const kind of ["Orderer", "Application"] as const) {
      if (this.root.groups[kind] !== undefined && next.root.groups[kind] === undefined)
        throw invalidConfig(`current config has ${kind.toLowerCase()} section, but new config does not`);
    }
    requireSameMspIds("orderer", this.ordererOrganizations, next.ordererOrganizations);
    requireSameMspIds("application", this.applicationOrganizations, next.applicationOrganizations);
  }
}

function requireNames(root: common.ConfigGroup): void {
  try {
    indexTree(root);
  } catch (cause) {
    throw invalidConfig(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function requireSameMspIds(kind: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  for (const [name, mspId] of before) {
    const now = after.get(name);
    if (now !== undefined && now !== mspId) throw invalidConfig(`${kind} org ${name} attempted to change MSP ID from ${mspId} to ${now}`);
  }
}

function requireHashing(root: common.ConfigGroup): void {
  const algorithm = readValue(common.HashingAlgorithmSchema, root, "HashingAlgorithm")?.name;
  if (algorithm !== "SHA256" && algorithm !== "SHA3_256") throw invalidConfig(`Unknown hashing algorithm type: ${algorithm ?? ""}`);
  const width = readValue(common.BlockDataHashingStructureSchema, root, "BlockDataHashingStructure")?.width;
  if (width !== MAX_UINT32) throw invalidConfig("BlockDataHashStructure width only supported at MaxUint32 in this version");
}

function mspIdsOf(organizations: readonly ConfiguredOrganization[]): Map<string, string> {
  return new Map(organizations.map(({ name, rules }) => [name, rules.mspId]));
}

function endpointsOf(
  root: common.ConfigGroup,
  organizations: readonly ConfiguredOrganization[],
  capabilities: ChannelCapabilities,
): Map<string, readonly string[]> {
  const legacy = readValue(common.OrdererAddressesSchema, root, "OrdererAddresses")?.addresses ?? [];
  if (capabilities.channel.has("V3_0")) {
    if (legacy.length > 0)
      throw invalidConfig("global OrdererAddresses are not allowed with V3_0 capability, use org specific addresses only");
    const missing = organizations.filter(({ endpoints }) => endpoints.length === 0).map(({ name }) => name);
    if (missing.length > 0) throw invalidConfig(`some orderer organizations endpoints are empty: [${missing.join(" ")}]`);
  }
  const byOrganization = new Map(organizations.map(({ name, endpoints }) => [name, endpoints]));
  return legacy.length > 0 ? byOrganization.set("", legacy) : byOrganization;
}

/** Application capabilities with which a channel may override ACLs (Fabric: common/capabilities/application.go). */
const ACL_CAPABILITIES = ["V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5"];

function readAcls(application: common.ConfigGroup | undefined, capabilities: ChannelCapabilities): Map<string, string> {
  const value = readValue(peer.ACLsSchema, application, "ACLs");
  if (value === undefined) return new Map();
  if (!ACL_CAPABILITIES.some((name) => capabilities.application.has(name)))
    throw invalidConfig("ACLs may not be specified without the required capability");
  return new Map(
    Object.entries(value.acls)
      .filter(([, { policyRef }]) => policyRef !== "")
      .map(([resource, { policyRef }]) => [resource, policyRef.startsWith("/") ? policyRef : `/Channel/Application/${policyRef}`]),
  );
}
