import type { InventoryItem } from "@heddle/runtimes";
import type { OperationKind, StepDefinition } from "../engine/types.ts";
import type { World } from "../services/world.ts";
import { genesisSetting } from "./network-create.ts";

/** What a deletion removed. */
export interface Receipt {
  readonly network: string;
  readonly removed: ReadonlyArray<{ readonly kind: string; readonly id: string; readonly detail: string }>;
  /** What a scan of the world found afterwards: nothing, or the deletion failed. */
  readonly left: number;
}

/** Deletes a network: processes, folders, ports, keys, rows; then looks whether anything is left. */
export function networkDelete(world: World): OperationKind<Record<string, never>> {
  const requireName = (network: string | undefined): string => {
    if (network === undefined) throw new RangeError("the operation names no network");
    return network;
  };
  return {
    name: "network.delete",
    describe: () => "Delete the network",
    cancellable: false,
    async accept({ network }, store) {
      await store.networks.update(requireName(network), { state: "deleting" });
    },
    plan({ network }) {
      const name = requireName(network);
      const steps: StepDefinition<Record<string, never>>[] = [
        {
          name: "look",
          title: "List all that exists",
          probe: () => false,
          async run() {
            const runtime = await world.runtimeOf(name);
            const keys = await world.keys.names(name);
            const chaincodes = await world.store.chaincodes.list(name);
            return [
              ...(await runtime.inventory(name)),
              ...keys.map((key) => ({ kind: "key", id: key, detail: "sealed in the key store" })),
              ...chaincodes.map((one) => ({ kind: "row", id: `chaincode ${one.channel}/${one.name}`, detail: one.version })),
              { kind: "row", id: `network ${name}`, detail: "definition and proof" },
            ];
          },
        },
        {
          name: "runtime",
          title: "End processes, remove files and ports",
          async probe() {
            const runtime = await world.runtimeOf(name);
            return (await runtime.inventory(name)).length === 0;
          },
          async run() {
            world.forget(name);
            await (await world.runtimeOf(name)).destroy(name);
          },
          retries: 2,
        },
        {
          name: "keys",
          title: "Destroy the keys",
          probe: async () => (await world.keys.names(name)).length === 0,
          run: async () => void (await world.keys.deleteFor(name)),
        },
        {
          name: "settings",
          title: "Remove what was kept for it",
          probe: async () => (await world.store.settings.get(genesisSetting(name))) === undefined,
          run: async () => void (await world.store.settings.delete(genesisSetting(name))),
        },
        {
          name: "verify",
          title: "Look whether anything is left",
          probe: () => false,
          async run() {
            const left: readonly InventoryItem[] = await (await world.runtimeOf(name)).inventory(name);
            const keys = await world.keys.names(name);
            if (left.length + keys.length > 0) throw new Error(`${left.length + keys.length} things are left`);
          },
          retries: 2,
        },
      ];
      return steps;
    },
    async settled({ network }, settlement): Promise<Receipt | undefined> {
      const name = requireName(network);
      if (settlement.state !== "succeeded") return undefined;
      await world.store.networks.delete(name);
      return { network: name, removed: settlement.resultOf<Receipt["removed"]>("look") ?? [], left: 0 };
    },
  };
}
