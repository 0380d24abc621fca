import { nodesOf, validateNetwork, type NetworkFile } from "@heddle/network";
import type { NetworkPlace, NodePlace } from "@heddle/runtimes";
import { storeErrors } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import type { NetworkProof } from "../network/prove.ts";
import { untilInStep } from "../network/in-step.ts";
import { followersFirst } from "../network/leaders.ts";
import type { World } from "../services/world.ts";
import { settingsSteps } from "./apply-settings.ts";
import { baseSetting } from "./network-apply.ts";
import { nodesStep } from "./network-prove.ts";
import { showState } from "./network-state.ts";
import { proofStep } from "./proof-step.ts";

/** What `network.upgrade` is given. */
export interface UpgradeInput {
  /** Such as `3.1`. */
  readonly fabricVersion: string;
  /** Whether channels then get the capabilities of that version, after which no node can go back. */
  readonly capabilities: boolean;
}

/** As numbers, so that 3.10 comes after 3.9. */
function compareVersions(a: string, b: string): number {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [a.split(".").map(Number), b.split(".").map(Number)];
  return major - otherMajor || minor - otherMinor;
}

/** The file with its nodes of another version. */
function versioned(file: NetworkFile, fabricVersion: string): NetworkFile {
  return validateNetwork({ ...file, spec: { ...file.spec, fabricVersion } });
}

/** The file with the capabilities that version 3 brings. */
function capable(file: NetworkFile): NetworkFile {
  const channels = file.spec.channels.map((channel) => ({
    ...channel,
    capabilities: { ...channel.capabilities, channel: "V3_0" as const },
  }));
  return validateNetwork({ ...file, spec: { ...file.spec, channels } });
}

/**
 * Upgrades a network's nodes to a later version of Fabric, one at a time, orderers first and among them the leader last,
 * with a proof after each; then, where it is wanted, the channels' capabilities with a proof after each (Fabric: docs,
 * "Upgrading your components", "Updating the capability level of a channel").
 */
export function networkUpgrade(world: World): OperationKind<UpgradeInput> {
  const nameOf = (network: string | undefined): string => {
    if (network === undefined) throw new RangeError("the operation names no network");
    return network;
  };
  const base = async (network: string, operation: string): Promise<NetworkFile> =>
    ((await world.store.settings.get(baseSetting(operation))) as NetworkFile | undefined) ?? world.file(network);
  return {
    name: "network.upgrade",
    describe: ({ fabricVersion }) => `Upgrade the network to Fabric ${fabricVersion}`,
    async check({ input: { fabricVersion, capabilities }, network }) {
      const name = nameOf(network);
      const { spec } = await world.file(name);
      const refuse = (reason: string): Error => operationErrors.create("OPERATION_UPGRADE_REFUSED", { network: name, reason });
      const order = compareVersions(fabricVersion, spec.fabricVersion);
      if (order < 0) throw refuse(`it is of version ${spec.fabricVersion}, and nodes do not go back`);
      const capable = spec.channels.every((channel) => channel.capabilities.channel === "V3_0");
      if (order === 0 && (!capabilities || capable)) throw refuse(`it is of version ${spec.fabricVersion} already`);
      if (capabilities && compareVersions(fabricVersion, "3.0") < 0) throw refuse("capabilities of version 3 need nodes of version 3");
      await world.runtime(spec.runtime).requireUsable?.(fabricVersion);
    },
    async accept({ network, operationId }, store) {
      const name = nameOf(network);
      const record = await store.networks.get(name);
      if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name });
      // What the nodes are at the beginning: the plan has to be the same whenever it is made.
      await store.settings.put(baseSetting(operationId), record.spec);
      await store.networks.update(name, { state: "changing" });
    },
    begins: ({ network }) => showState(world, nameOf(network), "changing"),
    async plan({ input: { fabricVersion, capabilities }, network, operationId }) {
      const name = nameOf(network);
      const before = await base(name, operationId);
      const after = versioned(before, fabricVersion);
      const count = nodesOf(before).length;
      const turns = Array.from({ length: count }, (_, index) => nodeSteps(world, before, { index, count, fabricVersion }));
      const steps: StepDefinition[] = [nodesStep(world, name), orderStep(world, name), ...turns.flat()];
      if (capabilities) {
        for (const step of settingsSteps(world, after, capable(after), [])) {
          // What a channel has been asked to be able to cannot be taken back while later nodes may use it.
          const forward = { ...step };
          delete forward.undo;
          const channel = step.name.slice(step.name.indexOf(":") + 1);
          steps.push({ ...forward, title: `Give channel ${channel} the capabilities of version 3`, after: undefined });
          steps.push(proofBetween(world, before, `proof:${channel}`));
        }
      }
      steps.push(proofBetween(world, before, "proof"));
      return steps as StepDefinition<UpgradeInput>[];
    },
    async settled({ input: { fabricVersion, capabilities }, network, operationId }, settlement) {
      const name = nameOf(network);
      const proof = settlement.resultOf<NetworkProof>("proof");
      const before = await base(name, operationId);
      const after = capabilities ? capable(versioned(before, fabricVersion)) : versioned(before, fabricVersion);
      const succeeded = settlement.state === "succeeded" && proof !== undefined;
      await world.store.transaction(async ({ networks, settings }) => {
        await networks.update(
          name,
          succeeded
            ? { spec: after, state: "ready", proof: { ...proof, phases: settlement.phases } }
            : { state: settlement.undone ? "ready" : "failed" },
        );
        if (succeeded || settlement.undone) await settings.delete(baseSetting(operationId));
      });
      return succeeded ? { fabricVersion, capabilities, proof } : undefined;
    },
  };
}

