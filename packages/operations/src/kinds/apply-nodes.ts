import { isDeepStrictEqual } from "node:util";
import { nodesOf, type NetworkFile, type NodeSpec } from "@heddle/network";
import type { InventoryItem, NetworkPlace } from "@heddle/runtimes";
import type { StepDefinition } from "../engine/types.ts";
import { peersLeave } from "../network/channel-removal.ts";
import { organizationsOf } from "../network/channel-settings.ts";
import { genesisBlock } from "../network/genesis-blocks.ts";
import { organizationNames } from "../network/identities.ts";
import { nodeFiles } from "../network/material.ts";
import { listed, nodeChanges } from "../network/node-changes.ts";
import type { World } from "../services/world.ts";
import { destroyRemoved } from "./apply-identities.ts";

const START_MS = 180_000;

/** The step that starts the nodes that a file adds. None where it adds none. */
export function startingSteps(world: World, from: NetworkFile, to: NetworkFile): StepDefinition[] {
  const { added } = nodeChanges(from, to);
  const network = to.metadata.name;
  const names = added.map(({ name }) => name);
  if (names.length === 0) return [];
  const extend = async (): Promise<NetworkPlace> => {
    const { place, runtime } = await world.network(network);
    const identities = world.identities(network);
    const organizations = [...new Set([...organizationNames(from), ...organizationNames(to)])];
    const materials = new Map(await Promise.all(organizations.map(async (name) => [name, await identities.organization(name)] as const)));
    const { owner, storage, cut } = place;
    const wanted = { name: network, owner, storage, fabricVersion: to.spec.fabricVersion, cut, nodes: nodesOf(to) };
    const own = (extended: NetworkPlace) => ({ ...extended, nodes: extended.nodes.filter(({ name }) => names.includes(name)) });
    return runtime.extend(place, wanted, (extended) => nodeFiles(own(extended), materials));
  };
  return [
    {
      name: "start",
      title: `Start ${listed(names)}`,
      phase: "nodes",
      after: ["issue"],
      points: ["placed"],
      async probe() {
        const { place, runtime } = await world.network(network);
        const running = new Set((await runtime.observe(place)).filter(({ state }) => state === "running").map(({ name }) => name));
        return names.every((name) => running.has(name));
      },
      async run(context) {
        const place = await extend();
        await world.store.networks.update(network, { runtimeRef: place });
        context.faultPoint("placed");
        await (await world.runtimeOf(network)).start(place, context.signal);
      },
      undo: async () => void (await shrink(world, network, names)),
      timeoutMs: START_MS,
      retries: 1,
    },
  ];
}

/** Takes nodes out of the world; what went. */
async function shrink(world: World, network: string, names: readonly string[]): Promise<readonly InventoryItem[]> {
  const { place, runtime } = await world.network(network);
  const before = await runtime.inventory(network);
  const left = await runtime.shrink(place, names);
  await world.store.networks.update(network, { runtimeRef: left });
  const after = await runtime.inventory(network);
  return before.filter((item) => !after.some(({ kind, id }) => kind === item.kind && id === item.id));
}

/** The steps with which the peers of an organisation that leaves a channel leave it; peers that go altogether need none. */
export function leavingSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const network = to.metadata.name;
  const staying = new Set(nodesOf(to).map(({ name }) => name));
  return nodesOf(from).flatMap((node): StepDefinition[] => {
    const channels = leftBy(from, to, node);
    if (node.kind !== "peer" || channels.length === 0 || !staying.has(node.name)) return [];
    return [
      {
        name: `leave:${node.name}`,
        title: `${node.name} leaves ${listed(channels)}`,
        phase: "channels",
        node: node.name,
        after,
        // Asking costs what doing costs where nothing is left to do.
        probe: () => false,
        async run({ signal }) {
          for (const channel of channels) await peersLeave(world, network, channel, [node.name], signal);
        },
        // The channel's configuration lets its organisation read again after this; the peer asks until then.
        async undo({ signal }) {
          await world.revive((await world.network(network)).place, signal);
          const { connections, place } = await world.network(network);
          const at = place.nodes.find(({ name }) => name === node.name);
          if (at === undefined) throw new RangeError(`the peer ${node.name} has no place`);
          const [client, admin] = [await connections.peer(at), await connections.identities.admin(node.organization)];
          const joined = await client.channels(admin);
          for (const channel of channels)
            if (!joined.includes(channel)) await client.joinChannel(await genesisBlock(world, network, channel), admin);
        },
        timeoutMs: 300_000,
        retries: 2,
      },
    ];
  });
}

/** Channels, among those that both files have, which a node's organisation is on no longer. */
function leftBy(from: NetworkFile, to: NetworkFile, { organization }: NodeSpec): string[] {
  return to.spec.channels.flatMap((channel) => {
    const before = from.spec.channels.find(({ name }) => name === channel.name);
    const leaves =
      before !== undefined && organizationsOf(before).includes(organization) && !organizationsOf(channel).includes(organization);
    return leaves ? [channel.name] : [];
  });
}

/** What a removal took out of the world. */
export type DroppedItems = readonly InventoryItem[];

/**
 * The step that removes the nodes that a file has no longer, with all they keep. It comes after the proof that the network
 * works without them. Ledgers that are gone do not come back: undoing a removal that has begun is to finish it, and
 * the network's file says so at once.
 */
export function droppingSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const names = nodeChanges(from, to).removed.map(({ name }) => name);
  if (names.length === 0) return [];
  const network = to.metadata.name;
  const drop = async (): Promise<DroppedItems> => {
    await world.store.networks.update(network, { spec: to });
    return shrink(world, network, names);
  };
  return [
    {
      name: "drop",
      title: `Remove ${listed(names)} with all they keep`,
      phase: "nodes",
      after,
      async probe(context) {
        const { place, file } = await world.network(network);
        const gone = isDeepStrictEqual(file, to) && !place.nodes.some(({ name }) => names.includes(name));
        return gone && { result: context.resultOf<DroppedItems>("drop") ?? [] };
      },
      run: drop,
      async undo() {
        await drop();
        await destroyRemoved(world, from, to);
      },
      timeoutMs: START_MS,
      retries: 2,
    },
  ];
}

/**
 * The steps of a change before nodes are removed. Once that has begun, the network is as its file says: what was done is not
 * looked for again, since the keys to look with may be gone, and is not undone; what has not been done is left out.
 */
export function untilDropped(world: World, from: NetworkFile, to: NetworkFile, steps: readonly StepDefinition[]): StepDefinition[] {
  if (nodeChanges(from, to).removed.length === 0) return [...steps];
  const hasBegun = async (): Promise<boolean> => isDeepStrictEqual(await world.file(to.metadata.name), to);
  return steps.map((step) => ({
    ...step,
    probe: async (context) => (await hasBegun()) || step.probe(context),
    ...(step.undo === undefined
      ? {}
      : {
          async undo(context) {
            if (!(await hasBegun())) await step.undo?.(context);
          },
        }),
  }));
}
