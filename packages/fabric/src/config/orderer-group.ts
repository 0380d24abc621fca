import { create, toBinary } from "@bufbuild/protobuf";
import { serializeIdentity } from "../msp/signing-identity.ts";
import { common, etcdraft, msp, orderer, smartbft } from "../wire.ts";
import { configGroup, configValue, groupsByName, metaPolicy, requireSpec, signaturePolicy } from "./groups.ts";
import type { ChannelSpec, ConsenterSpec, OrdererOrganization, RaftTiming } from "./spec.ts";

/** Raft's timing, as Fabric's sample configuration sets it. */
const RAFT_TIMING: RaftTiming = { tickMs: 500, electionTicks: 10 };

/** Raft's other settings, as Fabric's sample configuration sets them. */
const RAFT_OPTIONS = {
  heartbeatTick: 1,
  maxInflightBlocks: 5,
  snapshotIntervalSize: 16 * 1024 * 1024,
};

/** SmartBFT's settings, as Fabric's sample configuration sets them; the leader does not rotate. */
const BFT_OPTIONS = {
  requestBatchMaxCount: 100n,
  requestBatchMaxBytes: 10_485_760n,
  requestBatchMaxInterval: "50ms",
  incomingMessageBufferSize: 200n,
  requestPoolSize: 400n,
  requestForwardTimeout: "2s",
  requestComplainTimeout: "20s",
  requestAutoRemoveTimeout: "3m0s",
  viewChangeResendInterval: "5s",
  viewChangeTimeout: "20s",
  leaderHeartbeatTimeout: "1m0s",
  leaderHeartbeatCount: 10n,
  collectTimeout: "1s",
};

/** The Orderer group of a new channel (Fabric: internal/configtxgen/encoder). */
export function ordererGroup(spec: ChannelSpec): common.ConfigGroup {
  const { type, batch, consenters, organizations } = spec.orderer;
  requireSpec(consenters.length > 0, "the ordering service needs at least one consenter");
  requireSpec(type !== "BFT" || spec.capabilities.channel === "V3_0", "BFT ordering needs the channel capability V3_0");
  return configGroup({
    groups: groupsByName(organizations, organizationGroup),
    values: {
      ConsensusType: configValue(orderer.ConsensusTypeSchema, { type, metadata: consensusMetadata(spec) }),
      BatchSize: configValue(orderer.BatchSizeSchema, {
        maxMessageCount: batch.maxMessages,
        absoluteMaxBytes: batch.absoluteMaxBytes,
        preferredMaxBytes: batch.preferredMaxBytes,
      }),
      BatchTimeout: configValue(orderer.BatchTimeoutSchema, { timeout: `${batch.timeoutMs}ms` }),
      ChannelRestrictions: configValue(orderer.ChannelRestrictionsSchema, {}),
      Capabilities: configValue(common.CapabilitiesSchema, { capabilities: { [spec.capabilities.orderer]: {} } }),
      ...(type === "BFT" ? { Orderers: consenterMapping(consenters) } : {}),
    },
    policies: {
      Readers: metaPolicy("ANY", "Readers"),
      Writers: metaPolicy("ANY", "Writers"),
      Admins: metaPolicy("MAJORITY", "Admins"),
      BlockValidation: type === "BFT" ? signaturePolicy(quorumPolicy(consenters)) : metaPolicy("ANY", "Writers"),
    },
  });
}

function organizationGroup(organization: OrdererOrganization): common.ConfigGroup {
  const { mspId } = organization;
  return configGroup({
    values: {
      MSP: configValue(msp.MSPConfigSchema, organization.msp),
      Endpoints: configValue(common.OrdererAddressesSchema, {
        addresses: organization.endpoints.map(({ host, port }) => `${host}:${port}`),
      }),
    },
    policies: {
      Readers: signaturePolicy(`OR('${mspId}.member')`),
      Writers: signaturePolicy(`OR('${mspId}.member')`),
      Admins: signaturePolicy(`OR('${mspId}.admin')`),
      Endorsement: signaturePolicy(`OR('${mspId}.member')`),
    },
  });
}

/** The metadata of a channel's consensus type BFT. */
export function bftMetadata(): Uint8Array {
  return toBinary(smartbft.OptionsSchema, create(smartbft.OptionsSchema, BFT_OPTIONS));
}

function consensusMetadata(spec: ChannelSpec): Uint8Array {
  if (spec.orderer.type === "BFT") return bftMetadata();
  const consenters = spec.orderer.consenters.map((consenter) =>
    create(etcdraft.ConsenterSchema, {
      host: consenter.host,
      port: consenter.port,
      clientTlsCert: Buffer.from(consenter.clientTlsCertPem),
      serverTlsCert: Buffer.from(consenter.serverTlsCertPem),
    }),
  );
  const { tickMs, electionTicks } = spec.orderer.raft ?? RAFT_TIMING;
  const options = { ...RAFT_OPTIONS, tickInterval: `${tickMs}ms`, electionTick: electionTicks };
  return toBinary(etcdraft.ConfigMetadataSchema, create(etcdraft.ConfigMetadataSchema, { consenters, options }));
}

/** The Orderers value of a BFT channel: who takes part, numbered from 1. */
export function consenterMapping(consenters: readonly ConsenterSpec[]): common.ConfigValue {
  return configValue(common.OrderersSchema, {
    consenterMapping: consenters.map((consenter, index) => ({
      id: index + 1,
      host: consenter.host,
      port: consenter.port,
      mspId: consenter.mspId,
      identity: Buffer.from(consenter.identityPem),
      clientTlsCert: Buffer.from(consenter.clientTlsCertPem),
      serverTlsCert: Buffer.from(consenter.serverTlsCertPem),
    })),
  });
}

/** How many of `n` BFT consenters have to agree: ceil((n + f + 1) / 2) with f = floor((n - 1) / 3). */
export function bftQuorum(n: number): number {
  const f = Math.floor((n - 1) / 3);
  return Math.ceil((n + f + 1) / 2);
}

/** A quorum of the consenters by their very identities (Fabric: common/policies, EncodeBFTBlockVerificationPolicy). */
export function quorumPolicy(consenters: readonly Pick<ConsenterSpec, "mspId" | "identityPem">[]): common.SignaturePolicyEnvelope {
  const rules = consenters.map((_, index) => create(common.SignaturePolicySchema, { Type: { case: "signedBy", value: index } }));
  const identities = consenters.map((consenter) =>
    create(msp.MSPPrincipalSchema, {
      principalClassification: msp.MSPPrincipal_Classification.IDENTITY,
      principal: serializeIdentity(consenter.mspId, consenter.identityPem),
    }),
  );
  const rule = create(common.SignaturePolicySchema, { Type: { case: "nOutOf", value: { n: bftQuorum(consenters.length), rules } } });
  return create(common.SignaturePolicyEnvelopeSchema, { rule, identities });
}
