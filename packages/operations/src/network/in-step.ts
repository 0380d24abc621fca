import { setTimeout as pause } from "node:timers/promises";
import { isHeddleError, type NetworkFile } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import { organizationsOf } from "./channel-settings.ts";
import type { Connections } from "./connections.ts";

const POLL_MS = 100;
/**
 * Waits until a node that was started again has every block that another node of its kind had at the beginning, on each
 * of its channels. Throws OPERATION_NODE_BEHIND when the signal fires first.
 */
export async function untilInStep(file: NetworkFile, connections: Connections, node: NodePlace, signal: AbortSignal): Promise<void> {
  const others = connections.place.nodes.filter(({ kind, name }) => kind === node.kind && name !== node.name);
  for (const channel of file.spec.channels) {
    const members = organizationsOf(channel);
    const isOn = ({ kind, organization }: NodePlace): boolean => kind === "orderer" || members.includes(organization);
    if (!isOn(node)) continue;
    const heights = await Promise.all(others.filter(isOn).map((other) => heightOf(connections, other, channel.name)));
    const wanted = Math.max(1, ...heights.map((height) => height ?? 0));
    await untilHeight(connections, { node, channel: channel.name, wanted }, signal);
  }
}

async function untilHeight(
  connections: Connections,
  { node, channel, wanted }: { readonly node: NodePlace; readonly channel: string; readonly wanted: number },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const height = await heightOf(connections, node, channel);
    if (height !== undefined && height >= wanted) return;
    if (signal.aborted) throw operationErrors.create("OPERATION_NODE_BEHIND", { node: node.name, channel, wanted, height: height ?? 0 });
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Number of blocks that a node has of a channel; undefined where it does not answer, or is not ready to. */
async function heightOf(connections: Connections, node: NodePlace, channel: string): Promise<number | undefined> {
  try {
    if (node.kind === "orderer") {
      const info = await (await connections.participation(node)).info(channel);
      return info?.status === "active" ? info.height : undefined;
    }
    const admin = await connections.identities.admin(node.organization);
    return (await (await connections.peer(node)).channelInfo(channel, admin)).height;
  } catch (error) {
    if (isHeddleError(error)) return undefined;
    throw error;
  }
}
