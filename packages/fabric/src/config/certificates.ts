import { fromBinary } from "@bufbuild/protobuf";
import { common, etcdraft, msp, orderer } from "../wire.ts";
import { invalidConfig, readValue } from "./values.ts";

/** What a certificate is for in a channel's configuration. */
export type ChannelCertificateUse =
  | "root"
  | "intermediate"
  | "tls-root"
  | "tls-intermediate"
  | "admin"
  | "consenter-identity"
  | "consenter-client-tls"
  | "consenter-server-tls";

/** A certificate that stands in a channel's configuration. */
export interface ChannelCertificate {
  readonly use: ChannelCertificateUse;
  /** The MSP that states it; of a Raft consenter the configuration does not say whose it is. */
  readonly mspId: string | undefined;
  /** `host:port` of a consenter. */
  readonly consenter?: string;
  readonly certificatePem: string;
}

/** Every certificate in a channel's configuration, in its order: of the organisations' MSPs, and of the consenters. Throws `FABRIC_CONFIG_INVALID`. */
export function channelCertificates(config: common.Config): ChannelCertificate[] {
  const { Application, Orderer } = config.channelGroup?.groups ?? {};
  return [...mspCertificates(Orderer), ...mspCertificates(Application), ...consenterCertificates(Orderer)];
}

function mspCertificates(group: common.ConfigGroup | undefined): ChannelCertificate[] {
  return Object.entries(group?.groups ?? {}).flatMap(([name, organization]) => {
    const outer = readValue(msp.MSPConfigSchema, organization, "MSP");
    if (outer === undefined) return [];
    const inner = decode(() => fromBinary(msp.FabricMSPConfigSchema, outer.config), `the MSP of ${name}`);
    const of = (use: ChannelCertificateUse, list: readonly Uint8Array[]): ChannelCertificate[] =>
      list.map((pem) => ({ use, mspId: inner.name, certificatePem: text(pem) }));
    return [
      ...of("root", inner.rootCerts),
      ...of("intermediate", inner.intermediateCerts),
      ...of("tls-root", inner.tlsRootCerts),
      ...of("tls-intermediate", inner.tlsIntermediateCerts),
      ...of("admin", inner.admins),
    ];
  });
}

function consenterCertificates(group: common.ConfigGroup | undefined): ChannelCertificate[] {
  const consensus = readValue(orderer.ConsensusTypeSchema, group, "ConsensusType");
  const raft =
    consensus?.type === "etcdraft"
      ? decode(() => fromBinary(etcdraft.ConfigMetadataSchema, consensus.metadata), "the metadata of etcdraft").consenters
      : [];
  const bft = readValue(common.OrderersSchema, group, "Orderers")?.consenterMapping ?? [];
  const tls = (
    node: { host: string; port: number; clientTlsCert: Uint8Array; serverTlsCert: Uint8Array },
    mspId: string | undefined,
  ): ChannelCertificate[] => [
    { use: "consenter-client-tls", mspId, consenter: `${node.host}:${node.port}`, certificatePem: text(node.clientTlsCert) },
    { use: "consenter-server-tls", mspId, consenter: `${node.host}:${node.port}`, certificatePem: text(node.serverTlsCert) },
  ];
  return [
    ...raft.flatMap((consenter) => tls(consenter, undefined)),
    ...bft.flatMap((consenter): ChannelCertificate[] => [
      {
        use: "consenter-identity",
        mspId: consenter.mspId,
        consenter: `${consenter.host}:${consenter.port}`,
        certificatePem: text(consenter.identity),
      },
      ...tls(consenter, consenter.mspId),
    ]),
  ];
}

function decode<Value>(read: () => Value, what: string): Value {
  try {
    return read();
  } catch (cause) {
    throw invalidConfig(`${what} cannot be decoded`, cause);
  }
}

function text(pem: Uint8Array): string {
  return Buffer.from(pem).toString("utf8");
}
