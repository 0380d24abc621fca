// Networks and transactions as rows of the store, for screens that only read them:
// nobody runs fifty networks to measure a list.
import { presetNetwork, networkFileSchema } from "@heddle/network";
import type { Store } from "@heddle/store";
import { batchOf, BLOCK_SIZE } from "./index-data.ts";

/** The network of 200 nodes: fifty organisations of four peers, less those that order. */
export const WIDE = { name: "wide", organizations: 49, peers: 4, orderers: 4, nodes: 200 } as const;

/** The channel of many transactions. */
export const LEDGER = { network: "net-00", channel: "main", transactions: 100_000 } as const;

const BATCH_BLOCKS = 100;

/** Inserts so many networks, one of them {@link WIDE}. */
export async function fillNetworks(store: Store, count: number): Promise<void> {
  for (let index = 0; index < count - 1; index += 1) {
    const name = `net-${String(index).padStart(2, "0")}`;
    await store.networks.insert({ name, spec: presetNetwork("consortium", { name }), state: "ready", runtime: "embedded" });
  }
  const base = presetNetwork("consortium", { name: WIDE.name });
  const [channel] = base.spec.channels;
  if (channel === undefined) throw new Error("the preset has no channel");
  const organizations = Array.from({ length: WIDE.organizations }, (_none, index) => ({
    name: `Org${index + 1}`,
    peers: Array.from({ length: WIDE.peers }, (_peer, at) => ({ name: `peer${at}` })),
  }));
  const consenters = Array.from({ length: WIDE.orderers }, (_none, at) => ({ name: `orderer${at}` }));
  const spec = networkFileSchema.parse({
    apiVersion: base.apiVersion,
    kind: base.kind,
    metadata: { name: WIDE.name },
    spec: {
      ordering: { consenters },
      organizations,
      channels: [{ name: channel.name, members: organizations.map(({ name }) => name) }],
    },
  });
  await store.networks.insert({ name: WIDE.name, spec, state: "ready", runtime: "embedded" });
}

/** Indexes {@link LEDGER}. */
export async function fillIndex(store: Store): Promise<void> {
  const { network, channel, transactions } = LEDGER;
  const blocks = transactions / BLOCK_SIZE;
  for (let first = 0; first < blocks; first += BATCH_BLOCKS) {
    const open = await store.explorer.open(network, channel);
    if (open === undefined) throw new Error(`there is no network ${network}`);
    await store.explorer.append(open, batchOf(first, Math.min(BATCH_BLOCKS, blocks - first)));
  }
}
