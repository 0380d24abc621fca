import { createGenesisBlock, parseSignaturePolicy, type OrganizationMaterial } from "@heddle/fabric";
import { nodesOf, type NetworkFile } from "@heddle/network";
import type { NetworkPlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import { channelSpec } from "../network/channel-spec.ts";
import { organizationNames, organizationSecret } from "../network/identities.ts";
import { createMaterials, nodeFiles } from "../network/material.ts";
import type { NetworkProof } from "../network/prove.ts";
import { sourceFolder } from "../network/source.ts";
import type { World } from "../services/world.ts";
import { lastChaincodeStep } from "./chaincode-definition.ts";
import { checkPolicy, requireLabel } from "./chaincode-plan.ts";
import { chaincodeSteps } from "./chaincode-steps.ts";
import { showState } from "./network-state.ts";
import { proofStep } from "./proof-step.ts";
import { reviving } from "./reviving.ts";

/** What `network.create` is given. */
export interface CreateInput {
  readonly spec: NetworkFile;
}

/** Blocks 0 by channel, base64. */
type GenesisBlocks = Readonly<Record<string, string>>;

/** The setting that keeps the blocks 0 of a network until it is deleted. */
export function genesisSetting(network: string): string {
  return `genesis/${network}`;
}

/** Throws what the network would fail with later: an unknown runtime, or one whose programs are not there, an unreadable policy, a missing source, a wrong sequence. */
function requireCreatable(file: NetworkFile, world: World): void {
  world.runtime(file.spec.runtime).requireUsable?.();
  for (const { policies } of file.spec.channels) {
    for (const text of [policies.endorsement, policies.lifecycleEndorsement]) {
      if (text !== undefined && !/^\s*(ANY|ALL|MAJORITY)\s+\w+\s*$/.test(text)) parseSignaturePolicy(text);
    }
  }
  for (const chaincode of file.spec.chaincodes) {
    const { name, sequence = 1, source, language, endorsementPolicy } = chaincode;
    sourceFolder(source, language, world.scenarios);
    checkPolicy(endorsementPolicy);
    if (sequence !== 1) throw operationErrors.create("OPERATION_SEQUENCE_NOT_FIRST", { chaincode: name, sequence });
    requireLabel(chaincode, file.spec.chaincodes, world.scenarios);
  }
}

async function loadMaterials(world: World, file: NetworkFile): Promise<Map<string, OrganizationMaterial>> {
  const identities = world.identities(file.metadata.name);
  const entries = await Promise.all(organizationNames(file).map(async (name) => [name, await identities.organization(name)] as const));
  return new Map(entries);
}

function infrastructureSteps(world: World, file: NetworkFile): StepDefinition[] {
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
        const materials = await createMaterials(file);
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
      probe: async () => (await world.store.settings.get(genesisSetting(network))) !== undefined,
      async run(context) {
        const materials = await loadMaterials(world, file);
        const blocks: GenesisBlocks = Object.fromEntries(
          file.spec.channels.map((channel) => [
            channel.name,
            Buffer.from(createGenesisBlock(channelSpec(file, channel, place(context), materials))).toString("base64"),
          ]),
        );
        await world.store.settings.put(genesisSetting(network), blocks);
      },
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

async function genesisBlock(world: World, network: string, channel: string): Promise<Uint8Array> {
  const blocks = (await world.store.settings.get(genesisSetting(network))) as GenesisBlocks | undefined;
  const block = blocks?.[channel];
  if (block === undefined) throw new RangeError(`the first block of ${channel} is not kept`);
  return Buffer.from(block, "base64");
}

function joinSteps(world: World, file: NetworkFile): StepDefinition[] {
  const network = file.metadata.name;
  const nodes = nodesOf(file);
  const connections = (context: StepContext) => world.connect(context.result<NetworkPlace>("prepare"));
  const ordererSteps = nodes
    .filter(({ kind }) => kind === "orderer")
    .map((node): StepDefinition => {
      const missing = async (context: StepContext): Promise<string[]> => {
        const target = connections(context).orderers.find(({ name }) => name === node.name);
        if (target === undefined) return [];
        const joined = await (await connections(context).participation(target)).list();
        return file.spec.channels.map(({ name }) => name).filter((name) => !joined.includes(name));
      };
      return {
        name: `join:${node.name}`,
        title: `${node.name} joins its channels`,
        phase: "channels",
        node: node.name,
        after: ["start", "channels"],
        probe: async (context) => (await missing(context)).length === 0,
        async run(context) {
          const target = connections(context).orderers.find(({ name }) => name === node.name);
          if (target === undefined) throw new RangeError(`the orderer ${node.name} has no place`);
          const client = await connections(context).participation(target);
          for (const channel of await missing(context)) await client.join(await genesisBlock(world, network, channel));
        },
      };
    });
  const peerSteps = nodes
    .filter(({ kind }) => kind === "peer")
    .map((node): StepDefinition => {
      const wanted = file.spec.channels
        .filter(({ members, observers }) => members.includes(node.organization) || observers.includes(node.organization))
        .map(({ name }) => name);
      const missing = async (context: StepContext): Promise<string[]> => {
        const target = connections(context)
          .peersOf(node.organization)
          .find(({ name }) => name === node.name);
        if (target === undefined) return [];
        const joined = await (await connections(context).peer(target)).channels(await world.identities(network).admin(node.organization));
        return wanted.filter((name) => !joined.includes(name));
      };
      return {
        name: `join:${node.name}`,
        title: `${node.name} joins its channels`,
        phase: "channels",
        node: node.name,
        after: ordererSteps.map((step) => step.name),
        probe: async (context) => (await missing(context)).length === 0,
        async run(context) {
          const target = connections(context)
            .peersOf(node.organization)
            .find(({ name }) => name === node.name);
          if (target === undefined) throw new RangeError(`the peer ${node.name} has no place`);
          const client = await connections(context).peer(target);
          const admin = await world.identities(network).admin(node.organization);
          for (const channel of await missing(context)) await client.joinChannel(await genesisBlock(world, network, channel), admin);
        },
      };
    });
  return [...ordererSteps, ...peerSteps].map((step) => reviving(world, (context) => context.result<NetworkPlace>("prepare"), step));
}

/** Creates a network: from a file to a transaction committed on every peer. */
export function networkCreate(world: World): OperationKind<CreateInput> {
  return {
    name: "network.create",
    describe: ({ spec }) => `Create network ${spec.metadata.name}`,
    async accept({ input: { spec } }, store) {
      requireCreatable(spec, world);
      await store.networks.insert({ name: spec.metadata.name, spec, runtime: spec.spec.runtime, state: "creating" });
    },
    begins: async ({ input: { spec } }) => showState(world, spec.metadata.name, "creating"),
    plan({ input: { spec: file } }) {
      const joins = joinSteps(world, file);
      const chaincodes = file.spec.chaincodes.flatMap((chaincode) =>
        chaincodeSteps({
          world,
          file,
          plan: () => ({ ...chaincode, sequence: chaincode.sequence ?? 1, endorsementPolicy: chaincode.endorsementPolicy }),
          name: chaincode.name,
          channel: chaincode.channel,
          place: (context) => Promise.resolve(context.result<NetworkPlace>("prepare")),
          afterPlace: ["prepare"],
          afterJoin: (peer) => [`join:${peer}`],
          ledgersGo: true,
        }),
      );
      const proof = proofStep(world, {
        file: () => file,
        place: (context) => context.result<NetworkPlace>("prepare"),
        after: [...joins.map(({ name }) => name), ...file.spec.chaincodes.map(({ channel, name }) => lastChaincodeStep(channel, name))],
      });
      return [...infrastructureSteps(world, file), ...joins, ...chaincodes, proof] as StepDefinition<CreateInput>[];
    },
    async settled({ input: { spec }, operationId }, settlement) {
      const name = spec.metadata.name;
      if (settlement.undone) {
        world.forget(name);
        await world.store.transaction(async ({ networks, operations }) => {
          // Its history goes with it; this operation stays, to tell why there is no network.
          await operations.deleteFor(name, operationId);
          await networks.delete(name);
        });
        return undefined;
      }
      if (settlement.state !== "succeeded") {
        await world.store.networks.update(name, { state: "failed" });
        return undefined;
      }
      const measured = settlement.resultOf<NetworkProof>("proof");
      const proof = { ...measured, seconds: settlement.seconds, phases: settlement.phases };
      await world.store.networks.update(name, { state: "ready", proof });
      return proof;
    },
  };
}
