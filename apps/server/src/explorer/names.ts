import type { EndpointName } from "@heddle/api";

/** The endpoints of the explorer. */
export const explorerNames = [
  "listChannels",
  "listBlocks",
  "followBlocks",
  "getBlock",
  "listTransactions",
  "getTransaction",
  "listState",
  "keyHistory",
  "search",
  "channelConfig",
  "configDifference",
] as const satisfies readonly EndpointName[];

/** One of them. */
export type ExplorerName = (typeof explorerNames)[number];
