import { nodesOf, type NetworkChannel, type NetworkFile, type NodeSpec } from "@heddle/network";
import type { NetworkPlace, NodePlace } from "@heddle/runtimes";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import { genesisBlock } from "../network/genesis-blocks.ts";
import type { World } from "../services/world.ts";
import { reviving } from "./reviving.ts";

/** Which nodes join what. */
export interface JoinSteps {
  readonly world: World;
  readonly file: NetworkFile;
  /** Channels that a node joins. */
  readonly wanted: (node: NodeSpec) => readonly NetworkChannel[];
  readonly place: (context: StepContext) => Promise<NetworkPlace> | NetworkPlace;
  /** Takes a node off the channels that it has joined here, where nothing else does. */
  readonly undo?: (node: NodeSpec, context: StepContext) => Promise<void>;
  /** Steps that have to be over before an orderer joins. */
  readonly after: readonly string[];
}

/** The name of the step with which a node joins its channels. */
export function joinStep(node: string): string {
  return `join:${node}`;
}

/** A node joins what it lacks, seen from the node. */
function step(
  { world, file, place, undo }: JoinSteps,
  node: NodeSpec,
  after: readonly string[],
  joining: (at: NodePlace, place: NetworkPlace) => Promise<{ missing: readonly string[]; join: (block: Uint8Array) => Promise<unknown> }>,
): StepDefinition {
  const look = async (context: StepContext): ReturnType<typeof joining> => {
    const at = await place(context);
    const target = at.nodes.find(({ name }) => name === node.name);
    if (target === undefined) throw new RangeError(`the ${node.kind} ${node.name} has no place`);
    return joining(target, at);
  };
  return reviving(world, place, {
    name: joinStep(node.name),
    title: `${node.name} joins its channels`,
    phase: "channels",
    node: node.name,
    after,
    probe: async (context) => (await look(context)).missing.length === 0,
    async run(context) {
      const { missing, join } = await look(context);
      for (const channel of missing) await join(await genesisBlock(world, file.metadata.name, channel));
    },
    ...(undo === undefined ? {} : { undo: (context) => undo(node, context) }),
  });
}

/** The steps with which orderers, then peers, join channels by their first blocks; nodes that join none have no step. */
export function joinSteps(options: JoinSteps): StepDefinition[] {
  const { world, file, wanted } = options;
  const nodes = nodesOf(file).filter((node) => wanted(node).length > 0);
  const lacking = (node: NodeSpec, joined: readonly string[]): string[] =>
    wanted(node)
      .map(({ name }) => name)
      .filter((name) => !joined.includes(name));
  const orderers = nodes
    .filter(({ kind }) => kind === "orderer")
    .map((node) =>
      step(options, node, options.after, async (target, at) => {
        const client = await world.connect(at).participation(target);
        return { missing: lacking(node, await client.list()), join: (block) => client.join(block) };
      }),
    );
  const after = [...options.after, ...orderers.map(({ name }) => name)];
  /**
   * Fabric's own peers connect to each other's anchors as soon as they have joined. Two that do so at the same moment end
   * each other's connection, and try again after 6 s (Fabric: gossip/comm, gossip/discovery), so one joins after the other.
   */
  const oneByOne = file.spec.runtime === "native";
  const peers = nodes
    .filter(({ kind }) => kind === "peer")
    .map((node, index, all) => {
      const before = oneByOne ? all.slice(Math.max(0, index - 1), index) : [];
      return step(options, node, [...after, ...before.map(({ name }) => joinStep(name))], async (target, at) => {
        const client = await world.connect(at).peer(target);
        const admin = await world.identities(file.metadata.name).admin(node.organization);
        return { missing: lacking(node, await client.channels(admin)), join: (block) => client.joinChannel(block, admin) };
      });
    });
  return [...orderers, ...peers];
}
