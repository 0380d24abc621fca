import { existsSync } from "node:fs";
import path from "node:path";
import { nodeFolder } from "../embedded/nodes.ts";
import type { NodePlace } from "../port.ts";

/** Folders that a node's configuration names. */
export interface NodeFolders {
  /** Where identities were delivered. */
  readonly crypto: string;
  readonly data: string;
  readonly builder: string;
}

/** Where an orderer's consensus keeps what it has written, below its data, with a folder for each channel. */
export function consensusFolders(data: string): { readonly wal: string; readonly snapshots: string } {
  return { wal: path.join(data, "etcdraft", "wal"), snapshots: path.join(data, "etcdraft", "snapshot") };
}

/**
 * The roots of every organisation's TLS certificates, in a peer's own folder. A peer connects to its channel's
 * anchor peers a moment before it trusts the roots that the channel's configuration names (Fabric: core/peer/peer.go,
 * createChannel), and where it is too early, tries again after 4 s. What is named here it trusts from its start.
 */
export const peerRootsFile = "tls/peers.crt";

const MAX_MESSAGE = 100 * 1024 * 1024;
const software = { Default: "SW", SW: { Hash: "SHA2", Security: 256 } };

function files(node: NodePlace, { crypto }: NodeFolders): Record<"msp" | "certificate" | "key" | "root" | "roots", string> {
  const folder = path.join(crypto, nodeFolder(node));
  const tls = path.join(folder, "tls");
  return {
    msp: path.join(folder, "msp"),
    certificate: path.join(tls, "server.crt"),
    key: path.join(tls, "server.key"),
    root: path.join(tls, "ca.crt"),
    roots: path.join(folder, peerRootsFile),
  };
}

const listen = (node: NodePlace, port: number | undefined): string => `${node.host}:${port ?? 0}`;

/**
 * Gossip tells peers of each other, which discovery and the gateway need. Every peer leads its organisation
 * and pulls its blocks from the orderers itself, so nothing waits for an election and no block goes by gossip.
 */
function gossip(address: string): Record<string, unknown> {
  return {
    bootstrap: address,
    endpoint: address,
    externalEndpoint: address,
    useLeaderElection: false,
    orgLeader: true,
    membershipTrackerInterval: "5s",
    aliveTimeInterval: "1s",
    aliveExpirationTimeout: "25s",
    reconnectInterval: "200ms",
    publishStateInfoInterval: "100ms",
    requestStateInfoInterval: "1s",
    state: { enabled: false },
    pvtData: {
      pullRetryThreshold: "100ms",
      transientstoreMaxBlockRetention: 20_000,
      pushAckTimeout: "3s",
      btlPullMargin: 10,
      reconcileBatchSize: 10,
      reconcileSleepInterval: "1m",
      reconciliationEnabled: true,
      implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
    },
  };
}

/** core.yaml of a peer; what is absent has Fabric's default (Fabric: sampleconfig/core.yaml). */
export function peerConfig(node: NodePlace, folders: NodeFolders): Record<string, unknown> {
  const { msp, certificate, key, root, roots } = files(node, folders);
  const address = listen(node, node.grpc);
  return {
    peer: {
      id: node.name,
      networkId: "heddle",
      listenAddress: address,
      address,
      chaincodeListenAddress: listen(node, node.chaincode),
      chaincodeAddress: listen(node, node.chaincode),
      gateway: { enabled: true, endorsementTimeout: "30s", broadcastTimeout: "30s", dialTimeout: "2m" },
      keepalive: { interval: "7200s", timeout: "20s", minInterval: "60s" },
      gossip: gossip(address),
      tls: {
        enabled: true,
        clientAuthRequired: false,
        cert: { file: certificate },
        key: { file: key },
        rootcert: { file: existsSync(roots) ? roots : root },
        clientRootCAs: { files: [root] },
      },
      authentication: { timewindow: "15m" },
      fileSystemPath: folders.data,
      BCCSP: software,
      mspConfigPath: msp,
      localMspId: node.mspId,
      client: { connTimeout: "3s" },
      deliveryclient: { reconnectTotalTimeThreshold: "3600s", connTimeout: "3s", reConnectBackoffThreshold: "1s" },
      handlers: {
        authFilters: [{ name: "DefaultAuth" }, { name: "ExpirationCheck" }, { name: "TimeWindowCheck" }],
        decorators: [{ name: "DefaultDecorator" }],
        endorsers: { escc: { name: "DefaultEndorsement" } },
        validators: { vscc: { name: "DefaultValidation" } },
      },
      discovery: { enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000, authCachePurgeRetentionRatio: 0.75 },
      limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 500 } },
      maxRecvMsgSize: MAX_MESSAGE,
      maxSendMsgSize: MAX_MESSAGE,
    },
    vm: { endpoint: "" },
    chaincode: {
      externalBuilders: [{ name: "heddle", path: folders.builder }],
      installTimeout: "300s",
      startuptimeout: "300s",
      executetimeout: "30s",
      mode: "net",
      keepalive: 0,
      system: { _lifecycle: "enable", cscc: "enable", lscc: "enable", qscc: "enable" },
      runtimeParams: { useWriteBatch: true, maxSizeWriteBatch: 1000, useGetMultipleKeys: true, maxSizeGetMultipleKeys: 1000 },
    },
    ledger: {
      state: { stateDatabase: "goleveldb", totalQueryLimit: 100_000 },
      history: { enableHistoryDatabase: true },
      pvtdataStore: {
        collElgProcMaxDbBatchSize: 5000,
        collElgProcDbBatchesInterval: 1000,
        deprioritizedDataReconcilerInterval: "60m",
        purgeInterval: 100,
        purgedKeyAuditLogging: true,
      },
      snapshots: { rootDir: path.join(folders.data, "snapshots") },
    },
    operations: { listenAddress: listen(node, node.operations), tls: { enabled: false } },
    metrics: { provider: "prometheus" },
  };
}

/** orderer.yaml of an orderer that joins its channels by participation (Fabric: sampleconfig/orderer.yaml). */
export function ordererConfig(node: NodePlace, folders: NodeFolders): Record<string, unknown> {
  const { msp, certificate, key, root } = files(node, folders);
  const tls = { Enabled: true, Certificate: certificate, PrivateKey: key };
  return {
    General: {
      ListenAddress: node.host,
      ListenPort: node.grpc,
      TLS: { ...tls, RootCAs: [root], ClientAuthRequired: false },
      Keepalive: { ServerMinInterval: "60s", ServerInterval: "7200s", ServerTimeout: "20s" },
      Cluster: { SendBufferSize: 100, ClientCertificate: certificate, ClientPrivateKey: key },
      MaxRecvMsgSize: MAX_MESSAGE,
      MaxSendMsgSize: MAX_MESSAGE,
      BootstrapMethod: "none",
      LocalMSPDir: msp,
      LocalMSPID: node.mspId,
      BCCSP: software,
      Authentication: { TimeWindow: "15m" },
    },
    FileLedger: { Location: path.join(folders.data, "ledger") },
    Operations: { ListenAddress: listen(node, node.operations), TLS: { Enabled: false } },
    Metrics: { Provider: "prometheus" },
    Admin: { ListenAddress: listen(node, node.admin), TLS: { ...tls, ClientAuthRequired: true, ClientRootCAs: [root] } },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: "100 MB" },
    Consensus: { WALDir: consensusFolders(folders.data).wal, SnapDir: consensusFolders(folders.data).snapshots },
  };
}
