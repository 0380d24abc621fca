import {
  configDifference,
  configTree,
  Explorer,
  explorerErrors,
  readTransaction,
  type ConfigDifference,
  type ConfigElement,
  type FollowState,
  type TransactionContent,
} from "@heddle/explorer";
import { ChannelBundle, configFromBlock } from "@heddle/fabric";
import type { World } from "@heddle/operations";
import type { Logger } from "pino";
import { blockSource, worldDirectory } from "./directory.ts";

/** A channel's configuration in words. */
export interface ConfigView {
  readonly block: number;
  readonly sequence: number;
  readonly configBlocks: readonly number[];
  readonly root: ConfigElement;
}

/** What the explorer's handlers ask beside the index: what only a running network knows. */
export interface ExplorerServices {
  /** Height of a channel and how it is followed; the height is undefined where no peer answers. */
  state(network: string, channel: string, indexed: number): Promise<{ readonly height: number | undefined; readonly state: FollowState }>;
  /** All that is in a transaction. `configBlock` is the last one up to its block. */
  content(
    network: string,
    channel: string,
    place: { readonly block: number; readonly index: number; readonly configBlock: number },
  ): Promise<TransactionContent>;
  config(network: string, channel: string, block: number): Promise<Pick<ConfigView, "sequence" | "root">>;
  difference(network: string, channel: string, from: number, to: number): Promise<ConfigDifference[]>;
  /** Calls `listener` when blocks of a channel were indexed; the answer ends that. */
  onMoved(network: string, channel: string, listener: () => void): () => void;
  close(): Promise<void>;
}

/** Follows all channels, and answers from the networks themselves. */
export function createExplorer(world: World, logger: Logger): ExplorerServices {
  const explorer = new Explorer({ directory: worldDirectory(world), index: world.store.explorer, log: logger });
  explorer.start();
  const configAt = async (network: string, channel: string, number: number) => {
    const block = await (await blockSource(world, network, channel)).block(number);
    return configFromBlock(block).config;
  };
  return {
    async state(network, channel, indexed) {
      try {
        const height = await (await blockSource(world, network, channel)).height();
        return { height, state: explorer.state({ network, channel }, indexed, height) };
      } catch {
        // A network whose peers are down can still be looked at in the index.
        return { height: undefined, state: "stopped" };
      }
    },
    async content(network, channel, { block: number, index, configBlock }) {
      const source = await blockSource(world, network, channel);
      const [block, config] = await Promise.all([source.block(number), source.block(configBlock)]);
      const envelope = block.data?.data[index];
      if (envelope === undefined) throw explorerErrors.create("EXPLORER_BLOCK_NOT_FOUND", { channel, block: number });
      return readTransaction(envelope, ChannelBundle.fromConfig(channel, configFromBlock(config).config));
    },
    async config(network, channel, number) {
      const { sequence, channelGroup } = await configAt(network, channel, number);
      if (channelGroup === undefined) throw explorerErrors.create("EXPLORER_BLOCK_NOT_FOUND", { channel, block: number });
      return { sequence: Number(sequence), root: configTree(channelGroup) };
    },
    async difference(network, channel, from, to) {
      const [before, after] = await Promise.all([this.config(network, channel, from), this.config(network, channel, to)]);
      return configDifference(before.root, after.root);
    },
    onMoved: (network, channel, listener) =>
      explorer.onMoved((moved) => {
        if (moved.network === network && moved.channel === channel) listener();
      }),
    close: () => explorer.close(),
  };
}
