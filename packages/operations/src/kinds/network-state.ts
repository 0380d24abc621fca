import type { NetworkState } from "@heddle/store";
import type { World } from "../services/world.ts";

/** Shows people in which state a network is, where it is not so already. */
export async function showState(world: World, network: string, state: NetworkState): Promise<void> {
  const record = await world.store.networks.get(network);
  if (record !== undefined && record.state !== state) await world.store.networks.update(network, { state });
}
