import { clone, create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { common, etcdraft, orderer } from "../wire.ts";
import { quorumPolicy } from "./orderer-group.ts";
import { invalidConfig, readValue } from "./values.ts";

/** What a consenter is known by; PEM. */
export interface ConsenterCertificates {
  readonly identityPem: string;
  readonly clientTlsCertPem: string;
  readonly serverTlsCertPem: string;
}

/** What a channel states of the consenter at `host:port`; its identity is empty with Raft, which knows it by TLS alone. Throws `FABRIC_CONFIG_INVALID`. */
export function consenterCertificates(config: common.Config, address: string): ConsenterCertificates {
  const group = ordererGroupOf(config);
  const bft = mappingOf(group)?.consenterMapping.find((one) => addressOf(one) === address);
  const found = bft ?? raftOf(group)?.metadata.consenters.find((one) => addressOf(one) === address);
  if (found === undefined) throw invalidConfig(`it has no consenter ${address}`);
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
  return {
    identityPem: text(bft?.identity ?? new Uint8Array()),
    clientTlsCertPem: text(found.clientTlsCert),
    serverTlsCertPem: text(found.serverTlsCert),
  };
}

/**
 * A copy of a configuration that knows the consenter at `host:port` by these certificates, the very same configuration
 * where it does already; in a BFT channel its blocks are judged by the new identity too. Throws `FABRIC_CONFIG_INVALID`.
 */
export function withConsenterCertificates(config: common.Config, address: string, certificates: ConsenterCertificates): common.Config {
  if (isKnownBy(consenterCertificates(config, address), certificates)) return config;
  const changed = clone(common.ConfigSchema, config);
  const group = ordererGroupOf(changed);
  const tls = { clientTlsCert: Buffer.from(certificates.clientTlsCertPem), serverTlsCert: Buffer.from(certificates.serverTlsCertPem) };
  const mapping = mappingOf(group);
  const raft = raftOf(group);
  if (mapping !== undefined) {
    for (const one of mapping.consenterMapping)
      if (addressOf(one) === address) Object.assign(one, tls, { identity: Buffer.from(certificates.identityPem) });
    putMapping(group, mapping);
  }
  if (raft !== undefined) {
    for (const one of raft.metadata.consenters) if (addressOf(one) === address) Object.assign(one, tls);
    raft.consensus.metadata = toBinary(etcdraft.ConfigMetadataSchema, raft.metadata);
    put(group, "ConsensusType", toBinary(orderer.ConsensusTypeSchema, raft.consensus));
  }
  return changed;
}

function isKnownBy(present: ConsenterCertificates, wanted: ConsenterCertificates): boolean {
  return (
    present.clientTlsCertPem === wanted.clientTlsCertPem &&
    present.serverTlsCertPem === wanted.serverTlsCertPem &&
    (present.identityPem === "" || present.identityPem === wanted.identityPem)
  );
}

/** The consenters of BFT, and with them the policy by which blocks are judged: a quorum of their very identities. */
function putMapping(group: common.ConfigGroup, mapping: common.Orderers): void {
  put(group, "Orderers", toBinary(common.OrderersSchema, mapping));
  const consenters = mapping.consenterMapping.map(({ mspId, identity }) => ({
    mspId,
    identityPem: Buffer.from(identity).toString("utf8"),
  }));
  const policy = group.policies["BlockValidation"];
  if (policy?.policy === undefined) throw invalidConfig("it has no policy for the validation of blocks");
  policy.policy.value = toBinary(common.SignaturePolicyEnvelopeSchema, quorumPolicy(consenters));
}

function ordererGroupOf(config: common.Config): common.ConfigGroup {
  const group = config.channelGroup?.groups["Orderer"];
  if (group === undefined) throw invalidConfig("it has no orderers");
  return group;
}

function mappingOf(group: common.ConfigGroup): common.Orderers | undefined {
  const mapping = readValue(common.OrderersSchema, group, "Orderers");
  return mapping?.consenterMapping.length === 0 ? undefined : mapping;
}

function raftOf(
  group: common.ConfigGroup,
): { readonly consensus: orderer.ConsensusType; readonly metadata: etcdraft.ConfigMetadata } | undefined {
  const consensus = readValue(orderer.ConsensusTypeSchema, group, "ConsensusType");
  if (consensus?.type !== "etcdraft") return undefined;
  try {
    return { consensus, metadata: fromBinary(etcdraft.ConfigMetadataSchema, consensus.metadata) };
  } catch (cause) {
    throw invalidConfig("the metadata of etcdraft cannot be decoded", cause);
  }
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}

function put(group: common.ConfigGroup, name: string, value: Uint8Array): void {
  const { modPolicy = "", version = 0n } = group.values[name] ?? {};
  group.values[name] = create(common.ConfigValueSchema, { modPolicy, version, value });
}
