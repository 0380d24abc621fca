import type { common } from "@heddle/fabric/wire";

/** A channel that can be explored. */
export interface ExplorableChannel {
  readonly network: string;
  readonly channel: string;
}

/** Where the blocks of a channel come from: a peer of the network. */
export interface BlockSource {
  /** Blocks from a number on, without end, until the signal fires. Throws where the peer is not there. */
  follow(from: number, signal: AbortSignal): AsyncIterable<common.Block>;
  /** Number of blocks the peer has. */
  height(): Promise<number>;
  /** A block as the peer has it. Throws FABRIC_REFUSED where there is none. */
  block(number: number): Promise<common.Block>;
}

/** What there is to explore. */
export interface ChannelDirectory {
  /** Channels of all networks that are ready. */
  list(): Promise<readonly ExplorableChannel[]>;
  /** Throws where the network has no peer that can be reached. */
  source(channel: ExplorableChannel): Promise<BlockSource>;
}

/** Where an explorer tells what people do not see. */
export interface ExplorerLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
