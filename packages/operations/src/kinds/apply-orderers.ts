import { setTimeout as pause } from "node:timers/promises";
import { consenterAddresses, withConsenters, type BlockConfig } from "@heddle/fabric";
import { isHeddleError, nodesOf, type NetworkChannel, type NetworkFile } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import type { StepDefinition } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import { consenterOf } from "../network/channel-spec.ts";
import { organizationsOf } from "../network/channel-settings.ts";
import { changeChannel, type ChannelChange } from "../network/channel-update.ts";
import type { Connections } from "../network/connections.ts";
import { nodeChanges } from "../network/node-changes.ts";
import type { World } from "../services/world.ts";
import { reviving } from "./reviving.ts";

/** How long an orderer may take for the blocks of a channel, and for finding out that it takes part. */
const CATCH_UP_MS = 600_000;
/** How long an orderer that is removed may take to hand over. */
const HAND_OVER_MS = 15_000;
/** How long Raft's leader may take to see that the others live. */
const QUORUM_MS = 60_000;
const LOOK_MS = 50;

/** A channel that stays, and an orderer that begins or ends to take part in it. */
interface Part {
  readonly world: World;
  readonly network: string;
  /** The organisation that runs the orderers. */
  readonly ordering: string;
  /** As both files have it. */
  readonly channel: NetworkChannel;
  /** Names of the peers that are on the channel already: the configuration is read from them, and they have to have it. */
  readonly peers: ReadonlySet<string>;
  readonly orderer: string;
  readonly isRaft: boolean;
}

/**
 * The steps with which orderers begin to take part in channels that are there, and others cease to: one after the other on
 * each channel, each when the one before it is in step, since a configuration may change one consenter at a time
 * (Fabric: orderer/consensus/etcdraft/membership.go). Those that come go first, so that no quorum is smaller than it has to be.
 */
export function ordererSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const { added, removed } = nodeChanges(from, to);
  const network = to.metadata.name;
  const place = async () => (await world.network(network)).place;
  return from.spec.channels.flatMap((channel) => {
    const then = to.spec.channels.find(({ name }) => name === channel.name);
    if (then === undefined) return [];
    const organizations = organizationsOf(channel).filter((name) => organizationsOf(then).includes(name));
    const peers = new Set(
      nodesOf(from)
        .filter(({ organization }) => organizations.includes(organization))
        .map(({ name }) => name),
    );
    const of = (orderer: string): Part => ({
      world,
      network,
      ordering: to.spec.ordering.organization.name,
      channel,
      peers,
      orderer,
      isRaft: to.spec.ordering.type === "raft",
    });
    let before = after;
    return [
      ...added.filter(({ kind }) => kind === "orderer").map(({ name }) => entering(of(name))),
      ...removed.filter(({ kind }) => kind === "orderer").map(({ name }) => leaving(of(name))),
    ].map((step) => {
      const chained = reviving(world, place, { ...step, after: before });
      before = [step.name];
      return chained;
    });
  });
}

function entering(part: Part): StepDefinition {
  const { channel, orderer } = part;
  return {
    name: `order:${channel.name}:${orderer}`,
    title: `${orderer} begins to order channel ${channel.name}`,
    phase: "channels",
    node: orderer,
    timeoutMs: CATCH_UP_MS,
    probe: () => takesPart(part),
    run: ({ signal }) => enter(part, signal),
    undo: ({ signal }) => leave(part, signal),
  };
}

function leaving(part: Part): StepDefinition {
  const { channel, orderer } = part;
  return {
    name: `unorder:${channel.name}:${orderer}`,
    title: `${orderer} ceases to order channel ${channel.name}`,
    phase: "channels",
    node: orderer,
    timeoutMs: CATCH_UP_MS,
    // Asking costs what doing costs where nothing is left to do.
    probe: () => false,
    run: ({ signal }) => leave(part, signal),
    undo: ({ signal }) => enter(part, signal),
  };
}

interface Scene {
  readonly connections: Connections;
  readonly node: NodePlace | undefined;
}

async function sceneOf({ world, network, orderer }: Part): Promise<Scene> {
  const { connections, place } = await world.network(network);
  return { connections, node: place.nodes.find(({ name }) => name === orderer) };
}

function peersOf({ peers }: Part, { place }: Connections): NodePlace[] {
  return place.nodes.filter(({ kind, name }) => kind === "peer" && peers.has(name));
}

