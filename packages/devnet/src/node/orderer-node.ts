import { atomicBroadcastService } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import type { DevnetNode } from "../config.ts";
import { ordererDeliver } from "../deliver/orderer.ts";
import { Listener } from "../front/listener.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { ordererChannelMetrics, processMetrics } from "../operations/node-metrics.ts";
import { openOperations } from "../operations/server.ts";
import { broadcastHandler, orderEnvelope } from "../orderer/broadcast.ts";
import type { Chain } from "../orderer/chain.ts";
import { Refusal } from "../orderer/filters.ts";
import { openParticipation, type Participation } from "../participation/server.ts";
import type { Chains } from "./chains.ts";
import { readMspFolder, readTls } from "./material.ts";
import { closeServer, portOf, type SharedServices } from "./peer-node.ts";
import { Standing } from "./standing.ts";
import type { OrdererContext } from "./types.ts";

/** A running virtual orderer. */
export interface OrdererNode {
  readonly context: OrdererContext;
  readonly ports: { readonly grpc: number; readonly admin: number; readonly operations: number };
  /** Leaves its chains, which others lead then, and stops listening; what it has joined stays noted. */
  close(): Promise<void>;
}

/** Starts an orderer: its services, its administration port, its operations port. */
export async function startOrderer(
  node: Extract<DevnetNode, { kind: "orderer" }>,
  shared: SharedServices,
  chains: Chains,
): Promise<OrdererNode> {
  const logger = shared.logger.child({ node: node.name });
  const { identity, localMsp } = readMspFolder(node.mspId, node.msp);
  const tls = readTls(node.tls);
  const standing = new Standing({ address: `${node.listen.host}:${node.listen.port}`, tlsCertificate: tls.certificate });
  const channels = new Map<string, ChannelLedger>();
  const context: OrdererContext = {
    name: node.name,
    mspId: node.mspId,
    address: `${node.listen.host}:${node.listen.port}`,
    identity,
    localMsp,
    channels,
    isConsenter: ({ bundle }) => standing.isConsenter(bundle),
    clock: shared.clock,
    logger,
  };
  const chainOf = (channelId: string): Chain | undefined => {
    const ledger = channels.get(channelId);
    if (ledger === undefined) return undefined;
    if (!context.isConsenter(ledger)) throw new Refusal(common.Status.SERVICE_UNAVAILABLE, "orderer is a follower of this channel");
    return chains.get(channelId);
  };
  const participation: Participation = {
    channels,
    isConsenter: context.isConsenter,
    join(channelId, block) {
      const ledger = shared.ledgers.fromBlock(block);
      channels.set(channelId, ledger);
      chains.join(context, ledger);
      shared.membership.add(node.name, channelId);
      logger.info({ channel: channelId }, "orderer joined the channel");
    },
    remove(channelId) {
      channels.delete(channelId);
      shared.membership.remove(node.name, channelId);
      chains.leave(context, channelId);
      if (!shared.membership.all().includes(channelId)) shared.ledgers.remove(channelId);
    },
    update: (envelope) => orderEnvelope(envelope, chainOf),
  };
  // Of an orderer that cannot have one of its ports nothing stays.
  await using opened = new AsyncDisposableStack();
  opened.defer(() => {
    for (const channelId of channels.keys()) chains.leave(context, channelId);
  });
  for (const channelId of shared.membership.of(node.name)) {
    const ledger = shared.ledgers.get(channelId);
    if (ledger === undefined) continue;
    channels.set(channelId, ledger);
    chains.join(context, ledger);
  }
  const handlers = { broadcast: broadcastHandler(chainOf, logger), deliver: ordererDeliver(context) };
  const service = { definition: { ...atomicBroadcastService }, handlers };
  const listener = opened.adopt(await Listener.open(node.listen, tls, [service]), (one) => one.close());
  const admin = opened.adopt(await openParticipation(node.admin, tls, participation, logger), closeServer);
  const metrics = () => [...ordererChannelMetrics(channels), ...processMetrics()];
  const operations = opened.adopt(await openOperations(node.operations, { metrics, logger }), closeServer);
  const open = opened.move();
  return {
    context,
    ports: { grpc: listener.port, admin: portOf(admin), operations: portOf(operations) },
    close: () => open.disposeAsync(),
  };
}
