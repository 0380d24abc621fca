import type { Settlement } from "../engine/types.ts";
import type { NetworkProof } from "../network/prove.ts";
import type { World } from "../services/world.ts";

/** Forgets a network that did not come to be. Its history goes with it; the operation stays, to tell why there is no network. */
export async function forgetArrival(world: World, network: string, operationId: string): Promise<void> {
  world.forget(network);
  await world.store.transaction(async ({ networks, operations }) => {
    await operations.deleteFor(network, operationId);
    await networks.delete(network);
  });
}

/** Notes how a network's creation or restoring ended; the proof with its seconds where it succeeded. */
export async function settleArrival(
  world: World,
  network: string,
  operationId: string,
  settlement: Settlement,
): Promise<Partial<NetworkProof> | undefined> {
  if (settlement.undone) {
    await forgetArrival(world, network, operationId);
    return undefined;
  }
  if (settlement.state !== "succeeded") {
    await world.store.networks.update(network, { state: "failed" });
    return undefined;
  }
  const measured = settlement.resultOf<NetworkProof>("proof");
  const proof = { ...measured, seconds: settlement.seconds, phases: settlement.phases };
  await world.store.networks.update(network, { state: "ready", proof });
  return proof;
}
