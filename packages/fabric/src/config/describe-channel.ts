import { fromBinary } from "@bufbuild/protobuf";
import { IdentityError } from "../msp/errors.ts";
import { Msp } from "../msp/msp.ts";
import { serializeIdentity } from "../msp/signing-identity.ts";
import { rolePrincipal } from "../policy/principals.ts";
import { common, etcdraft, msp, orderer, peer } from "../wire.ts";
import { invalidConfig, readValue } from "./values.ts";

/** An organisation of a channel, from each of its groups. */
export interface DescribedOrganization {
  /** The group's name. */
  readonly name: string;
  readonly mspId: string;
  readonly msp: msp.MSPConfig;
  readonly shares: boolean;
  readonly orders: boolean;
  /** PEM, roots before intermediates. */
  readonly authorities: readonly string[];
  readonly tlsAuthorities: readonly string[];
  /** `host:port` of its orderers. */
  readonly endpoints: readonly string[];
  /** `host:port` */
  readonly anchorPeers: readonly string[];
}

/** What a channel's configuration says of who takes part in it and how, of whichever Fabric it is. */
export interface ChannelDescription {
  /** Such as `etcdraft`, `BFT`, `kafka` or `solo`. */
  readonly consensusType: string;
  readonly capabilities: Readonly<Record<"channel" | "orderer" | "application", readonly string[]>>;
  readonly organizations: readonly DescribedOrganization[];
  /** `host:port` of those who agree on its blocks; empty for kafka and solo. */
  readonly consenters: readonly string[];
  /** `host:port` of orderers as a channel before V1_4_2 states them, for all organisations. */
  readonly addresses: readonly string[];
  readonly batch: {
    readonly timeout: string;
    readonly maxMessages: number;
    readonly preferredMaxBytes: number;
    readonly absoluteMaxBytes: number;
  };
}

/**
 * Reads a channel's configuration without asking that this package can judge its transactions. Throws
 * `FABRIC_CONFIG_INVALID` for a value that cannot be decoded.
 */
export function describeChannel(config: common.Config): ChannelDescription {
  const root = config.channelGroup;
  const { Orderer: ordering, Application: application } = root?.groups ?? {};
  const {
    maxMessageCount = 0,
    preferredMaxBytes = 0,
    absoluteMaxBytes = 0,
  } = readValue(orderer.BatchSizeSchema, ordering, "BatchSize") ?? {};
  return {
    consensusType: readValue(orderer.ConsensusTypeSchema, ordering, "ConsensusType")?.type ?? "",
    capabilities: { channel: capabilitiesOf(root), orderer: capabilitiesOf(ordering), application: capabilitiesOf(application) },
    organizations: organizationsOf(application, ordering),
    consenters: consentersOf(ordering),
    addresses: readValue(common.OrdererAddressesSchema, root, "OrdererAddresses")?.addresses ?? [],
    batch: {
      timeout: readValue(orderer.BatchTimeoutSchema, ordering, "BatchTimeout")?.timeout ?? "",
      maxMessages: maxMessageCount,
      preferredMaxBytes,
      absoluteMaxBytes,
    },
  };
}

function capabilitiesOf(group: common.ConfigGroup | undefined): string[] {
  return Object.keys(readValue(common.CapabilitiesSchema, group, "Capabilities")?.capabilities ?? {}).toSorted();
}

function consentersOf(group: common.ConfigGroup | undefined): string[] {
  const consensus = readValue(orderer.ConsensusTypeSchema, group, "ConsensusType");
  const raft =
    consensus?.type === "etcdraft"
      ? decode(() => fromBinary(etcdraft.ConfigMetadataSchema, consensus.metadata).consenters, "consenters")
      : [];
  const bft = readValue(common.OrderersSchema, group, "Orderers")?.consenterMapping ?? [];
  return [...raft, ...bft].map(({ host, port }) => `${host}:${port}`);
}

function decode<Value>(read: () => Value, what: string): Value {
  try {
    return read();
  } catch (cause) {
    throw invalidConfig(`its ${what} cannot be decoded`, cause);
  }
}

/** Those that share the ledger first; one that does both stands once. */
function organizationsOf(application: common.ConfigGroup | undefined, ordering: common.ConfigGroup | undefined): DescribedOrganization[] {
  const shares = Object.entries(application?.groups ?? {}).map(([name, group]) => describe(name, group, { shares: true, orders: false }));
  const orders = Object.entries(ordering?.groups ?? {}).map(([name, group]) => describe(name, group, { shares: false, orders: true }));
  const both = shares.map((one) => {
    const other = orders.find(({ mspId }) => mspId === one.mspId);
    return other === undefined ? one : { ...one, orders: true, endpoints: other.endpoints };
  });
  return [...both, ...orders.filter(({ mspId }) => !shares.some((one) => one.mspId === mspId))];
}

function describe(name: string, group: common.ConfigGroup, does: Pick<DescribedOrganization, "shares" | "orders">): DescribedOrganization {
  const outer = readValue(msp.MSPConfigSchema, group, "MSP") ?? { type: 0, config: new Uint8Array() };
  const inner = decode(() => fromBinary(msp.FabricMSPConfigSchema, outer.config), `MSP of ${name}`);
  const texts = (...lists: readonly (readonly Uint8Array[])[]): string[] => lists.flat().map((pem) => Buffer.from(pem).toString("utf8"));
  return {
    name,
    mspId: inner.name,
    msp: outer as msp.MSPConfig,
    ...does,
    authorities: texts(inner.rootCerts, inner.intermediateCerts),
    tlsAuthorities: texts(inner.tlsRootCerts, inner.tlsIntermediateCerts),
    endpoints: readValue(common.OrdererAddressesSchema, group, "Endpoints")?.addresses ?? [],
    anchorPeers: (readValue(peer.AnchorPeersSchema, group, "AnchorPeers")?.anchorPeers ?? []).map(({ host, port }) => `${host}:${port}`),
  };
}

/** What an organisation's MSP makes of a certificate. */
export type MemberVerdict = { readonly valid: true; readonly admin: boolean } | { readonly valid: false; readonly reason: string };

/** Judges a certificate, PEM, by the MSP of its organisation as a channel states it. Throws `FABRIC_CONFIG_INVALID` for the MSP. */
export function judgeMember({ mspId, msp: config }: Pick<DescribedOrganization, "mspId" | "msp">, certificatePem: string): MemberVerdict {
  const rules = Msp.fromConfig(config, { allowEd25519: true });
  try {
    const identity = rules.readIdentity(Buffer.from(certificatePem), serializeIdentity(mspId, certificatePem));
    identity.validate();
    return { valid: true, admin: identity.satisfies(rolePrincipal(mspId, "admin")) };
  } catch (error) {
    if (error instanceof IdentityError) return { valid: false, reason: error.message };
    throw error;
  }
}