const ORDER = "order";

/** Which node comes when: decided once, since leaders change with every restart. */
function orderStep(world: World, network: string): StepDefinition {
  return {
    name: ORDER,
    title: "Decide the order: orderers first, the leader last of them, then peers",
    phase: "nodes",
    probe: (context) => context.resultOf<string[]>(ORDER) !== undefined,
    async run() {
      const { nodes } = (await world.network(network)).place;
      const orderers = await followersFirst(nodes.filter(({ kind }) => kind === "orderer"));
      // An older peer reads what a newer orderer writes, not the other way round.
      return [...orderers, ...nodes.filter(({ kind }) => kind === "peer").map(({ name }) => name)];
    },
    retries: 1,
  };
}

interface NodeTurn {
  readonly index: number;
  readonly count: number;
  readonly fabricVersion: string;
}

/** The steps of one node's turn: the other version, and a proof that the network works with it. */
function nodeSteps(world: World, file: NetworkFile, { index, count, fabricVersion }: NodeTurn): StepDefinition[] {
  const network = file.metadata.name;
  const at = async (context: StepContext): Promise<{ place: NetworkPlace; node: NodePlace }> => {
    const { place } = await world.network(network);
    const name = context.result<string[]>(ORDER)[index];
    const node = place.nodes.find((one) => one.name === name);
    if (node === undefined) throw new RangeError(`the node ${String(name)} has no place`);
    return { place, node };
  };
  const bring = async (context: StepContext, version: string): Promise<void> => {
    const { place, node } = await at(context);
    const runtime = await world.runtimeOf(network);
    context.log(`${node.name}: Fabric ${node.fabricVersion ?? place.fabricVersion ?? "?"} to ${version}`);
    const versionedPlace = await runtime.useVersion(place, [node.name], version);
    context.faultPoint("versioned");
    await runtime.restartNodes(versionedPlace, [node.name], context.signal);
    world.forget(network);
    await untilInStep(file, world.connect(versionedPlace), node, context.signal);
  };
  return [
    {
      name: `upgrade:${index + 1}`,
      title: `Upgrade node ${index + 1} of ${count}`,
      phase: "nodes",
      timeoutMs: 300_000,
      points: ["versioned"],
      // A place can have been told of the version without the node having been restarted: restarting it once more does no harm.
      probe: () => false,
      run: (context) => bring(context, fabricVersion),
      undo: (context) => bring(context, file.spec.fabricVersion),
      retries: 1,
    },
    proofBetween(world, file, `proof:${index + 1}`),
  ];
}

function proofBetween(world: World, file: NetworkFile, name: string): StepDefinition {
  return {
    ...proofStep(world, { file: () => file, place: async () => (await world.network(file.metadata.name)).place }),
    name,
    phase: name === "proof" ? "proof" : "nodes",
  };
}
