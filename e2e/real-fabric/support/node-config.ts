import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ConsortiumNode } from "./consortium.ts";

/** What a node's configuration is made of. */
export type ConfiguredNode = Omit<ConsortiumNode, "member">;

// Only what these nodes need; everything listens on the loopback interface, every file is below the node's data folder.

function tlsFiles({ folder }: ConfiguredNode): { certificate: string; key: string; root: string } {
  const tls = path.join(folder, "tls");
  return { certificate: path.join(tls, "server.crt"), key: path.join(tls, "server.key"), root: path.join(tls, "ca.crt") };
}

const software = { Default: "SW", SW: { Hash: "SHA2", Security: 256 } };

/** core.yaml of a real peer. It leads its organisation: it pulls blocks from the orderers itself. */
function peerConfig(node: ConfiguredNode, data: string, builder: string | undefined): Record<string, unknown> {
  const { certificate, key, root } = tlsFiles(node);
  const address = `127.0.0.1:${node.ports.grpc}`;
  return {
    peer: {
      id: node.name,
      networkId: "heddle-test",
      listenAddress: address,
      address,
      chaincodeListenAddress: `127.0.0.1:${node.ports.second}`,
      chaincodeAddress: `127.0.0.1:${node.ports.second}`,
      gateway: { enabled: true, endorsementTimeout: "10s", broadcastTimeout: "10s", dialTimeout: "10s" },
      keepalive: { interval: "7200s", timeout: "20s", minInterval: "60s" },
      gossip: {
        bootstrap: address,
        endpoint: address,
        externalEndpoint: address,
        useLeaderElection: false,
        orgLeader: true,
        membershipTrackerInterval: "5s",
        // Peers of two organisations that start at one time look for each other again soon.
        aliveTimeInterval: "1s",
        reconnectInterval: "1s",
        publishStateInfoInterval: "1s",
        requestStateInfoInterval: "1s",
        state: { enabled: false },
        pvtData: {
          pullRetryThreshold: "100ms",
          transientstoreMaxBlockRetention: 20_000,
          pushAckTimeout: "3s",
          btlPullMargin: 10,
          reconcileBatchSize: 10,
          reconcileSleepInterval: "1s",
          reconciliationEnabled: true,
          implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
        },
      },
      tls: {
        enabled: true,
        clientAuthRequired: false,
        cert: { file: certificate },
        key: { file: key },
        rootcert: { file: root },
        clientRootCAs: { files: [root] },
      },
      authentication: { timewindow: "15m" },
      fileSystemPath: data,
      BCCSP: software,
      mspConfigPath: path.join(node.folder, "msp"),
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
      maxRecvMsgSize: 104_857_600,
      maxSendMsgSize: 104_857_600,
    },
    vm: { endpoint: "" },
    chaincode: {
      externalBuilders: builder === undefined ? [] : [{ name: "ccaas_builder", path: builder }],
      installTimeout: "60s",
      startuptimeout: "60s",
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
        purgeInterval: 1,
        purgedKeyAuditLogging: true,
      },
      snapshots: { rootDir: path.join(data, "snapshots") },
    },
    operations: { listenAddress: `127.0.0.1:${node.ports.operations}`, tls: { enabled: false } },
    metrics: { provider: "prometheus" },
  };
}

/** orderer.yaml of a real orderer. */
function ordererConfig(node: ConfiguredNode, data: string): Record<string, unknown> {
  const { certificate, key, root } = tlsFiles(node);
  const tls = { Enabled: true, Certificate: certificate, PrivateKey: key };
  return {
    General: {
      ListenAddress: "127.0.0.1",
      ListenPort: node.ports.grpc,
      TLS: { ...tls, RootCAs: [root], ClientAuthRequired: false },
      Keepalive: { ServerMinInterval: "60s", ServerInterval: "7200s", ServerTimeout: "20s" },
      Cluster: { SendBufferSize: 100, ClientCertificate: certificate, ClientPrivateKey: key },
      MaxRecvMsgSize: 104_857_600,
      MaxSendMsgSize: 104_857_600,
      BootstrapMethod: "none",
      LocalMSPDir: path.join(node.folder, "msp"),
      LocalMSPID: node.mspId,
      BCCSP: software,
      Authentication: { TimeWindow: "15m" },
    },
    FileLedger: { Location: path.join(data, "ledger") },
    Operations: { ListenAddress: `127.0.0.1:${node.ports.operations}`, TLS: { Enabled: false } },
    Metrics: { Provider: "disabled" },
    Admin: { ListenAddress: `127.0.0.1:${node.ports.second}`, TLS: { ...tls, ClientAuthRequired: true, ClientRootCAs: [root] } },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: "1 MB" },
    Consensus: { WALDir: path.join(data, "etcdraft", "wal"), SnapDir: path.join(data, "etcdraft", "snapshot") },
  };
}

/** Writes the configuration of a real node; the folder to set FABRIC_CFG_PATH to. */
export function writeNodeConfig(node: ConfiguredNode, folder: string, builder?: string): string {
  mkdirSync(folder, { recursive: true });
  const data = path.join(folder, "data");
  // YAML takes JSON as it is.
  if (node.kind === "peer") writeFileSync(path.join(folder, "core.yaml"), JSON.stringify(peerConfig(node, data, builder), undefined, 2));
  else writeFileSync(path.join(folder, "orderer.yaml"), JSON.stringify(ordererConfig(node, data), undefined, 2));
  return folder;
}
