import { pino, type Logger } from "pino";
import type { DevnetConfig, DevnetNode } from "./config.ts";
import { devnetErrors } from "./errors.ts";
import type { GatewayNetwork } from "./gateway/registry.ts";
import { ChannelLedgers } from "./node/channels.ts";
import { Chains } from "./node/chains.ts";
import { Membership, membershipFile } from "./node/membership.ts";
import { startOrderer, type OrdererNode } from "./node/orderer-node.ts";
import { startPeer, type PeerNode, type SharedServices } from "./node/peer-node.ts";
import { orderEnvelope } from "./orderer/broadcast.ts";

/** A node of a running devnet: its name, kind and ports. */
export interface RunningNode {
  readonly name: string;
  readonly kind: "peer" | "orderer";
  readonly ports: Readonly<Record<string, number>>;
}

/** A running devnet. */
export interface Devnet {
  readonly nodes: readonly RunningNode[];
  /** Ends every node; a kept network can be started again from its directory. */
  close(): Promise<void>;
}

/** What a caller may replace. */
export interface DevnetOptions {
  readonly logger?: Logger;
  readonly clock?: () => Date;
}

async function startNode<Node>(name: string, start: () => Promise<Node>): Promise<Node> {
  try {
    return await start();
  } catch (cause) {
    throw devnetErrors.create(
      "DEVNET_NODE_FAILED",
      { node: name, reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
}

function isKind<Kind extends DevnetNode["kind"]>(kind: Kind): (node: DevnetNode) => node is Extract<DevnetNode, { kind: Kind }> {
  return (node): node is Extract<DevnetNode, { kind: Kind }> => node.kind === kind;
}

/**
 * Starts a network in this process: every orderer and peer on its own ports. A kept network goes on
 * from where its directory says it was. Throws DEVNET_NODE_FAILED and the ledger's errors; nothing is left running then.
 */
export async function startDevnet(config: DevnetConfig, options: DevnetOptions = {}): Promise<Devnet> {
  const logger = options.logger ?? pino({ level: config.logLevel });
  const clock = options.clock ?? (() => new Date());
  const directory = config.storage === "kept" ? config.directory : undefined;
  const ledgers = new ChannelLedgers(directory, logger);
  const membership = new Membership(directory === undefined ? undefined : membershipFile(directory));
  const chains = new Chains({ cut: config.cut, clock, logger });
  const shared: SharedServices = { ledgers, membership, directory, clock, logger, timeouts: config.timeouts };
  const orderers: OrdererNode[] = [];
  const peers: PeerNode[] = [];
  const network: GatewayNetwork = {
    endorsementTimeoutMs: config.timeouts.endorsement,
    peers: (channelId) => peers.filter(({ context }) => context.channels.has(channelId)),
    expectations: (channelId) => chains.get(channelId)?.expected,
    orderers: (channelId) =>
      chains
        .members(channelId)
        .map(({ address, mspId }) => ({ address, mspId, submit: (envelope) => orderEnvelope(envelope, (id) => chains.get(id)) })),
  };
  const close = async (): Promise<void> => {
    await Promise.all([...peers, ...orderers].map((node) => node.close()));
    chains.close();
    ledgers.close();
  };
  try {
    for (const channelId of membership.all()) ledgers.open(channelId);
    for (const node of config.nodes.filter(isKind("orderer")))
      orderers.push(await startNode(node.name, () => startOrderer(node, shared, chains)));
    for (const node of config.nodes.filter(isKind("peer"))) peers.push(await startNode(node.name, () => startPeer(node, shared, network)));
  } catch (error) {
    await close();
    throw error;
  }
  const nodes = [
    ...orderers.map(({ context, ports }) => ({ name: context.name, kind: "orderer" as const, ports })),
    ...peers.map(({ context, ports }) => ({ name: context.name, kind: "peer" as const, ports })),
  ];
  logger.info({ network: config.network, nodes: nodes.length }, "devnet is ready");
  return { nodes, close };
}
