import { clone, create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { common, etcdraft, orderer } from "../wire.ts";
import { configValue, signaturePolicy } from "./groups.ts";
import { quorumPolicy } from "./orderer-group.ts";
import type { ConsenterSpec } from "./spec.ts";
import { invalidConfig, readValue } from "./values.ts";

/** Who orders a channel's blocks. */
export interface OrderingMembers {
  /** The organisation that runs them all; its endpoints become theirs. */
  readonly organization: string;
  readonly consenters: readonly ConsenterSpec[];
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port` of each consenter of a configuration, of Raft or BFT. Throws `FABRIC_CONFIG_INVALID`. */
export function consenterAddresses(config: common.Config): string[] {
  const group = config.channelGroup?.groups["Orderer"];
  const raft = raftMetadata(group)?.consenters ?? [];
  return [...raft, ...bftConsenters(group)].map(addressOf);
}

/**
 * A copy of a configuration that just these consenters order, at whose addresses clients find them; the very same one
 * where they do already. Those that are there, by their addresses, stay as they are: with their certificates, and with
 * their numbers in BFT, where a new one gets a number that none had. Fabric takes one change at a time
 * (orderer/consensus/etcdraft/membership.go). Throws `FABRIC_CONFIG_INVALID`.
 */
export function withConsenters(config: common.Config, { organization, consenters }: OrderingMembers): common.Config {
  const wanted = consenters.map(addressOf);
  const present = consenterAddresses(config);
  const changed = clone(common.ConfigSchema, config);
  const group = changed.channelGroup?.groups["Orderer"];
  const own = group?.groups[organization];
  if (group === undefined || own === undefined) throw invalidConfig(`it has no orderer organisation ${organization}`);
  const addresses = readValue(common.OrdererAddressesSchema, own, "Endpoints")?.addresses ?? [];
  if (isSame(present, wanted) && isSame(addresses, wanted)) return config;
  own.values["Endpoints"] = following(
    own.values["Endpoints"],
    configValue(common.OrdererAddressesSchema, { addresses: inPlace(addresses, wanted) }),
  );
  const metadata = raftMetadata(group);
  if (metadata === undefined) changeBft(group, consenters);
  else changeRaft(group, metadata, consenters);
  return changed;
}

function changeRaft(group: common.ConfigGroup, metadata: etcdraft.ConfigMetadata, consenters: readonly ConsenterSpec[]): void {
  const known = new Map(metadata.consenters.map((one) => [addressOf(one), one]));
  const wanted = new Map(consenters.map((one) => [addressOf(one), one]));
  metadata.consenters = inPlace([...known.keys()], [...wanted.keys()]).flatMap((address) => {
    const { host = "", port = 0, clientTlsCertPem = "", serverTlsCertPem = "" } = wanted.get(address) ?? {};
    const fresh = { host, port, clientTlsCert: Buffer.from(clientTlsCertPem), serverTlsCert: Buffer.from(serverTlsCertPem) };
    return known.get(address) ?? create(etcdraft.ConsenterSchema, fresh);
  });
  const consensus = readValue(orderer.ConsensusTypeSchema, group, "ConsensusType");
  if (consensus === undefined) throw invalidConfig("it has no consensus type");
  const value = configValue(orderer.ConsensusTypeSchema, { ...consensus, metadata: toBinary(etcdraft.ConfigMetadataSchema, metadata) });
  group.values["ConsensusType"] = following(group.values["ConsensusType"], value);
}

/** Peers and orderers ask for signatures of a quorum by the consenters' very identities, so the policy changes with them. */
function changeBft(group: common.ConfigGroup, consenters: readonly ConsenterSpec[]): void {
  const present = bftConsenters(group);
  const known = new Map(present.map((one) => [addressOf(one), one]));
  const wanted = new Map(consenters.map((one) => [addressOf(one), one]));
  let last = Math.max(0, ...present.map(({ id }) => id));
  const mapping = inPlace([...known.keys()], [...wanted.keys()]).flatMap((address): common.Consenter[] => {
    const there = known.get(address);
    const spec = wanted.get(address);
    if (there !== undefined) return [there];
    if (spec === undefined) return [];
    last += 1;
    const { host, port, mspId, identityPem, clientTlsCertPem, serverTlsCertPem } = spec;
    const certificates = { clientTlsCert: Buffer.from(clientTlsCertPem), serverTlsCert: Buffer.from(serverTlsCertPem) };
    return [create(common.ConsenterSchema, { id: last, host, port, mspId, identity: Buffer.from(identityPem), ...certificates })];
  });
  group.values["Orderers"] = following(group.values["Orderers"], configValue(common.OrderersSchema, { consenterMapping: mapping }));
  const identities = mapping.map(({ mspId, identity }) => ({ mspId, identityPem: Buffer.from(identity).toString("utf8") }));
  const policy = signaturePolicy(quorumPolicy(identities));
  const before = group.policies["BlockValidation"];
  group.policies["BlockValidation"] = Object.assign(policy, { version: before?.version ?? 0n });
}

function raftMetadata(group: common.ConfigGroup | undefined): etcdraft.ConfigMetadata | undefined {
  const consensus = readValue(orderer.ConsensusTypeSchema, group, "ConsensusType");
  if (consensus?.type !== "etcdraft") return undefined;
  try {
    return fromBinary(etcdraft.ConfigMetadataSchema, consensus.metadata);
  } catch (cause) {
    throw invalidConfig("the metadata of etcdraft cannot be decoded", cause);
  }
}

function bftConsenters(group: common.ConfigGroup | undefined): readonly common.Consenter[] {
  return readValue(common.OrderersSchema, group, "Orderers")?.consenterMapping ?? [];
}

function addressOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** What is wanted, in the order that it had, then what is new. */
function inPlace(present: readonly string[], wanted: readonly string[]): string[] {
  return [...present.filter((one) => wanted.includes(one)), ...wanted.filter((one) => !present.includes(one))];
}

function isSame(present: readonly string[], wanted: readonly string[]): boolean {
  return present.length === wanted.length && wanted.every((one) => present.includes(one));
}

/** A value with the version of the one before it, which `computeConfigUpdate` counts on. */
function following(before: common.ConfigValue | undefined, after: common.ConfigValue): common.ConfigValue {
  return Object.assign(after, { version: before?.version ?? 0n });
}
