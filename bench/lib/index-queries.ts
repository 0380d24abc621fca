// Every list and search that the API has of the explorer, to be asked of an index of {@link batchOf}.
import type { IndexedChannel, Store } from "@heddle/store";
import { createExplorerHandlers } from "../../apps/server/src/handlers/explorer.ts";
import { hashOf, HOT_KEY, idOf, NAMESPACE, timeOf } from "./index-data.ts";
import { record } from "./ledger.ts";

export const NETWORK = "bench";
export const CHANNEL = "main";

type Query = (random: () => number) => Promise<number>;

/** Every list and search of the API's group, through its own handlers: the answer is the number of things found. */
export function queriesOf(store: Store, channel: IndexedChannel, transactions: number): Readonly<Record<string, Query>> {
  const handlers = createExplorerHandlers({
    store,
    backend: () => Promise.reject(new Error("these questions need no network")),
  } as unknown as Parameters<typeof createExplorerHandlers>[0]);
  const params = { name: NETWORK, channel: CHANNEL };
  const blocks = channel.next;
  const request = <Given extends object>(given: Given) => ({ signal: AbortSignal.timeout(60_000), ...given }) as never;
  const search = async (q: string): Promise<number> =>
    (await handlers.search(request({ params: { name: NETWORK }, query: { q, limit: 20 } }))).hits.length;
  const list = async (filter: object): Promise<number> =>
    (await handlers.listTransactions(request({ params, query: { limit: 50, ...filter } }))).transactions.length;
  const state = async (query: object): Promise<number> =>
    (await handlers.listState(request({ params: { ...params, chaincode: NAMESPACE }, query: { limit: 50, ...query } }))).entries.length;
  const history = async (key: string): Promise<number> =>
    (await handlers.keyHistory(request({ params: { ...params, chaincode: NAMESPACE }, query: { key, limit: 50 } }))).changes.length;
  const page = async (before?: number): Promise<number> =>
    (await handlers.listBlocks(request({ params, query: { limit: 50, ...(before === undefined ? {} : { before }) } }))).blocks.length;
  const any = (random: () => number): number => Math.floor(random() * transactions);
  /** The number of a transaction that wrote a key of its own. */
  const lot = (random: () => number): number => Math.floor(any(random) / 10) * 10 + 3;
  return {
    "search: beginning of a transaction id": (random) => search(idOf(any(random)).slice(0, 12)),
    "search: whole transaction id": (random) => search(idOf(any(random))),
    "search: block number": (random) => search(String(Math.floor(random() * blocks))),
    "search: block hash": (random) => search(hashOf(`block ${Math.floor(random() * blocks)}`).toString("hex")),
    "search: beginning of a key": (random) => search(record(lot(random)).key.slice(0, 9)),
    "search: whole key": (random) => search(record(lot(random)).key),
    "search: a word that one value in eight has": () => search("cheese"),
    "search: a word that every value has": () => search("inspected"),
    "search: two words, both frequent": (random) => search(`honey farm${Math.floor(random() * 997)}`),
    "search: two words that never meet": () => search("apple barley"),
    "search: three frequent words that never meet": () => search("inspected apple barley"),
    "search: a beginning of words that every value has": () => search("in"),
    "search: a word nobody wrote": () => search("zzyzx"),
    "search: chaincode": () => search("trade"),
    "search: creator": () => search("carrier"),
    "list: newest transactions": () => list({}),
    "list: from the middle": (random) => list({ before: `${Math.floor(random() * blocks)}:3` }),
    "list: of a chaincode": () => list({ chaincode: NAMESPACE }),
    "list: of a chaincode seldom called": () => list({ chaincode: "audit" }),
    "list: of a creator": () => list({ creator: "Org2MSP/app" }),
    "list: of an organisation": () => list({ creator: "Org1MSP" }),
    "list: by code": () => list({ code: "MVCC_READ_CONFLICT" }),
    "list: by a code that no one has": () => list({ code: "BAD_PAYLOAD" }),
    "list: chaincode, creator, code": () => list({ chaincode: NAMESPACE, creator: "Org2MSP/app", code: "VALID" }),
    "list: chaincode and creator, both frequent, that never meet": () => list({ chaincode: "asset", creator: "Org2MSP/app" }),
    "list: chaincode and creator that never meet": () => list({ chaincode: "audit", creator: "Org1MSP/Admin" }),
    "list: chaincode, creator, code, an hour": (random) => {
      const from = any(random);
      return list({
        chaincode: NAMESPACE,
        creator: "Org3MSP/carrier",
        code: "VALID",
        from: timeOf(from).toISOString(),
        to: timeOf(from + 3600).toISOString(),
      });
    },
    "list: an hour": (random) => {
      const from = any(random);
      return list({ from: timeOf(from).toISOString(), to: timeOf(from + 3600).toISOString() });
    },
    "list: before the channel was": () => list({ to: timeOf(-3600).toISOString() }),
    "state: first page at the tip": () => state({}),
    "state: any page at the tip": (random) => state({ after: record(lot(random)).key }),
    "state: a page as of an old block": (random) => state({ at: Math.floor(random() * blocks) }),
    "state: a page of keys that are not there yet": () => state({ after: record(Math.floor(transactions / 2)).key, at: 10 }),
    "history of a key with many versions": () => history(HOT_KEY),
    "blocks: newest page": () => page(),
    "blocks: any page": (random) => page(Math.floor(random() * blocks)),
  };
}

/** Numbers in [0, 1), the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