async function takesPart(part: Part): Promise<boolean> {
  const { connections, node } = await sceneOf(part);
  if (node === undefined) return false;
  const info = await (await connections.participation(node)).info(part.channel.name);
  return info?.consensusRelation === "consenter" && info.status === "active";
}

/**
 * Joins by the channel's latest configuration, which does not name the orderer, so that it follows; becomes a consenter
 * when it has every block, so that the others wait for it as briefly as can be; and is waited for until it takes part
 * (Fabric: docs/source/create_channel/create_channel_participation.md).
 */
async function enter(part: Part, signal: AbortSignal): Promise<void> {
  const { connections, node } = await sceneOf(part);
  if (node === undefined) throw new RangeError(`the orderer ${part.orderer} has no place`);
  const [peer] = peersOf(part, connections);
  if (peer === undefined) throw new RangeError(`the channel ${part.channel.name} has no peer`);
  const client = await connections.participation(node);
  const channel = part.channel.name;
  if ((await client.info(channel)) === undefined) {
    const admin = await connections.identities.admin(peer.organization);
    await client.join(await (await connections.peer(peer)).configBlock(channel, admin));
  }
  await until(signal, async () => (await client.info(channel))?.status === "active" && (await hasEveryBlock(part, connections, node)));
  await changeConsenters(part, connections, (present) => [...present.filter(({ name }) => name !== node.name), node], signal);
  await until(signal, () => takesPart(part));
}

/** An orderer that is a consenter no longer follows on by itself; it forgets the channel then. */
async function leave(part: Part, signal: AbortSignal): Promise<void> {
  await part.world.revive((await part.world.network(part.network)).place, signal);
  const { connections, node } = await sceneOf(part);
  if (node === undefined) return;
  await changeConsenters(part, connections, (present) => present.filter(({ name }) => name !== node.name), signal);
  const client = await connections.participation(node);
  const channel = part.channel.name;
  // Raft's leader hands over before it follows; BFT's nodes do not tell that they are none any more (Fabric 3.1).
  const handedOver = AbortSignal.any([signal, AbortSignal.timeout(HAND_OVER_MS)]);
  if (part.isRaft)
    await until(handedOver, async () => (await client.info(channel))?.consensusRelation !== "consenter").catch(whenOver(signal));
  if ((await client.info(channel)) !== undefined) await client.remove(channel);
}

async function hasEveryBlock(part: Part, connections: Connections, node: NodePlace): Promise<boolean> {
  const channel = part.channel.name;
  const others = connections.orderers.filter(({ name }) => name !== node.name);
  const heights = await Promise.all(
    [node, ...others].map(async (one) => (await (await connections.participation(one)).info(channel))?.height ?? 0),
  );
  const [own = 0, ...theirs] = heights;
  // Under load the others are always a little ahead.
  return own + 10 >= Math.max(0, ...theirs);
}

async function changeConsenters(
  part: Part,
  connections: Connections,
  wanted: (present: readonly NodePlace[]) => readonly NodePlace[],
  signal: AbortSignal,
): Promise<void> {
  const { network, ordering, channel } = part;
  const material = await connections.identities.organization(ordering);
  const change: ChannelChange = {
    network,
    channel: channel.name,
    change(config: BlockConfig["config"]) {
      const addresses = consenterAddresses(config);
      const present = connections.orderers.filter(({ host, grpc }) => addresses.includes(`${host}:${grpc}`));
      const consenters = wanted(present).map((node) => consenterOf(node, material));
      return withConsenters(config, { organization: ordering, consenters });
    },
    signers: [await connections.identities.admin(ordering)],
    nodes: peersOf(part, connections),
    signal,
  };
  const deadline = performance.now() + QUORUM_MS;
  for (;;) {
    try {
      await changeChannel(connections, change);
      return;
    } catch (error) {
      // Raft's leader takes nobody on or off while it does not see enough of the others; it may not have heard from them yet.
      if (!isHeddleError(error, "FABRIC_REFUSED") || !error.message.includes("quorum loss")) throw error;
      if (performance.now() > deadline)
        throw operationErrors.create(
          "OPERATION_QUORUM_AT_RISK",
          { channel: channel.name, orderer: part.orderer, reason: error.message },
          { cause: error },
        );
    }
    await pause(LOOK_MS, undefined, { signal });
  }
}

/** What took too long is given up; what was told to stop is not. */
function whenOver(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (signal.aborted || !(error instanceof Error && ["AbortError", "TimeoutError"].includes(error.name))) throw error;
  };
}

async function until(signal: AbortSignal, condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(LOOK_MS, undefined, { signal });
}
