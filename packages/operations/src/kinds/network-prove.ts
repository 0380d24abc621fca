import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import type { NetworkProof } from "../network/prove.ts";
import type { World } from "../services/world.ts";
import { proofStep } from "./proof-step.ts";

function requireName(network: string | undefined): string {
  if (network === undefined) throw new RangeError("the operation names no network");
  return network;
}

/** Brings a network's processes back where they have ended, before steps that need them. */
export function nodesStep(world: World, network: string): StepDefinition {
  return {
    name: "ensure",
    title: "See that all processes run",
    phase: "nodes",
    after: [],
    // Nothing is asked that `run` would not ask, and it changes nothing where all runs.
    probe: () => false,
    run: async ({ signal }) => world.revive((await world.network(network)).place, signal),
    retries: 1,
  };
}

/** Starts what should run and does not, then commits a transaction on every peer again. */
export function networkProve(world: World): OperationKind<Record<string, never>> {
  return {
    name: "network.prove",
    describe: () => "Prove that the network works",
    plan({ network }) {
      const name = requireName(network);
      const proof = proofStep(world, {
        file: async () => (await world.network(name)).file,
        place: async (_context: StepContext) => (await world.network(name)).place,
        after: ["ensure"],
      });
      return [nodesStep(world, name), proof] as StepDefinition<Record<string, never>>[];
    },
    async settled({ network }, settlement) {
      const name = requireName(network);
      const proof = settlement.resultOf<NetworkProof>("proof");
      if (settlement.state !== "succeeded" || proof === undefined) return undefined;
      await world.store.networks.update(name, { proof: { ...proof, phases: settlement.phases } });
      return proof;
    },
  };
}
