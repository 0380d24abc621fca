import { setTimeout as pause } from "node:timers/promises";
import {
  computeConfigUpdate,
  configFromBlock,
  ConfigUpdateError,
  createConfigUpdateEnvelope,
  rehearseConfigUpdate,
  type BlockConfig,
  type SigningIdentity,
} from "@heddle/fabric";
import { isHeddleError } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import type { Connections } from "./connections.ts";
import { broadcastToAny } from "./transactions.ts";

const APPLY_TIMEOUT_MS = 30_000;
const LOOK_MS = 20;
/** How long a peer may take to show the update because of which an orderer refused another one. */
const OVERTAKEN_MS = 5000;
const ATTEMPTS = 3;

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
  const reader = await connections.identities.reader(node.organization);
  return configFromBlock(await (await connections.peer(node)).configBlock(channel, reader)).config;
}

/**
 * What a change would make of a channel's configuration, checked as its orderers will check it; nothing is sent.
 * Throws OPERATION_CHANGE_REFUSED, and what the change itself throws.
 */
export async function rehearseChange(
  connections: Connections,
  { channel, nodes, change, signers }: Pick<ChannelChange, "channel" | "nodes" | "change" | "signers">,
): Promise<{ readonly before: Config; readonly after: Config }> {
  const [first] = nodes;
  if (first === undefined) throw new RangeError(`the channel ${channel} has no peer`);
  const before = await currentConfig(connections, first, channel);
  const after = change(before);
  if (after === before) return { before, after };
  try {
    await rehearseConfigUpdate(channel, before, after, signers);
  } catch (cause) {
    if (!(cause instanceof ConfigUpdateError) && !isHeddleError(cause, "FABRIC_CONFIG_INVALID")) throw cause;
    throw operationErrors.create("OPERATION_CHANGE_REFUSED", { channel, reason: cause.message }, { cause });
  }
  return { before, after };
}

/**
 * Changes a channel's configuration and waits until every given peer has it. An update that another one
 * overtakes is made anew from what that one left.
 * Throws OPERATION_CHANGE_REFUSED with nothing sent, FABRIC_REFUSED with the orderer's text, OPERATION_CONFIG_NOT_APPLIED.
 */
export async function changeChannel(connections: Connections, request: ChannelChange): Promise<void> {
  const { channel, signers, signal } = request;
  for (let attempt = 1; ; attempt += 1) {
    const { before, after } = await rehearseChange(connections, request);
    if (after === before) return untilEverywhere(connections, request, before.sequence);
    const envelope = await createConfigUpdateEnvelope(computeConfigUpdate(channel, before, after), signers, signers[0]);
    try {
      await broadcastToAny(connections, envelope, signal);
    } catch (error) {
      const isRefused = isHeddleError(error, "FABRIC_REFUSED") && attempt < ATTEMPTS;
      if (isRefused && (await isOvertaken(connections, request, before.sequence))) continue;
      throw error;
    }
    return untilEverywhere(connections, request, before.sequence + 1n);
  }
}

/** Whether the first peer soon has a later configuration than the one that an update was made from. */
async function isOvertaken(connections: Connections, { channel, nodes, signal }: ChannelChange, sequence: bigint): Promise<boolean> {
  const [first] = nodes;
  const deadline = AbortSignal.timeout(OVERTAKEN_MS);
  while (first !== undefined && !deadline.aborted) {
    if ((await currentConfig(connections, first, channel)).sequence > sequence) return true;
    await pause(LOOK_MS, undefined, { signal });
  }
  return false;
}

async function untilEverywhere(connections: Connections, request: ChannelChange, sequence: bigint): Promise<void> {
  const { channel, network, nodes, signal } = request;
  const deadline = AbortSignal.timeout(APPLY_TIMEOUT_MS);
  for (const node of nodes) {
    while ((await currentConfig(connections, node, channel)).sequence < sequence) {
      if (deadline.aborted) throw operationErrors.create("OPERATION_CONFIG_NOT_APPLIED", { channel, peer: node.name, network });
      await pause(LOOK_MS, undefined, { signal });
    }
  }
}
