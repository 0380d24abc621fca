import { isDeepStrictEqual } from "node:util";
import type { NetworkFile } from "@heddle/network";
import type { NetworkPlace, Runtime } from "@heddle/runtimes";
import type { KeyStore, Store } from "@heddle/store";
import { runtimeErrors } from "@heddle/runtimes";
import { storeErrors } from "@heddle/store";
import { BackupShelf } from "../backup/shelf.ts";
import { operationErrors } from "../errors.ts";
import { Connections } from "../network/connections.ts";
import { Identities } from "../network/identities.ts";

/** What operations and services act on. */
export interface WorldParts {
  readonly store: Store;
  readonly keys: KeyStore;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /** Folder of the scenarios that come with Heddle. */
  readonly scenarios: string;
  /** Folder of the backups. */
  readonly backups: string;
}

/** A network that has a place: its file, and the ways to reach it. */
export interface PlacedNetwork {
  readonly file: NetworkFile;
  readonly runtime: Runtime;
  readonly place: NetworkPlace;
  readonly connections: Connections;
}

/** Finds networks in the world and keeps their connections. Nothing in it is lost when the process ends. */
export class World {
  readonly store: Store;
  readonly keys: KeyStore;
  readonly scenarios: string;
  readonly backups: BackupShelf;
  readonly #runtimes: ReadonlyMap<string, Runtime>;
  readonly #connections = new Map<string, Connections>();

  constructor(parts: WorldParts) {
    this.store = parts.store;
    this.keys = parts.keys;
    this.scenarios = parts.scenarios;
    this.backups = new BackupShelf(parts.backups);
    this.#runtimes = parts.runtimes;
  }

  /** All that this server has. */
  get runtimes(): Iterable<Runtime> {
    return this.#runtimes.values();
  }

  /** Throws RUNTIME_NOT_AVAILABLE. */
  runtime(name: string): Runtime {
    const runtime = this.#runtimes.get(name);
    if (runtime === undefined) throw runtimeErrors.create("RUNTIME_NOT_AVAILABLE", { runtime: name });
    return runtime;
  }

  /** The runtime of a network, also while it is deleted. */
  async runtimeOf(network: string): Promise<Runtime> {
    const record = await this.store.networks.get(network);
    return this.runtime(record?.runtime ?? "embedded");
  }

  identities(network: string): Identities {
    return new Identities(this.keys, network);
  }

  /** Connections to a network at its place; the same ones until {@link forget}, or until nodes have come or gone. */
  connect(place: NetworkPlace): Connections {
    const known = this.#connections.get(place.network);
    if (known !== undefined && isDeepStrictEqual(known.place.nodes, place.nodes)) return known;
    const connections = known?.moved(place) ?? new Connections(place, this.identities(place.network));
    this.#connections.set(place.network, connections);
    return connections;
  }

  /** Closes the connections of a network. */
  forget(network: string): void {
    this.#connections.get(network)?.close();
    this.#connections.delete(network);
  }

  /** The network file as it stands. Throws STORE_NETWORK_NOT_FOUND. */
  async file(name: string): Promise<NetworkFile> {
    const record = await this.store.networks.get(name);
    if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name });
    // The store keeps what `parseNetworkFile` gave; nothing else is ever inserted.
    return record.spec as NetworkFile;
  }

  /** Throws STORE_NETWORK_NOT_FOUND, OPERATION_NETWORK_NOT_PLACED. */
  async network(name: string): Promise<PlacedNetwork> {
    const record = await this.store.networks.get(name);
    if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name });
    const runtime = this.runtime(record.runtime);
    const place = await runtime.find(name);
    if (place === undefined) throw operationErrors.create("OPERATION_NETWORK_NOT_PLACED", { network: name });
    return { file: record.spec as NetworkFile, runtime, place, connections: this.connect(place) };
  }

  /**
   * Starts what has ended of a network although it should run, and connects anew where something had. What was started.
   * Throws OPERATION_LEDGER_GONE where the ledgers ended too, and what {@link Runtime.ensure} throws.
   */
  async revive(place: NetworkPlace, signal?: AbortSignal): Promise<readonly string[]> {
    const runtime = await this.runtimeOf(place.network);
    if (place.storage === "memory" && !(await nodesLive(runtime, place)))
      throw operationErrors.create("OPERATION_LEDGER_GONE", { network: place.network });
    const started = await runtime.ensure(place, signal);
    if (started.length > 0) this.forget(place.network);
    return started;
  }

  close(): void {
    for (const connections of this.#connections.values()) connections.close();
    this.#connections.clear();
  }
}

/** Nodes of a network in memory share a process: while one of them lives, the others can start beside it. */
async function nodesLive(runtime: Runtime, place: NetworkPlace): Promise<boolean> {
  const observed = await runtime.observe(place);
  return observed.filter(({ kind }) => kind !== "chaincode").some(({ state }) => state === "running" || state === "starting");
}
