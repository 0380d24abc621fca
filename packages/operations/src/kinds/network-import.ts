import type { NetworkFile } from "@heddle/network";
import type { NetworkPlace, NodePlace } from "@heddle/runtimes";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import type { SkippedChannel } from "../import/discover.ts";
import type { ImportedChaincode } from "../import/plan.ts";
import { dropStaged } from "../import/staging.ts";
import { organizationNames, organizationSecret } from "../network/identities.ts";
import type { World } from "../services/world.ts";
import { forgetArrival } from "./arrival.ts";
import { showState } from "./network-state.ts";

/** What `network.import` is given. Its keys are not here: they wait sealed in the key store, under the name in `staged`. */
export interface ImportInput {
  readonly spec: NetworkFile;
  readonly nodes: readonly NodePlace[];
  readonly chaincodes: readonly ImportedChaincode[];
  readonly skipped: readonly SkippedChannel[];
  readonly notes: readonly string[];
  readonly staged: string;
}

/** A channel as it was read at the end of an import. */
export interface ReadChannel {
  readonly channel: string;
  /** Number of blocks. */
  readonly height: number;
}

/** What an import has made known. */
export interface ImportResult {
  readonly network: string;
  readonly channels: readonly ReadChannel[];
  readonly skipped: readonly SkippedChannel[];
  readonly notes: readonly string[];
}

/** Imports a network that runs already: notes where its nodes are, keeps the identities, and reads every channel. It writes nothing to the network. */
export function networkImport(world: World): OperationKind<ImportInput> {
  return {
    name: "network.import",
    describe: ({ spec }) => `Import network ${spec.metadata.name}`,
    onFailure: "undo",
    async accept({ input: { spec } }, store) {
      await store.networks.insert({ name: spec.metadata.name, spec, runtime: "imported", state: "creating" });
    },
    begins: async ({ input: { spec } }) => showState(world, spec.metadata.name, "creating"),
    plan: ({ input }) => [placeStep(world, input), identitiesStep(world, input), chaincodesStep(world, input), readStep(world, input)],
    async settled({ input, operationId }, settlement): Promise<ImportResult | undefined> {
      const network = input.spec.metadata.name;
      await dropStaged(world, input.staged);
      if (settlement.state === "succeeded") {
        await world.store.networks.update(network, { state: "ready" });
        const { skipped, notes } = input;
        return { network, channels: settlement.resultOf<readonly ReadChannel[]>("read") ?? [], skipped, notes };
      }
      await forgetArrival(world, network, operationId);
      return undefined;
    },
  };
}

function placeStep(world: World, { spec, nodes }: ImportInput): StepDefinition<ImportInput> {
  const network = spec.metadata.name;
  const runtime = world.runtime("imported");
  return {
    name: "prepare",
    title: "Note where the nodes are",
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
        storage: "kept",
        fabricVersion: spec.spec.fabricVersion,
        cut: "timeout",
        nodes,
        answers: nodes,
      }),
    async undo({ operationId }) {
      world.forget(network);
      await runtime.destroy(network, operationId);
    },
  };
}

function identitiesStep(world: World, { spec, staged }: ImportInput): StepDefinition<ImportInput> {
  const network = spec.metadata.name;
  return {
    name: "identities",
    title: "Keep the identities",
    phase: "identities",
    after: [],
    async probe() {
      const kept = await world.keys.names(network);
      return organizationNames(spec).every((name) => kept.includes(organizationSecret(name)));
    },
    run: async () => world.keys.putSealed(network, await world.keys.sealed(staged)),
    undo: async () => void (await world.keys.deleteFor(network)),
  };
}

/** Rows of the chaincodes that are there, so that they can be called. Nobody has told of their source. */
function chaincodesStep(world: World, { spec, chaincodes }: ImportInput): StepDefinition<ImportInput> {
  const network = spec.metadata.name;
  return {
    name: "chaincodes",
    title: "Note the chaincodes that are deployed",
    phase: "chaincode",
    after: [],
    probe: () => false,
    async run() {
      for (const { channel, name, version, sequence, initRequired } of chaincodes) {
        const detail = {
          name,
          channel,
          version,
          sequence,
          language: "external",
          initRequired,
          label: `${name}_${version}`,
          imported: true,
        };
        await world.store.chaincodes.put({ network, channel, name, version, sequence, packageId: "", detail });
      }
    },
  };
}

/** As whoever was imported, over the connections that everything else will use. */
function readStep(world: World, { spec }: ImportInput): StepDefinition<ImportInput> {
  return {
    name: "read",
    title: "Read every channel",
    phase: "proof",
    after: ["prepare", "identities", "chaincodes"],
    probe: () => false,
    async run(context: StepContext<ImportInput>): Promise<readonly ReadChannel[]> {
      const connections = world.connect(context.result<NetworkPlace>("prepare"));
      return Promise.all(
        spec.spec.channels.map(async ({ name: channel, members }) => {
          const [peer] = members.flatMap((organization) => connections.peersOf(organization));
          if (peer === undefined) throw new RangeError(`the channel ${channel} has no peer`);
          const reader = await connections.identities.reader(peer.organization, members);
          return { channel, height: (await (await connections.peer(peer)).channelInfo(channel, reader)).height };
        }),
      );
    },
    retries: 1,
  };
}
