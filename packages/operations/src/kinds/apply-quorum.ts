import { setTimeout as pause } from "node:timers/promises";
import { bftQuorum, withConsenters } from "@heddle/fabric";
import { nodesOf, type NetworkFile } from "@heddle/network";
import type { StepDefinition } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import { consenterOf, ordererPlaces } from "../network/channel-spec.ts";
import { rehearseChange } from "../network/channel-update.ts";
import { listed, nodeChanges } from "../network/node-changes.ts";
import { imaginedSurroundings } from "../network/surroundings.ts";
import type { World } from "../services/world.ts";
import { keptChannels } from "./apply-channels.ts";
import { reviving } from "./reviving.ts";

/** How long orderers that have just been started may take to be in step. */
const IN_STEP_MS = 30_000;
const LOOK_MS = 50;

/** Checks, as the orderers will, that every channel that stays takes the orderers of the second file. Throws OPERATION_CHANGE_REFUSED. */
export async function rehearseOrderers(world: World, from: NetworkFile, to: NetworkFile): Promise<void> {
  if (!changesOrderers(from, to)) return;
  const { connections } = await world.network(to.metadata.name);
  const { place, materials } = await imaginedSurroundings(world, from, to);
  const { name: organization } = to.spec.ordering.organization;
  const material = materials.get(organization);
  if (material === undefined) throw new RangeError(`${organization} has no identities`);
  const consenters = ordererPlaces(to, place).map((node) => consenterOf(node, material));
  for (const channel of keptChannels(from, to)) {
    const [peer] = channel.members.flatMap((name) => connections.peersOf(name));
    if (peer === undefined) continue;
    await rehearseChange(connections, {
      channel: channel.name,
      change: (config) => withConsenters(config, { organization, consenters }),
      signers: [await connections.identities.admin(organization)],
      nodes: [peer],
    });
  }
}

function changesOrderers(from: NetworkFile, to: NetworkFile): boolean {
  const { added, removed } = nodeChanges(from, to);
  return [...added, ...removed].some(({ kind }) => kind === "orderer");
}

/**
 * The step that looks, before anything is made, whether enough orderers take part in every channel for each of the changes
 * of who does. None where nobody comes or goes.
 */
export function quorumSteps(world: World, from: NetworkFile, to: NetworkFile): StepDefinition[] {
  if (!changesOrderers(from, to)) return [];
  const network = to.metadata.name;
  const { added } = nodeChanges(from, to);
  const staying = new Set(nodesOf(to).map(({ name }) => name));
  const quorum = quorumOf(to.spec.ordering.type);
  const [before, then] = [from, to].map(({ spec }) => spec.ordering.consenters.length);
  const coming = added.filter(({ kind }) => kind === "orderer").length;
  /** What is wrong with a channel; undefined where nothing is. */
  const risk = async (channel: string): Promise<string | undefined> => {
    const { connections } = await world.network(network);
    const present = connections.orderers.filter(({ name }) => nodesOf(from).some((node) => node.name === name));
    const states = await Promise.all(present.map(async (node) => (await connections.participation(node)).info(channel)));
    const inStep = present.filter((_, index) => states[index]?.consensusRelation === "consenter" && states[index].status === "active");
    const stay = inStep.filter(({ name }) => staying.has(name)).length;
    const needed = Math.max(quorum(before ?? 0), quorum((before ?? 0) + coming) - coming);
    if (inStep.length < needed) return `${inStep.length} of ${before ?? 0} take part, and ${needed} are needed`;
    const left = quorum(then ?? 0) - coming;
    return stay < left ? `${stay} of those that stay take part, and ${left} are needed` : undefined;
  };
  const place = async () => (await world.network(network)).place;
  return [
    reviving(world, place, {
      name: "quorum",
      title: "See that enough orderers take part",
      phase: "nodes",
      after: ["ensure"],
      // Once it was looked at: what the steps after it have done changes who takes part.
      probe: (context) => context.resultOf<number>("quorum") !== undefined,
      async run({ signal }): Promise<number> {
        const deadline = performance.now() + IN_STEP_MS;
        for (const { name: channel } of keptChannels(from, to)) {
          for (let reason = await risk(channel); reason !== undefined; reason = await risk(channel)) {
            const orderer = listed([
              ...ordererNames(to).filter((name) => !ordererNames(from).includes(name)),
              ...ordererNames(from).filter((name) => !staying.has(name)),
            ]);
            if (performance.now() > deadline) throw operationErrors.create("OPERATION_QUORUM_AT_RISK", { channel, orderer, reason });
            await pause(LOOK_MS, undefined, { signal });
          }
        }
        return keptChannels(from, to).length;
      },
    }),
  ];
}

/** How many of so many orderers have to agree: more than half of Raft's; of BFT's, all but those that may lie. */
function quorumOf(type: NetworkFile["spec"]["ordering"]["type"]): (all: number) => number {
  return type === "bft" ? bftQuorum : (all) => Math.floor(all / 2) + 1;
}

function ordererNames(file: NetworkFile): string[] {
  return nodesOf(file)
    .filter(({ kind }) => kind === "orderer")
    .map(({ name }) => name);
}
