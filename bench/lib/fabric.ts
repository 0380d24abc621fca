// Real Hyperledger Fabric beside devnet: its own orderer and peers from the
// programs that are at hand, with configuration made here, on loopback, in the network's temporary folder.
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { TLS_ROOTS, type BenchNetwork, type BenchNode } from "./material.ts";
import { listens, startProgram, until, type Program } from "./processes.ts";

/** Real Fabric's programs. */
export interface FabricPrograms {
  readonly peer: string;
  readonly orderer: string;
  /** Folder of the external builder for chaincode as a service (with `bin/build` and so on). */
  readonly builder: string;
  readonly version: string;
}

/** The programs in `HEDDLE_FABRIC_BIN` or on PATH; a text says what is missing. */
export function findFabric(): FabricPrograms | string {
  const folders = [process.env["HEDDLE_FABRIC_BIN"] ?? "", ...(process.env["PATH"] ?? "").split(path.delimiter)].filter(Boolean);
  const find = (...parts: string[]): string | undefined => folders.map((one) => path.join(one, ...parts)).find(isProgram);
  const peer = find("peer");
  const orderer = find("orderer");
  if (peer === undefined || orderer === undefined) return "peer and orderer are neither in HEDDLE_FABRIC_BIN nor on PATH";
  const detect = find("ccaas", "bin", "detect") ?? find("..", "builders", "ccaas", "bin", "detect");
  if (detect === undefined) return "the ccaas builder (ccaas/bin/detect) is not beside Fabric's programs";
  const answer = spawnSync(peer, ["version"], { encoding: "utf8" });
  const version = /Version: v?(\S+)/.exec(answer.stdout)?.[1] ?? "of unknown version";
  return { peer, orderer, builder: path.resolve(detect, "../.."), version };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Fabric's own defaults (sampleconfig/orderer.yaml), with TLS as everywhere and a short raft tick for the start. */
function ordererYaml({ folder, grpc, operations, second, mspId }: BenchNode, data: string): string {
  const tls = (indent: string): string =>
    [`Enabled: true`, `PrivateKey: ${folder}/tls/server.key`, `Certificate: ${folder}/tls/server.crt`]
      .map((line) => indent + line)
      .join("\n");
  return `General:
  ListenAddress: 127.0.0.1
  ListenPort: ${grpc}
  TLS:
${tls("    ")}
    RootCAs: [${folder}/tls/ca.crt]
    ClientAuthRequired: false
  Keepalive: { ServerMinInterval: 1s, ServerInterval: 7200s, ServerTimeout: 20s }
  Backoff: { BaseDelay: 1s, Multiplier: 1.6, MaxDelay: 2m }
  MaxRecvMsgSize: 104857600
  MaxSendMsgSize: 104857600
  Cluster:
    SendBufferSize: 100
    ClientCertificate: ${folder}/tls/server.crt
    ClientPrivateKey: ${folder}/tls/server.key
  LocalMSPDir: ${folder}/msp
  LocalMSPID: ${mspId}
  BCCSP: { Default: SW, SW: { Hash: SHA2, Security: 256 } }
  Authentication: { TimeWindow: 15m }
FileLedger: { Location: ${data}/ledger }
Operations: { ListenAddress: "127.0.0.1:${operations}", TLS: { Enabled: false } }
Metrics: { Provider: disabled }
Admin:
  ListenAddress: 127.0.0.1:${second}
  TLS:
${tls("    ")}
    ClientAuthRequired: true
    ClientRootCAs: [${folder}/tls/ca.crt]
ChannelParticipation: { Enabled: true, MaxRequestBodySize: 1 MB }
Consensus: { WALDir: ${data}/wal, SnapDir: ${data}/snap }
`;
}

/**
 * Fabric's own defaults (sampleconfig/core.yaml) where they bear on what is measured, but for what makes peers find
 * each other soon: the roots of the other organisations, and short intervals of gossip.
 */
function coreYaml(node: BenchNode, roots: string, data: string, builder: string): string {
  const { name, folder, grpc, operations, second, mspId } = node;
  return `peer:
  id: ${name}
  networkId: bench
  listenAddress: 127.0.0.1:${grpc}
  address: 127.0.0.1:${grpc}
  chaincodeListenAddress: 127.0.0.1:${second}
  chaincodeAddress: 127.0.0.1:${second}
  gateway: { enabled: true, endorsementTimeout: 30s, broadcastTimeout: 30s, dialTimeout: 2m }
  keepalive:
    interval: 7200s
    timeout: 20s
    minInterval: 1s
    client: { interval: 60s, timeout: 20s }
    deliveryClient: { interval: 60s, timeout: 20s }
  gossip:
    bootstrap: 127.0.0.1:${grpc}
    useLeaderElection: false
    orgLeader: true
    membershipTrackerInterval: 5s
    endpoint: 127.0.0.1:${grpc}
    externalEndpoint: 127.0.0.1:${grpc}
    maxBlockCountToStore: 10
    maxPropagationBurstLatency: 10ms
    maxPropagationBurstSize: 10
    propagateIterations: 1
    propagatePeerNum: 3
    pullInterval: 4s
    pullPeerNum: 3
    requestStateInfoInterval: 1s
    publishStateInfoInterval: 100ms
    publishCertPeriod: 10s
    dialTimeout: 3s
    connTimeout: 2s
    recvBuffSize: 20
    sendBuffSize: 200
    digestWaitTime: 1s
    requestWaitTime: 1500ms
    responseWaitTime: 2s
    aliveTimeInterval: 5s
    aliveExpirationTimeout: 25s
    reconnectInterval: 200ms
    maxConnectionAttempts: 120
    msgExpirationFactor: 20
    pvtData:
      pullRetryThreshold: 60s
      transientstoreMaxBlockRetention: 20000
      pushAckTimeout: 3s
      btlPullMargin: 10
      reconcileBatchSize: 10
      reconcileSleepInterval: 1m
      reconciliationEnabled: true
      implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 }
    state: { enabled: false, checkInterval: 10s, responseTimeout: 3s, batchSize: 10, blockBufferSize: 20, maxRetries: 3 }
  tls:
    enabled: true
    clientAuthRequired: false
    cert: { file: ${folder}/tls/server.crt }
    key: { file: ${folder}/tls/server.key }
    rootcert: { file: ${roots} }
  authentication: { timewindow: 15m }
  fileSystemPath: ${data}
  BCCSP: { Default: SW, SW: { Hash: SHA2, Security: 256 } }
  mspConfigPath: ${folder}/msp
  localMspId: ${mspId}
  client: { connTimeout: 3s }
  deliveryclient:
    reconnectTotalTimeThreshold: 3600s
    connTimeout: 3s
    reConnectBackoffThreshold: 1s
    minimalReconnectInterval: 100ms
  localMspType: bccsp
  handlers:
    authFilters: [{ name: DefaultAuth }, { name: ExpirationCheck }, { name: TimeWindowCheck }]
    decorators: [{ name: DefaultDecorator }]
    endorsers: { escc: { name: DefaultEndorsement } }
    validators: { vscc: { name: DefaultValidation } }
  discovery: { enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000, authCachePurgeRetentionRatio: 0.75 }
  limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 500 } }
  maxRecvMsgSize: 104857600
  maxSendMsgSize: 104857600
chaincode:
  externalBuilders: [{ name: ccaas, path: ${builder} }]
  installTimeout: 300s
  startuptimeout: 300s
  executetimeout: 30s
  mode: net
  system: { _lifecycle: enable, cscc: enable, lscc: enable, qscc: enable }
  runtimeParams: { useWriteBatch: true, maxSizeWriteBatch: 1000, useGetMultipleKeys: true, maxSizeGetMultipleKeys: 1000 }
ledger:
  state: { stateDatabase: goleveldb, totalQueryLimit: 100000 }
  history: { enableHistoryDatabase: true }
  pvtdataStore:
    collElgProcMaxDbBatchSize: 5000
    collElgProcDbBatchesInterval: 1000
    deprioritizedDataReconcilerInterval: 60m
    purgeInterval: 100
  snapshots: { rootDir: ${data}/snapshots }
operations: { listenAddress: "127.0.0.1:${operations}", tls: { enabled: false } }
metrics: { provider: disabled }
`;
}

function startNode(network: BenchNetwork, node: BenchNode, programs: FabricPrograms): { program: Program; logFile: string } {
  const folder = path.join(network.directory, "fabric", node.name);
  mkdirSync(folder, { recursive: true });
  const logFile = path.join(folder, "node.log");
  const isPeer = node.kind === "peer";
  const data = path.join(folder, "data");
  const yaml = isPeer ? coreYaml(node, path.join(network.directory, TLS_ROOTS), data, programs.builder) : ordererYaml(node, data);
  writeFileSync(path.join(folder, isPeer ? "core.yaml" : "orderer.yaml"), yaml);
  const program = startProgram({
    name: isPeer ? "peer" : "orderer",
    command: isPeer ? programs.peer : programs.orderer,
    args: isPeer ? ["node", "start"] : [],
    cwd: folder,
    // At its default level Fabric logs every call; devnet logs none of them, and neither shall Fabric here.
    env: { FABRIC_CFG_PATH: folder, FABRIC_LOGGING_SPEC: "warning" },
    logFile,
  });
  return { program, logFile };
}

/** Starts orderer and peers and waits until they listen; the network's first block still has to be joined. */
export async function startFabric(network: BenchNetwork, programs: FabricPrograms): Promise<Program[]> {
  const nodes = [network.orderer, ...network.organizations.map(({ peer }) => peer)];
  const started = nodes.map((node) => ({ node, ...startNode(network, node, programs) }));
  for (const { node, logFile } of started) {
    await until(`${node.name} listens`, async () => (await listens(node.grpc)) && (await listens(node.operations)), 30, logFile);
  }
  await until(`${network.orderer.name} is administered`, () => listens(network.orderer.second), 30);
  return started.map(({ program }) => program);
}
