import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Consortium, ConsortiumNode, ConsortiumOrganization } from "./consortium.ts";
import { runTool } from "./tools.ts";

/** A policy as configtx.yaml writes it. */
export interface PolicyRule {
  readonly Type: "Signature" | "ImplicitMeta";
  readonly Rule: string;
}

/** What may differ between the channels of tests. */
export interface ChannelOptions {
  readonly type?: "etcdraft" | "BFT";
  readonly capability?: "V2_0" | "V3_0";
  /** Messages of a block; a block is cut when so many wait. */
  readonly maxMessages?: number;
  readonly batchTimeout?: string;
  /** The consensus settings of Fabric's sample configuration, not those that make a channel of tests ready at once. */
  readonly sampleConsensus?: boolean;
  /** Who may write to the channel; the usual rule when absent. */
  readonly writers?: PolicyRule;
}

const meta = (Rule: string): PolicyRule => ({ Type: "ImplicitMeta", Rule });
const signed = (Rule: string): PolicyRule => ({ Type: "Signature", Rule });

function organization({ material, folder, nodes }: ConsortiumOrganization, kind: "peer" | "orderer"): Record<string, unknown> {
  const { name, mspId } = material;
  const shared = { Name: name, ID: mspId, MSPDir: path.join(folder, "msp") };
  if (kind === "orderer") {
    return {
      ...shared,
      Policies: {
        Readers: signed(`OR('${mspId}.member')`),
        Writers: signed(`OR('${mspId}.member')`),
        Admins: signed(`OR('${mspId}.admin')`),
        Endorsement: signed(`OR('${mspId}.member')`),
      },
      OrdererEndpoints: nodes.map(({ address }) => address.address),
    };
  }
  return {
    ...shared,
    Policies: {
      Readers: signed(`OR('${mspId}.admin', '${mspId}.peer', '${mspId}.client')`),
      Writers: signed(`OR('${mspId}.admin', '${mspId}.client')`),
      Admins: signed(`OR('${mspId}.admin')`),
      Endorsement: signed(`OR('${mspId}.peer')`),
    },
    AnchorPeers: nodes.slice(0, 1).map(({ ports }) => ({ Host: "127.0.0.1", Port: ports.grpc })),
  };
}

function consenter({ folder, ports }: ConsortiumNode): Record<string, unknown> {
  const certificate = path.join(folder, "tls", "server.crt");
  return { Host: "127.0.0.1", Port: ports.grpc, ClientTLSCert: certificate, ServerTLSCert: certificate };
}

/** Settings of SmartBFT in Fabric's sample configuration, where they are not configtxgen's own defaults. */
const SMART_BFT = {
  RequestBatchMaxInterval: "200ms",
  RequestForwardTimeout: "5s",
  RequestComplainTimeout: "20s",
  RequestAutoRemoveTimeout: "3m0s",
  ViewChangeResendInterval: "5s",
  ViewChangeTimeout: "20s",
  LeaderHeartbeatTimeout: "1m0s",
  CollectTimeout: "1s",
  IncomingMessageBufferSize: 200,
  RequestPoolSize: 100_000,
  LeaderHeartbeatCount: 10,
};

/** How the ordering service agrees. A short election makes a channel of tests ready at once. */
function consensus(
  nodes: readonly ConsortiumNode[],
  { type = "etcdraft", sampleConsensus = false }: ChannelOptions,
): Record<string, unknown> {
  if (type === "BFT") {
    return {
      ...(sampleConsensus ? {} : { SmartBFT: SMART_BFT }),
      ConsenterMapping: nodes.map((node, index) => ({
        ...consenter(node),
        ID: index + 1,
        MSPID: node.mspId,
        Identity: path.join(node.folder, "msp", "signcerts", `${node.name}-cert.pem`),
      })),
    };
  }
  const timing = sampleConsensus ? { TickInterval: "500ms", ElectionTick: 10 } : { TickInterval: "50ms", ElectionTick: 4 };
  return {
    EtcdRaft: {
      Consenters: nodes.map(consenter),
      Options: { ...timing, HeartbeatTick: 1, MaxInflightBlocks: 5, SnapshotIntervalSize: "16 MB" },
    },
  };
}

function profile({ orderer, organizations }: Consortium, options: ChannelOptions): Record<string, unknown> {
  const { type = "etcdraft", capability = "V2_0" } = options;
  return {
    Policies: { Readers: meta("ANY Readers"), Writers: options.writers ?? meta("ANY Writers"), Admins: meta("MAJORITY Admins") },
    Capabilities: { [capability]: true },
    Orderer: {
      OrdererType: type,
      BatchTimeout: options.batchTimeout ?? "200ms",
      BatchSize: { MaxMessageCount: options.maxMessages ?? 100, AbsoluteMaxBytes: "10 MB", PreferredMaxBytes: "2 MB" },
      ...consensus(orderer.nodes, options),
      Organizations: [organization(orderer, "orderer")],
      Policies: {
        Readers: meta("ANY Readers"),
        Writers: meta("ANY Writers"),
        Admins: meta("MAJORITY Admins"),
        BlockValidation: meta("ANY Writers"),
      },
      Capabilities: { V2_0: true },
    },
    Application: {
      Organizations: organizations.map((one) => organization(one, "peer")),
      Policies: {
        Readers: meta("ANY Readers"),
        Writers: meta("ANY Writers"),
        Admins: meta("MAJORITY Admins"),
        Endorsement: meta("MAJORITY Endorsement"),
        LifecycleEndorsement: meta("MAJORITY Endorsement"),
      },
      Capabilities: { V2_5: true },
    },
  };
}

/** The genesis block of a channel, made by Fabric's own configtxgen from a configtx.yaml of ours. */
export async function configtxgenBlock(consortium: Consortium, options: ChannelOptions = {}): Promise<Buffer> {
  const folder = path.join(consortium.folder, "configtx");
  mkdirSync(folder, { recursive: true });
  // YAML takes JSON as it is.
  writeFileSync(path.join(folder, "configtx.yaml"), JSON.stringify({ Profiles: { Channel: profile(consortium, options) } }));
  const output = path.join(folder, `${consortium.channelId}.block`);
  const args = ["-profile", "Channel", "-channelID", consortium.channelId, "-outputBlock", output];
  await runTool("configtxgen", args, { cwd: folder, env: { FABRIC_CFG_PATH: folder } });
  return readFileSync(output);
}
