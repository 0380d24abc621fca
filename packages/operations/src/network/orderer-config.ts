import { configFromBlock, lastConfigOf, type BlockConfig } from "@heddle/fabric";
import { isHeddleError } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import type { Connections } from "./connections.ts";

/** A channel's configuration as an orderer has it: what peers may not read while the channel is held for maintenance. Throws FABRIC_UNREACHABLE, FABRIC_REFUSED. */
export async function ordererConfig(connections: Connections, node: NodePlace, channelId: string): Promise<BlockConfig["config"]> {
  const client = await connections.orderer(node);
  const identity = await connections.identities.admin(node.organization);
  const number = lastConfigOf(await client.newestBlock(channelId, identity));
  for await (const block of client.blocks({ channelId, identity, start: number, stop: number })) return configFromBlock(block).config;
  throw new RangeError(`the orderer ${node.name} gave no block ${number}`);
}

/** As {@link ordererConfig}; undefined where the orderer does not serve, or not yet. */
export async function ordererConfigIfServed(
  connections: Connections,
  node: NodePlace,
  channelId: string,
): Promise<BlockConfig["config"] | undefined> {
  try {
    return await ordererConfig(connections, node, channelId);
  } catch (error) {
    if (isHeddleError(error)) return undefined;
    throw error;
  }
}
