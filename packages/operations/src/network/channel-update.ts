import { computeConfigUpdate, configFromBlock, createConfigUpdateEnvelope, type BlockConfig, type SigningIdentity } from "@heddle/fabric";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import type { Connections } from "./connections.ts";

const APPLY_TIMEOUT_MS = 30_000;
const LOOK_MS = 20;

type Config = BlockConfig["config"];

/** A change of one channel's configuration. */
export interface ChannelChange {
  readonly network: string;
  readonly channel: string;
  /** A changed copy of the configuration; the same one when nothing has to change. */
  readonly change: (config: Config) => Config;
  /** Whose consent the policies of what changes ask for. The first of them sends it. */
  readonly signers: readonly [SigningIdentity, ...SigningIdentity[]];
  /** Peers that have to have it at the end. */
  readonly nodes: readonly NodePlace[];
  readonly signal: AbortSignal;
}

/** The configuration of a channel, as a peer has it now. */
export async function currentConfig(connections: Connections, node: NodePlace, channel: string): Promise<Config> {
  const admin = await connections.identities.admin(node.organization);
  return configFromBlock(await (await connections.peer(node)).configBlock(channel, admin)).config;
}

/**
 * Changes a channel's configuration and waits until every given peer has it.
 * Throws FABRIC_REFUSED with the orderer's text, OPERATION_CONFIG_NOT_APPLIED.
 */
export async function changeChannel(connections: Connections, request: ChannelChange): Promise<void> {
  const { channel, nodes, signers } = request;
  const [first] = nodes;
  const [orderer] = connections.orderers;
  if (first === undefined || orderer === undefined) throw new RangeError(`the channel ${channel} has no peer or no orderer`);
  const before = await currentConfig(connections, first, channel);
  const after = request.change(before);
  if (after === before) return;
  const envelope = await createConfigUpdateEnvelope(computeConfigUpdate(channel, before, after), signers, signers[0]);
  await (await connections.orderer(orderer)).broadcast(envelope);
  const deadline = AbortSignal.timeout(APPLY_TIMEOUT_MS);
  for (const node of nodes) {
    while ((await currentConfig(connections, node, channel)).sequence <= before.sequence) {
      request.signal.throwIfAborted();
      if (deadline.aborted)
        throw operationErrors.create("OPERATION_CONFIG_NOT_APPLIED", { channel, peer: node.name, network: request.network });
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
  }
}
