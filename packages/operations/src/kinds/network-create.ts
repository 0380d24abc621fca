import type { OrganizationMaterial } from "@heddle/fabric";
import { nodesOf, type NetworkFile } from "@heddle/network";
import type { NetworkPlace } from "@heddle/runtimes";
import { copiedMaterials } from "../backup/identities.ts";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import { buildingFile } from "../network/building-settings.ts";
import { organizationsOf } from "../network/channel-settings.ts";
import { genesisSetting, hasGenesisBlocks, keepGenesisBlocks } from "../network/genesis-blocks.ts";
import { organizationNames, organizationSecret } from "../network/identities.ts";
import { createMaterials, nodeFiles } from "../network/material.ts";
import { sourceFolder } from "../network/source.ts";
import type { World } from "../services/world.ts";
import { settingsSteps } from "./apply-settings.ts";
import { settleArrival } from "./arrival.ts";
import { lastChaincodeStep } from "./chaincode-definition.ts";
import { checkChannelPolicies, checkPolicy, requireLabel } from "./chaincode-plan.ts";
import { chaincodeSteps } from "./chaincode-steps.ts";
import { joinStep, joinSteps } from "./channel-join.ts";
import { showState } from "./network-state.ts";
import { proofStep } from "./proof-step.ts";

/** What `network.create` is given. */
export interface CreateInput {
  readonly spec: NetworkFile;
  /** Id of a backup whose organisations' identities the network takes over; new ones are made where it is left out. */
  readonly identities?: string | undefined;
}

/** Throws what the network would fail with later: an unknown runtime, or one whose programs are not there, an unreadable policy, a missing source, a wrong sequence. */
async function requireCreatable(file: NetworkFile, world: World): Promise<void> {
  await world.runtime(file.spec.runtime).requireUsable?.(file.spec.fabricVersion);
  for (const { policies } of file.spec.channels) checkChannelPolicies(policies);
  for (const chaincode of file.spec.chaincodes) {
    const { name, sequence = 1, source, language, endorsementPolicy } = chaincode;
    sourceFolder(source, language, world.scenarios);
    checkPolicy(endorsementPolicy);
    if (sequence !== 1) throw operationErrors.create("OPERATION_SEQUENCE_NOT_FIRST", { chaincode: name, sequence });
    requireLabel(chaincode, file.spec.chaincodes, world.scenarios);
  }
}

/** The identities of all organisations of a network, by name. */
export async function loadMaterials(world: World, file: NetworkFile): Promise<Map<string, OrganizationMaterial>> {
  const identities = world.identities(file.metadata.name);
  const entries = await Promise.all(organizationNames(file).map(async (name) => [name, await identities.organization(name)] as const));
  return new Map(entries);
}

function infrastructureSteps(world: World, { spec: file, identities }: CreateInput): StepDefinition[] {
  const network = file.metadata.name;
  const runtime = world.runtime(file.spec.runtime);
  const { timeout } = file.spec.ordering.batch;
  const place = (context: StepContext): NetworkPlace => context.result<NetworkPlace>("prepare");
  return [
    {
      name: "prepare",
      title: "Find ports and a place",
      phase: "prepare",
      after: [],
      async probe({ operationId }) {
        const found = await runtime.find(network);
        return found?.owner === operationId && { result: found };
      },
      run: ({ operationId }) =>
        runtime.prepare({
          name: network,
          owner: operationId,
          storage: file.spec.storage,
          fabricVersion: file.spec.fabricVersion,
          cut: timeout === "instant" ? "instant" : "timeout",
          nodes: nodesOf(file),
        }),
      // Only what this operation prepared: there may be something of that name which made it fail.
      undo: async ({ operationId }) => {
        world.forget(network);
        await runtime.destroy(network, operationId);
      },
    },
    {
      name: "identities",
      title: "Make the organisations' identities",
      phase: "identities",
      after: [],
      async probe() {
        const kept = await world.keys.names(network);
        return organizationNames(file).every((name) => kept.includes(organizationSecret(name)));
      },
      async run() {
        const materials = identities === undefined ? await createMaterials(file) : await copiedMaterials(world, file, identities);
        await world.keys.putAll(
          network,
          new Map(materials.map((material) => [organizationSecret(material.name), JSON.stringify(material)])),
        );
      },
      undo: async () => void (await world.keys.deleteFor(network)),
    },
    {
      name: "channels",
      title: "Make the channels' first blocks",
      phase: "identities",
      after: ["prepare", "identities"],
      probe: () => hasGenesisBlocks(world, network, file.spec.channels),
      run: (context) => keepGenesisBlocks(world, buildingFile(file), file.spec.channels, place(context)),
      undo: async () => void (await world.store.settings.delete(genesisSetting(network))),
    },
    {
      name: "start",
      title: "Start the nodes",
      phase: "nodes",
      after: ["prepare", "identities"],
      async probe(context) {
        const observed = await runtime.observe(place(context));
        return observed.filter(({ kind }) => kind !== "chaincode").every(({ state }) => state === "running");
      },
      async run(context) {
        await runtime.deliver(place(context), nodeFiles(place(context), await loadMaterials(world, file)));
        await world.store.networks.update(network, { runtimeRef: place(context) });
        await runtime.start(place(context), context.signal);
      },
      undo: async (context) => {
        const prepared = context.resultOf<NetworkPlace>("prepare");
        if (prepared !== undefined) await runtime.stop(prepared);
      },
      retries: 1,
    },
  ];
}

