import { setTimeout as pause } from "node:timers/promises";
import {
  computeConfigUpdate,
  consensusState,
  createConfigUpdateEnvelope,
  withBft,
  withMaintenance,
  type BlockConfig,
  type ConsensusState,
} from "@heddle/fabric";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import { storeErrors } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import { consenterOf } from "../network/channel-spec.ts";
import { currentConfig } from "../network/channel-update.ts";
import { ordererConfig, ordererConfigIfServed } from "../network/orderer-config.ts";
import type { NetworkProof } from "../network/prove.ts";
import { broadcastToAny } from "../network/transactions.ts";
import type { World } from "../services/world.ts";
import { baseSetting } from "./network-apply.ts";
import { nodesStep } from "./network-prove.ts";
import { showState } from "./network-state.ts";
import { proofStep } from "./proof-step.ts";
import { reviving } from "./reviving.ts";

type Config = BlockConfig["config"];

const POLL_MS = 100;
/** Orderers elect a leader after the restart, which waits for the slowest of them. */
const STEP_TIMEOUT_MS = 180_000;

/** The file whose orderers agree by BFT. Throws NETWORK_FILE_INVALID. */
function asBft(file: NetworkFile): NetworkFile {
  return validateNetwork({ ...file, spec: { ...file.spec, ordering: { ...file.spec.ordering, type: "bft" } } });
}

/** Why the ordering of a file cannot become BFT, as far as the file tells. */
function obstacle({ spec }: NetworkFile): string | undefined {
  const { ordering, channels, fabricVersion, runtime } = spec;
  const count = ordering.consenters.length;
  if (ordering.type === "bft") return "it is BFT already";
  if (runtime !== "native") return `networks of the runtime ${runtime} do not change their consensus; a new one can be made with type bft`;
  if (fabricVersion === "2.5") return "its nodes are of version 2.5";
  const old = channels.find((channel) => channel.capabilities.channel !== "V3_0");
  if (old !== undefined) return `channel ${old.name} has the capabilities of version 2`;
  if (count < 4 || count % 3 !== 1) return `it has ${count} orderers`;
  return undefined;
}

/**
 * Makes Raft's orderers agree by BFT, on the ledgers that they have: every channel is held for maintenance, changes its
 * consensus, the orderers restart, and the channels are let go (Fabric: docs/source/raft_bft_migration.md). From the
 * change of consensus on there is no way back; until then the operation can be undone.
 */
export function orderingMigrate(world: World): OperationKind<Record<string, never>> {
  const nameOf = (network: string | undefined): string => {
    if (network === undefined) throw new RangeError("the operation names no network");
    return network;
  };
  return {
    name: "ordering.migrate",
    describe: () => "Change the ordering from Raft to BFT",
    async check({ network }) {
      const name = nameOf(network);
      const reason = obstacle(await world.file(name));
      if (reason !== undefined) throw operationErrors.create("OPERATION_MIGRATION_REFUSED", { network: name, reason });
    },
    async accept({ network, operationId }, store) {
      const name = nameOf(network);
      const record = await store.networks.get(name);
      if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name });
      await store.settings.put(baseSetting(operationId), record.spec);
      await store.networks.update(name, { state: "changing" });
    },
    begins: ({ network }) => showState(world, nameOf(network), "changing"),
    async plan({ network }) {
      const name = nameOf(network);
      const file = await world.file(name);
      const channels = file.spec.channels.map((channel) => channel.name);
      const scene = new Migration(world, file);
      const place = async () => (await world.network(name)).place;
      const steps = [
        nodesStep(world, name),
        ...channels.map((channel) => holdStep(scene, channel)),
        ...channels.map((channel) => changeStep(scene, channel)),
        restartStep(scene, "orderer"),
        ...channels.map((channel) => releaseStep(scene, channel)),
        // Peers that have pulled from one orderer pull from several from now on, so that none can hold blocks back.
        restartStep(scene, "peer"),
        proofStep(world, { file: () => file, place }),
      ];
      return steps as StepDefinition<Record<string, never>>[];
    },
    async settled({ network, operationId }, settlement) {
      const name = nameOf(network);
      const proof = settlement.resultOf<NetworkProof>("proof");
      const succeeded = settlement.state === "succeeded" && proof !== undefined;
      const spec = asBft(await world.file(name));
      await world.store.transaction(async ({ networks, settings }) => {
        await networks.update(
          name,
          succeeded
            ? { spec, state: "ready", proof: { ...proof, phases: settlement.phases } }
            : { state: settlement.undone ? "ready" : "failed" },
        );
        if (succeeded || settlement.undone) await settings.delete(baseSetting(operationId));
      });
      return succeeded ? { ordering: "bft", proof } : undefined;
    },
  };
}

/** What the steps have in common: channels are read from orderers and changed by their administrators. */
class Migration {
  readonly world: World;
  readonly file: NetworkFile;

