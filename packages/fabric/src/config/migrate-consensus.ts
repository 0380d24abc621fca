import { clone, fromBinary } from "@bufbuild/protobuf";
import { common, etcdraft, orderer } from "../wire.ts";
import { configValue, signaturePolicy } from "./groups.ts";
import { bftMetadata, consenterMapping, quorumPolicy } from "./orderer-group.ts";
import type { ConsenterSpec } from "./spec.ts";
import { invalidConfig, readValue } from "./values.ts";

/** How a channel is ordered, and whether it is held for maintenance: then only orderers' administrators read and write. */
export interface ConsensusState {
  readonly type: string;
  readonly maintenance: boolean;
}

function consensusOf(config: common.Config): orderer.ConsensusType {
  const found = readValue(orderer.ConsensusTypeSchema, config.channelGroup?.groups["Orderer"], "ConsensusType");
  if (found === undefined) throw invalidConfig("it has no consensus type");
  return found;
}

/** How the channel of a configuration is ordered. Throws `FABRIC_CONFIG_INVALID`. */
export function consensusState(config: common.Config): ConsensusState {
  const { type, state } = consensusOf(config);
  return { type, maintenance: state === orderer.ConsensusType_State.MAINTENANCE };
}

/** A copy of a configuration with maintenance on or off; the very same one where it is so. Nothing else may change with it (Fabric: orderer/common/msgprocessor/maintenancefilter.go). */
export function withMaintenance(config: common.Config, maintenance: boolean): common.Config {
  if (consensusState(config).maintenance === maintenance) return config;
  const { MAINTENANCE, NORMAL } = orderer.ConsensusType_State;
  return withConsensus(config, { ...consensusOf(config), state: maintenance ? MAINTENANCE : NORMAL });
}

/**
 * A copy of a configuration of Raft in maintenance that its consenters order by BFT; the very same one where they do.
 * Addresses and TLS certificates have to be those of Raft to the byte (Fabric: validateBFTConsenterMapping); `consenters`
 * adds whose identities they have. Throws `FABRIC_CONFIG_INVALID` where one of Raft's is not among them, or none is.
 */
export function withBft(config: common.Config, consenters: readonly ConsenterSpec[]): common.Config {
  const consensus = consensusOf(config);
  if (consensus.type === "BFT") return config;
  if (consensus.type !== "etcdraft") throw invalidConfig(`consensus of type ${consensus.type} does not become BFT`);
  const raft = fromBinary(etcdraft.ConfigMetadataSchema, consensus.metadata).consenters;
  const members = raft.map(({ host, port, clientTlsCert, serverTlsCert }): ConsenterSpec => {
    const known = consenters.find((one) => one.host === host && one.port === port);
    if (known === undefined) throw invalidConfig(`the identity of the consenter ${host}:${port} is not known`);
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
    return { ...known, clientTlsCertPem: text(clientTlsCert), serverTlsCertPem: text(serverTlsCert) };
  });
  if (members.length === 0) throw invalidConfig("it has no consenters");
  const changed = withConsensus(config, { ...consensus, type: "BFT", metadata: bftMetadata() });
  const group = changed.channelGroup?.groups["Orderer"];
  if (group === undefined) throw invalidConfig("it has no orderers");
  const { values, policies } = group;
  values["Orderers"] = Object.assign(consenterMapping(members), { version: values["Orderers"]?.version ?? 0n });
  policies["BlockValidation"] = Object.assign(signaturePolicy(quorumPolicy(members)), {
    version: policies["BlockValidation"]?.version ?? 0n,
  });
  return changed;
}

function withConsensus(
  config: common.Config,
  { type, metadata, state }: Pick<orderer.ConsensusType, "type" | "metadata" | "state">,
): common.Config {
  const changed = clone(common.ConfigSchema, config);
  const group = changed.channelGroup?.groups["Orderer"];
  const before = group?.values["ConsensusType"];
  if (group === undefined || before === undefined) throw invalidConfig("it has no consensus type");
  group.values["ConsensusType"] = Object.assign(configValue(orderer.ConsensusTypeSchema, { type, metadata, state }), {
    version: before.version,
  });
  return changed;
}