/**
 * The steps that end the building of a network: its channels get the settings that were asked for, and every peer
 * has them. They come after the proof, whose transaction would have to wait for the batch timeout; the update is itself
 * a transaction that every peer commits.
 */
function finishingSteps(world: World, file: NetworkFile): StepDefinition[] {
  return settingsSteps(world, buildingFile(file), file, ["proof"]).map((step) => ({
    ...step,
    title: `Set the batch size of channel ${step.name.slice("settings:".length)}`,
    // A creation that is undone takes the channels away, settings and all.
    undo: () => undefined,
  }));
}

/** Creates a network: from a file to a transaction committed on every peer. */
export function networkCreate(world: World): OperationKind<CreateInput> {
  return {
    name: "network.create",
    describe: ({ spec }) => `Create network ${spec.metadata.name}`,
    async check({ input: { spec, identities } }) {
      if (identities !== undefined) await copiedMaterials(world, spec, identities);
    },
    async accept({ input: { spec } }, store) {
      await requireCreatable(spec, world);
      await store.networks.insert({ name: spec.metadata.name, spec, runtime: spec.spec.runtime, state: "creating" });
    },
    begins: async ({ input: { spec } }) => showState(world, spec.metadata.name, "creating"),
    plan({ input }) {
      const { spec: file } = input;
      const joins = joinSteps({
        world,
        file,
        wanted: ({ kind, organization }) =>
          file.spec.channels.filter((channel) => kind === "orderer" || organizationsOf(channel).includes(organization)),
        place: (context) => context.result<NetworkPlace>("prepare"),
        after: ["start", "channels"],
      });
      const chaincodes = file.spec.chaincodes.flatMap((chaincode) =>
        chaincodeSteps({
          world,
          file,
          plan: () => ({ ...chaincode, sequence: chaincode.sequence ?? 1, endorsementPolicy: chaincode.endorsementPolicy }),
          name: chaincode.name,
          channel: chaincode.channel,
          place: (context) => Promise.resolve(context.result<NetworkPlace>("prepare")),
          afterPlace: ["prepare"],
          afterJoin: (peer) => [joinStep(peer)],
          ledgersGo: true,
        }),
      );
      const proof = proofStep(world, {
        file: () => file,
        place: (context) => context.result<NetworkPlace>("prepare"),
        after: [...joins.map(({ name }) => name), ...file.spec.chaincodes.map(({ channel, name }) => lastChaincodeStep(channel, name))],
      });
      return [
        ...infrastructureSteps(world, input),
        ...joins,
        ...chaincodes,
        proof,
        ...finishingSteps(world, file),
      ] as StepDefinition<CreateInput>[];
    },
    settled: ({ input: { spec }, operationId }, settlement) => settleArrival(world, spec.metadata.name, operationId, settlement),
  };
}
