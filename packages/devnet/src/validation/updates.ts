import type { StateView, Version } from "../ledger/types.ts";
import { binaryKey, compareUtf8 } from "../ledger/utf8.ts";
import type { HashUpdate, StateUpdate } from "../ledger/store.ts";

/** The new state of a key. Without `value` the key is deleted. For private keys `value` is the hash of the value. */
export interface Update {
  readonly value: Uint8Array | undefined;
  readonly metadata: Uint8Array | undefined;
  readonly version: Version;
}

/** What a key holds: committed, or as an earlier transaction of the block left it. */
export interface Current {
  readonly value: Uint8Array | undefined;
  readonly metadata?: Uint8Array | undefined;
}

/** The writes of the valid transactions of one block: one entry per key, with its last state. */
export class BlockUpdates {
  readonly #public = new Map<string, Map<string, Update>>();
  readonly #hashed = new Map<string, Map<string, Map<string, Update>>>();
  readonly #sortedKeys = new Map<string, readonly string[]>();

  get(ns: string, key: string): Update | undefined {
    return this.#public.get(ns)?.get(key);
  }

  getHash(ns: string, collection: string, keyHash: Uint8Array): Update | undefined {
    return this.#hashed.get(ns)?.get(collection)?.get(binaryKey(keyHash));
  }

  put(ns: string, key: string, update: Update): void {
    const keys = this.#public.get(ns) ?? new Map<string, Update>();
    if (!keys.has(key)) this.#sortedKeys.delete(ns);
    this.#public.set(ns, keys.set(key, update));
  }

  putHash(ns: string, collection: string, keyHash: Uint8Array, update: Update): void {
    const collections = this.#hashed.get(ns) ?? new Map<string, Map<string, Update>>();
    const keys = collections.get(collection) ?? new Map<string, Update>();
    this.#hashed.set(ns, collections.set(collection, keys.set(binaryKey(keyHash), update)));
  }

  /** Updated keys of a namespace from `start` (included) to `end` (excluded, '' = open), sorted. */
  keysInRange(ns: string, start: string, end: string): string[] {
    const keys = this.#sorted(ns);
    return keys.filter((key) => compareUtf8(key, start) >= 0 && (end === "" || compareUtf8(key, end) < 0));
  }

  /** Namespaces with updates, sorted. */
  namespaces(): string[] {
    return [...new Set([...this.#public.keys(), ...this.#hashed.keys()])].sort(compareUtf8);
  }

  /** Public updates of a namespace, sorted by key. */
  publicUpdates(ns: string): [key: string, update: Update][] {
    const updates = this.#public.get(ns);
    return updates === undefined ? [] : [...updates].sort(([a], [b]) => compareUtf8(a, b));
  }

  /** Private updates of a namespace: collections sorted by name, entries by key hash. */
  hashedUpdates(ns: string): [collection: string, updates: [keyHash: Uint8Array, update: Update][]][] {
    return [...(this.#hashed.get(ns) ?? [])]
      .sort(([a], [b]) => compareUtf8(a, b))
      .map(([collection, updates]) => [collection, sortedHashes(updates)]);
  }

  /** For the store. */
  stateUpdates(): StateUpdate[] {
    return this.namespaces().flatMap((ns) => this.publicUpdates(ns).map(([key, update]) => ({ ns, key, ...update })));
  }

  /** For the store. */
  hashUpdates(): HashUpdate[] {
    return this.namespaces().flatMap((ns) =>
      this.hashedUpdates(ns).flatMap(([collection, updates]) =>
        updates.map(([keyHash, { value, metadata, version }]) => ({ ns, collection, keyHash, valueHash: value, metadata, version })),
      ),
    );
  }

  #sorted(ns: string): readonly string[] {
    const known = this.#sortedKeys.get(ns);
    if (known !== undefined) return known;
    const sorted = [...(this.#public.get(ns)?.keys() ?? [])].sort(compareUtf8);
    this.#sortedKeys.set(ns, sorted);
    return sorted;
  }
}

function sortedHashes(updates: ReadonlyMap<string, Update>): [Uint8Array, Update][] {
  return [...updates].sort(([a], [b]) => (a < b ? -1 : 1)).map(([keyHash, update]) => [Buffer.from(keyHash, "latin1"), update]);
}

/** A public key as a transaction of the block finds it. */
export function currentState(state: StateView, updates: BlockUpdates, ns: string, key: string): Current | undefined {
  return updates.get(ns, key) ?? state.get(ns, key);
}

/** The hash of a private key as a transaction of the block finds it. */
export function currentHash(
  state: StateView,
  updates: BlockUpdates,
  ns: string,
  collection: string,
  keyHash: Uint8Array,
): Current | undefined {
  const update = updates.getHash(ns, collection, keyHash);
  if (update !== undefined) return update;
  const entry = state.getHash(ns, collection, keyHash);
  return entry === undefined ? undefined : { value: entry.valueHash, metadata: entry.metadata };
}
