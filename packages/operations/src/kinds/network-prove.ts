import type { OperationKind } from "../engine/types.ts";
import { proveNetwork, type NetworkProof } from "../network/prove.ts";
import type { World } from "../services/world.ts";

function requireName(network: string | undefined): string {
  if (network === undefined) throw new RangeError("the operation names no network");
  return network;
}

/** Starts what should run and does not, then commits a transaction on every peer again. */
export function networkProve(world: World): OperationKind<Record<string, never>> {
  return {
    name: "network.prove",
    describe: () => "Prove that the network works",
    plan: ({ network }) => [
      {
        name: "ensure",
        title: "See that all processes run",
        phase: "nodes",
        probe: () => false,
        async run() {
          const { runtime, place } = await world.network(requireName(network));
          return runtime.ensure(place);
        },
      },
      {
        name: "proof",
        title: "Commit a transaction on every peer",
        phase: "proof",
        probe: () => false,
        async run(context) {
          const { file, connections } = await world.network(requireName(network));
          return proveNetwork(file, connections, context.signal);
        },
        retries: 1,
      },
    ],
    async settled({ network }, settlement) {
      const name = requireName(network);
      const proof = settlement.resultOf<NetworkProof>("proof");
      if (settlement.state !== "succeeded" || proof === undefined) return undefined;
      await world.store.networks.update(name, { proof: { ...proof, phases: settlement.phases } });
      return proof;
    },
  };
}
