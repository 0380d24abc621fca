import type { NetworkChannel, NetworkFile, NodeSpec } from "@heddle/network";
import type { StepDefinition } from "../engine/types.ts";
import { peersLeave, removeChannel, withoutChannel } from "../network/channel-removal.ts";
import { organizationsOf } from "../network/channel-settings.ts";
import { hasGenesisBlocks, keepGenesisBlocks } from "../network/genesis-blocks.ts";
import { nodeChanges } from "../network/node-changes.ts";
import type { World } from "../services/world.ts";
import { joinSteps } from "./channel-join.ts";

/** Channels that the first file has and the second has not. */
export function channelsOnlyIn(file: NetworkFile, other: NetworkFile): NetworkChannel[] {
  return file.spec.channels.filter(({ name }) => !other.spec.channels.some((one) => one.name === name));
}

/** Channels that both files have, as the second says. */
export function keptChannels(from: NetworkFile, to: NetworkFile): NetworkChannel[] {
  return to.spec.channels.filter(({ name }) => from.spec.channels.some((one) => one.name === name));
}

/** Whether a peer comes to a channel that is there: with its organisation, or to an organisation that is on it. */
function isArriving(peer: { channel: NetworkChannel; organization: string; isNew: boolean }, from: NetworkFile): boolean {
  const { channel, organization, isNew } = peer;
  if (!organizationsOf(channel).includes(organization)) return false;
  const before = from.spec.channels.find(({ name }) => name === channel.name);
  return isNew || before === undefined || !organizationsOf(before).includes(organization);
}

/** Peers that come to channels that are there, by channel and organisation. */
export function arrivals(
  from: NetworkFile,
  to: NetworkFile,
): { readonly channel: NetworkChannel; readonly organization: string; readonly peers: readonly string[] }[] {
  const fresh = new Set(nodeChanges(from, to).added.map(({ name }) => name));
  return keptChannels(from, to).flatMap((channel) =>
    to.spec.organizations.flatMap(({ name: organization, domain, peers }) => {
      const arriving = peers
        .map(({ name }) => `${name}.${domain}`)
        .filter((name) => isArriving({ channel, organization, isNew: fresh.has(name) }, from));
      return arriving.length === 0 ? [] : [{ channel, organization, peers: arriving }];
    }),
  );
}

/** The steps with which nodes join: all of them the new channels, whose first blocks are made before, and peers those they come to. */
export function joiningSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const added = channelsOnlyIn(to, from);
  const network = to.metadata.name;
  const names = added.map(({ name }) => name).join(", ");
  const place = async () => (await world.network(network)).place;
  const blocks: StepDefinition = {
    name: "blocks",
    title: `Make the genesis block of ${names}`,
    phase: "identities",
    after,
    probe: () => hasGenesisBlocks(world, network, added),
    run: async () => keepGenesisBlocks(world, to, added, await place()),
    /** Whatever joined by these blocks leaves again. */
    async undo({ signal }) {
      for (const { name } of added) await removeChannel(world, network, name, signal);
    },
    timeoutMs: 300_000,
  };
  const fresh = new Set(nodeChanges(from, to).added.map(({ name }) => name));
  const comesTo = ({ kind, name, organization }: NodeSpec): NetworkChannel[] =>
    kind === "peer" ? keptChannels(from, to).filter((channel) => isArriving({ channel, organization, isNew: fresh.has(name) }, from)) : [];
  const joins = joinSteps({
    world,
    file: to,
    wanted: (node) => [
      ...added.filter((channel) => node.kind === "orderer" || organizationsOf(channel).includes(node.organization)),
      ...comesTo(node),
    ],
    place,
    after: added.length === 0 ? after : ["blocks"],
    // From new channels everybody goes with their blocks.
    async undo(node, { signal }) {
      for (const { name } of comesTo(node)) await peersLeave(world, network, name, [node.name], signal);
    },
  });
  return added.length === 0 ? joins : [blocks, ...joins];
}

/**
 * The steps that remove the channels that a file has no longer, one after the other. A removed ledger does not
 * come back: undoing a removal that has begun is to finish it, and the network's file says so at once.
 */
export function removingSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const network = to.metadata.name;
  let before = after;
  return channelsOnlyIn(from, to).map(({ name: channel }) => {
    const remove = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
      const file = await world.file(network);
      await world.store.networks.update(network, { spec: withoutChannel(file, channel) });
      await removeChannel(world, network, channel, signal);
    };
    const step: StepDefinition = {
      name: `remove:${channel}`,
      title: `Remove channel ${channel} from every node`,
      phase: "channels",
      after: before,
      // Asking costs what doing costs where nothing is left to do.
      probe: () => false,
      run: remove,
      undo: remove,
      timeoutMs: 300_000,
      retries: 2,
    };
    before = [step.name];
    return step;
  });
}
