import { rmSync } from "node:fs";
import path from "node:path";
import type { ChannelLedgers } from "./channels.ts";
import type { Membership } from "./membership.ts";

/** What nodes of a process keep. */
export interface Kept {
  readonly ledgers: ChannelLedgers;
  readonly membership: Membership;
  /** Undefined for networks in memory. */
  readonly directory: string | undefined;
}

/** Where a kept node has what is its own, such as its packages; undefined in memory. */
export function nodeDirectory({ directory }: Pick<Kept, "directory">, node: string): string | undefined {
  return directory === undefined ? undefined : path.join(directory, "nodes", node);
}

/**
 * Notes that nodes have left a channel (Fabric: peer node unjoin); with the last one goes the ledger. Interrupted before
 * that, the ledger stays as one that nobody has joined: a later join begins it anew.
 */
export function forgetChannel({ ledgers, membership }: Kept, nodes: readonly string[], channelId: string): void {
  for (const node of nodes) membership.remove(node, channelId);
  if (!membership.all().includes(channelId)) ledgers.remove(channelId);
}

/** Removes all that a node has kept. */
export function forgetNode(kept: Kept, node: string): void {
  for (const channelId of kept.membership.of(node)) forgetChannel(kept, [node], channelId);
  kept.membership.forget(node);
  const folder = nodeDirectory(kept, node);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
