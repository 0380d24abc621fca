import { pino, type Logger } from "pino";
import type { DevnetConfig, DevnetNode } from "./config.ts";
import { ChannelLedgers } from "./node/channels.ts";
import { Chains } from "./node/chains.ts";
import { Membership, membershipFile } from "./node/membership.ts";
import type { SharedServices } from "./node/peer-node.ts";
import { RunningNodes, type RunningNode } from "./node/running-nodes.ts";

export type { RunningNode } from "./node/running-nodes.ts";

/** What is changed about the nodes of a running devnet, in this order. */
export interface NodeChanges {
  /** Nodes that are to serve, if they do not already. */
  readonly start?: readonly DevnetNode[] | undefined;
  /** Nodes that end and start again from their files as they are now. */
  readonly restart?: readonly DevnetNode[] | undefined;
  /** A channel that peers leave; the last node to leave takes the ledger with it. */
  readonly leave?: { readonly peers: readonly string[]; readonly channel: string } | undefined;
  /** Names of nodes that go with all they keep. */
  readonly drop?: readonly string[] | undefined;
}

/** A running devnet. */
export interface Devnet {
  /** The nodes that serve now. */
  readonly nodes: readonly RunningNode[];
  /**
   * Changes its nodes while the others go on serving. One change waits for the other. Throws DEVNET_NODE_FAILED; of
   * nodes that were to start, none stays then that did not serve before, and what was to be dropped serves still.
   */
  change(changes: NodeChanges): Promise<void>;
  /** Ends every node; a kept network can be started again from its directory. */
  close(): Promise<void>;
}

/** What a caller may replace. */
export interface DevnetOptions {
  readonly logger?: Logger;
  readonly clock?: () => Date;
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
  const nodes = new RunningNodes(shared, chains, config.timeouts.endorsement);
  const close = async (): Promise<void> => {
    await nodes.close();
    chains.close();
    ledgers.close();
  };
  try {
    for (const channelId of membership.all()) ledgers.open(channelId);
    for (const node of ordererFirst(config.nodes)) await nodes.start(node);
  } catch (error) {
    await close();
    throw error;
  }
  logger.info({ network: config.network, nodes: nodes.list().length }, "devnet is ready");
  let last: Promise<unknown> = Promise.resolve();
  return {
    get nodes() {
      return nodes.list();
    },
    change(changes) {
      const turn = last.then(() => change(nodes, changes));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: () => last.then(close),
  };
}

/** Peers find the chains of their channels there. */
function ordererFirst(nodes: readonly DevnetNode[]): DevnetNode[] {
  return [...nodes.filter(({ kind }) => kind === "orderer"), ...nodes.filter(({ kind }) => kind === "peer")];
}

async function change(nodes: RunningNodes, { start = [], restart = [], leave, drop = [] }: NodeChanges): Promise<void> {
  const served = new Set(nodes.list().map(({ name }) => name));
  try {
    for (const node of ordererFirst(start)) await nodes.start(node);
  } catch (error) {
    for (const { name } of start) if (!served.has(name)) await nodes.stop(name);
    throw error;
  }
  for (const node of restart) await nodes.restart(node);
  if (leave !== undefined) nodes.leave(leave.peers, leave.channel);
  for (const name of drop) await nodes.drop(name);
}
