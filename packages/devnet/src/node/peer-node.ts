import type { Server } from "node:http";
import { configFromBlock, chaincodeSupportService, endorserService } from "@heddle/fabric";
import type { peer as wire } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import { ChaincodeRuntime } from "../chaincode/runtime.ts";
import type { PackageStore } from "../chaincode/package-store.ts";
import type { DevnetConfig, DevnetNode } from "../config.ts";
import { peerDeliverService } from "../deliver/peer.ts";
import { createEndorser, type Endorser } from "../endorser/endorser.ts";
import { CallLimit, LIMITS, unary } from "../front/limits.ts";
import { Listener, type Service } from "../front/listener.ts";
import { refusedServices } from "../front/refused.ts";
import type { GatewayNetwork } from "../gateway/registry.ts";
import { gatewayServiceOf } from "../gateway/service.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { EndorserMetrics } from "../operations/endorser-metrics.ts";
import { peerChannelMetrics, processMetrics } from "../operations/node-metrics.ts";
import { openOperations } from "../operations/server.ts";
import type { ChannelLedgers } from "./channels.ts";
import { readMspFolder, readTls } from "./material.ts";
import type { Membership } from "./membership.ts";
import type { PeerContext } from "./types.ts";

/** What the nodes of a process share. */
export interface SharedServices {
  readonly ledgers: ChannelLedgers;
  readonly membership: Membership;
  /** Undefined for networks in memory. */
  readonly directory: string | undefined;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly timeouts: DevnetConfig["timeouts"];
}

/** A running virtual peer. */
export interface PeerNode {
  readonly context: PeerContext;
  readonly endorser: Endorser;
  /** Ports as they are, also where 0 was asked for. */
  readonly ports: { readonly grpc: number; readonly chaincode: number; readonly operations: number };
  close(): Promise<void>;
}

function endorserGrpc(endorser: Endorser): Service {
  const limit = new CallLimit("protos.Endorser", LIMITS.endorser);
  const processProposal = unary(limit, async (signed: wire.SignedProposal): Promise<wire.ProposalResponse> => {
    const { response, error } = await endorser.process(signed);
    if (error !== undefined) throw new Error(error);
    if (response === undefined) throw new Error("the endorser gave no response");
    return response;
  });
  return { definition: { ...endorserService }, handlers: { processProposal } };
}

function joinedBefore(shared: SharedServices, name: string): Map<string, ChannelLedger> {
  const joined = new Map<string, ChannelLedger>();
  for (const channelId of shared.membership.of(name)) {
    const ledger = shared.ledgers.get(channelId);
    if (ledger !== undefined) joined.set(channelId, ledger);
  }
  return joined;
}

/** Starts a peer: its services, its chaincode port, its operations port. */
export async function startPeer(
  node: Extract<DevnetNode, { kind: "peer" }>,
  shared: SharedServices,
  network: GatewayNetwork,
  packages: PackageStore,
): Promise<PeerNode> {
  const logger = shared.logger.child({ node: node.name });
  const { identity, localMsp } = readMspFolder(node.mspId, node.msp);
  const channels = joinedBefore(shared, node.name);
  const chaincode = new ChaincodeRuntime(packages, {
    executeTimeoutMs: shared.timeouts.execution,
    startupTimeoutMs: shared.timeouts.startup,
    logger,
  });
  const context: PeerContext = {
    name: node.name,
    mspId: node.mspId,
    address: `${node.listen.host}:${node.listen.port}`,
    identity,
    localMsp,
    channels,
    packages,
    chaincode,
    clock: shared.clock,
    logger,
    joinChannel(block) {
      const { channelId } = configFromBlock(block);
      if (channels.has(channelId))
        throw new Error(`cannot create ledger from genesis block: ledger [${channelId}] already exists with state [ACTIVE]`);
      channels.set(channelId, shared.ledgers.fromBlock(block));
      shared.membership.add(node.name, channelId);
      logger.info({ channel: channelId }, "peer joined the channel");
    },
    leaveChannel(channelId) {
      if (channels.delete(channelId)) logger.info({ channel: channelId }, "peer left the channel");
    },
  };
  const measured = new EndorserMetrics();
  const endorser = measured.observe(createEndorser(context));
  const tls = readTls(node.tls);
  // Of a peer that cannot have one of its ports nothing stays.
  await using opened = new AsyncDisposableStack();
  opened.defer(() => chaincode.close());
  const listener = opened.adopt(
    await Listener.open(node.listen, tls, [
      endorserGrpc(endorser),
      peerDeliverService(context),
      gatewayServiceOf(context, network),
      ...refusedServices(),
    ]),
    (one) => one.close(),
  );
  const register: Service = { definition: { ...chaincodeSupportService }, handlers: { register: chaincode.register } };
  const chaincodeListener = opened.adopt(await Listener.open(node.chaincode, tls, [register]), (one) => one.close());
  const metrics = () => [...peerChannelMetrics(channels), ...measured.metrics(), ...processMetrics()];
  const operations = opened.adopt(await openOperations(node.operations, { metrics, logger }), closeServer);
  const open = opened.move();
  return {
    context,
    endorser,
    ports: { grpc: listener.port, chaincode: chaincodeListener.port, operations: portOf(operations) },
    close: () => open.disposeAsync(),
  };
}

/** The port a server listens on. */
export function portOf(server: { address(): ReturnType<Server["address"]> }): number {
  const address = server.address();
  return address === null || typeof address === "string" ? 0 : address.port;
}

/** Closes a server and its connections. */
export function closeServer(server: { close(done: () => void): unknown; closeAllConnections(): void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