  constructor(world: World, file: NetworkFile) {
    this.world = world;
    this.file = file;
  }

  get network(): string {
    return this.file.metadata.name;
  }

  /** Whether a channel is so on every orderer. */
  async isEverywhere(channel: string, wanted: (state: ConsensusState) => boolean): Promise<boolean> {
    const { connections } = await this.world.network(this.network);
    const configs = await Promise.all(connections.orderers.map((node) => ordererConfigIfServed(connections, node, channel)));
    return configs.every((config) => config !== undefined && wanted(consensusState(config)));
  }

  /** Changes a channel, and waits until every orderer has it. */
  async bring(
    channel: string,
    change: (config: Config, orderers: readonly NodePlace[]) => Promise<Config> | Config,
    signal: AbortSignal,
  ): Promise<void> {
    const { connections } = await this.world.network(this.network);
    const [first] = connections.orderers;
    if (first === undefined) throw new RangeError("the network has no orderer");
    const before = await ordererConfig(connections, first, channel);
    const after = await change(before, connections.orderers);
    const admin = await connections.identities.admin(first.organization);
    if (after !== before)
      await broadcastToAny(
        connections,
        await createConfigUpdateEnvelope(computeConfigUpdate(channel, before, after), [admin], admin),
        signal,
      );
    const wanted = after === before ? before.sequence : before.sequence + 1n;
    for (const node of connections.orderers)
      while (((await ordererConfigIfServed(connections, node, channel))?.sequence ?? -1n) < wanted)
        await pause(POLL_MS, undefined, { signal });
  }

  /** A step that needs living nodes. */
  step(definition: StepDefinition): StepDefinition {
    const place = async () => (await this.world.network(this.network)).place;
    return reviving(this.world, place, { phase: "channels", timeoutMs: STEP_TIMEOUT_MS, ...definition });
  }
}

function holdStep(scene: Migration, channel: string): StepDefinition {
  return scene.step({
    name: `hold:${channel}`,
    title: `Hold channel ${channel} for maintenance`,
    probe: () => scene.isEverywhere(channel, ({ maintenance, type }) => maintenance || type === "BFT"),
    run: ({ signal }) => scene.bring(channel, (config) => withMaintenance(config, true), signal),
    // Where the consensus was changed already the channel is only let go: it cannot be changed back.
    undo: ({ signal }) => scene.bring(channel, (config) => withMaintenance(config, false), signal),
  });
}

function changeStep(scene: Migration, channel: string): StepDefinition {
  return scene.step({
    name: `change:${channel}`,
    title: `Change the consensus of channel ${channel} to BFT`,
    probe: () => scene.isEverywhere(channel, ({ type }) => type === "BFT"),
    run: ({ signal }) =>
      scene.bring(
        channel,
        async (config, orderers) => {
          const material = await scene.world.identities(scene.network).organization(scene.file.spec.ordering.organization.name);
          return withBft(
            config,
            orderers.map((node) => consenterOf(node, material)),
          );
        },
        signal,
      ),
  });
}

/** Restarts all nodes of a kind: orderers at once, since those of two consensus types do not understand each other; peers one by one. */
function restartStep(scene: Migration, kind: "orderer" | "peer"): StepDefinition {
  const name = `restart:${kind}s`;
  return scene.step({
    name,
    title: kind === "orderer" ? "Restart the orderers" : "Restart the peers",
    phase: "nodes",
    probe: () => false,
    async run({ signal }: StepContext) {
      const { runtime, place } = await scene.world.network(scene.network);
      const names = place.nodes.filter((node) => node.kind === kind).map((node) => node.name);
      for (const group of kind === "orderer" ? [names] : names.map((one) => [one])) await runtime.restartNodes(place, group, signal);
      // Connections that were tried while the nodes were down wait before they try again.
      scene.world.forget(scene.network);
    },
  });
}

function isReleased(config: Config): boolean {
  const { type, maintenance } = consensusState(config);
  return type === "BFT" && !maintenance;
}

function releaseStep(scene: Migration, channel: string): StepDefinition {
  return scene.step({
    name: `release:${channel}`,
    title: `Let channel ${channel} go, and every peer catch up`,
    probe: () => false,
    async run({ signal }) {
      await scene.bring(channel, (config) => withMaintenance(config, false), signal);
      const { connections, place } = await scene.world.network(scene.network);
      const members = scene.file.spec.channels.find(({ name }) => name === channel);
      const present = [...(members?.members ?? []), ...(members?.observers ?? [])];
      for (const node of place.nodes.filter(({ kind, organization }) => kind === "peer" && present.includes(organization)))
        // Peers have not seen the channel held: they got no blocks while it was.
        while (!isReleased(await currentConfig(connections, node, channel))) await pause(POLL_MS, undefined, { signal });
    },
  });
}
