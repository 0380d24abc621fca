import type { Repositories } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepDefinition } from "../engine/types.ts";
import type { World } from "../services/world.ts";
import { baseSetting } from "./network-apply.ts";
import { warnedSetting } from "../certificates/warnings.ts";
import { genesisSetting } from "../network/genesis-blocks.ts";
import { showState } from "./network-state.ts";

/** One thing that a deletion removes: a process, directory, port, key or row. */
export interface RemovedItem {
  readonly kind: string;
  readonly id: string;
  readonly detail: string;
}

/** What a deletion removed. */
export interface Receipt {
  readonly network: string;
  readonly removed: readonly RemovedItem[];
  /** What a scan of the world found afterwards: nothing, or the deletion failed. */
  readonly left: number;
}

/** Deletes a network: processes, folders, ports, keys, rows; then looks whether anything is left. */
export function networkDelete(world: World): OperationKind<Record<string, never>> {
  const requireName = (network: string | undefined): string => {
    if (network === undefined) throw new RangeError("the operation names no network");
    return network;
  };
  const runtimeItems = async (name: string): Promise<readonly RemovedItem[]> => (await world.runtimeOf(name)).inventory(name);
  return {
    name: "network.delete",
    describe: () => "Delete the network",
    cancellable: false,
    async accept({ network }, store) {
      await store.networks.update(requireName(network), { state: "deleting" });
    },
    begins: ({ network }) => showState(world, requireName(network), "deleting"),
    plan({ network, operationId }) {
      const name = requireName(network);
      const steps: StepDefinition<Record<string, never>>[] = [
        {
          name: "look",
          title: "List all that exists",
          // The first look counts: a later one would miss what has been removed since.
          probe: (context) => context.resultOf<readonly RemovedItem[]>("look") !== undefined,
          run: async () => [...(await runtimeItems(name)), ...(await keyItems(world, name)), ...(await rowItems(world, name, operationId))],
        },
        {
          name: "runtime",
          title: "End processes, remove files and ports",
          probe: async () => (await runtimeItems(name)).length === 0,
          async run() {
            world.forget(name);
            await (await world.runtimeOf(name)).destroy(name);
          },
          retries: 2,
        },
        {
          name: "keys",
          title: "Destroy the keys",
          probe: async () => (await keyItems(world, name)).length === 0,
          run: async () => void (await world.keys.deleteFor(name)),
        },
        {
          name: "settings",
          title: "Remove what was kept for it",
          probe: async () => (await settingsOf(world.store, name)).length === 0,
          async run() {
            for (const key of await settingsOf(world.store, name)) await world.store.settings.delete(key);
          },
        },
        {
          name: "verify",
          title: "Look whether anything is left",
          probe: () => false,
          async run() {
            const settings = (await settingsOf(world.store, name)).map((key) => ({ kind: "row", id: `setting ${key}` }));
            const left = [...(await runtimeItems(name)), ...(await keyItems(world, name)), ...settings];
            const [first] = left;
            if (first !== undefined)
              throw operationErrors.create("OPERATION_NOT_REMOVED", {
                network: name,
                count: left.length,
                first: `${first.kind} ${first.id}`,
              });
            return left.length;
          },
          retries: 2,
        },
      ];
      return steps;
    },
    async settled({ network, operationId }, settlement): Promise<Receipt | undefined> {
      const name = requireName(network);
      if (settlement.state !== "succeeded") {
        await showState(world, name, "failed");
        return undefined;
      }
      await world.store.transaction(async ({ networks, operations }) => {
        // This operation stays: it is the receipt.
        await operations.deleteFor(name, operationId);
        await networks.delete(name);
      });
      return {
        network: name,
        removed: settlement.resultOf<Receipt["removed"]>("look") ?? [],
        left: settlement.resultOf<number>("verify") ?? 0,
      };
    },
  };
}

async function keyItems({ keys, store }: World, network: string): Promise<RemovedItem[]> {
  const dataKey = await store.secrets.dataKey(network);
  return [
    ...(await keys.names(network)).map((id) => ({ kind: "key", id, detail: "sealed in the key store" })),
    ...(dataKey === undefined ? [] : [{ kind: "key", id: "data key", detail: `sealed under master key ${dataKey.masterKeyId}` }]),
  ];
}

async function rowItems({ store }: World, network: string, except: string): Promise<RemovedItem[]> {
  const record = await store.networks.get(network);
  const chaincodes = await store.chaincodes.list(network);
  const operations = (await operationsOf(store, network)).filter(({ id }) => id !== except);
  const events = await store.events.count(network, except);
  const indexed = await store.explorer.channels(network);
  return [
    ...(record === undefined ? [] : [{ kind: "row", id: `network ${network}`, detail: "definition and proof" }]),
    ...chaincodes.map((one) => ({ kind: "row", id: `chaincode ${one.channel}/${one.name}`, detail: one.version })),
    ...(await settingsOf(store, network)).map((key) => ({ kind: "row", id: `setting ${key}`, detail: "kept while the network was there" })),
    ...operations.map(({ id, summary, state }) => ({
      kind: "row",
      id: `operation ${id}`,
      detail: `${summary}: ${state}, with its journal`,
    })),
    ...indexed.map(({ channel, next }) => ({ kind: "row", id: `index of ${channel}`, detail: `${next} blocks of the explorer` })),
    ...(events === 0 ? [] : [{ kind: "row", id: `events of ${network}`, detail: String(events) }]),
  ];
}

function operationsOf(store: Repositories, network: string) {
  return store.operations.list({ network, limit: 1_000_000 });
}

/** Keys of the settings that are kept for a network and for its operations. */
async function settingsOf(store: Repositories, network: string): Promise<string[]> {
  const candidates = [
    genesisSetting(network),
    warnedSetting(network),
    ...(await operationsOf(store, network)).map(({ id }) => baseSetting(id)),
  ];
  const kept = await Promise.all(candidates.map(async (key) => ((await store.settings.get(key)) === undefined ? [] : [key])));
  return kept.flat();
}
