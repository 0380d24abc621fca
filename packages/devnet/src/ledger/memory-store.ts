import { sha256 } from "@heddle/fabric";

import type { BlockBatch, PrivateSet, StateStore, StoredBlock, TransientEntry } from "./store.ts";
import { transientRetention } from "./store.ts";
import { SortedMap } from "./tree.ts";
import type { HashEntry, PrivateEntry, StateEntry, StateView, Version } from "./types.ts";
import { binaryKey } from "./utf8.ts";

type Spaces<V> = ReadonlyMap<string, SortedMap<V>>;

interface State {
  readonly height: number;
  readonly public: Spaces<StateEntry>;
  readonly hashes: Spaces<HashEntry>;
  readonly privates: Spaces<PrivateEntry>;
}

/** Keeps a channel in memory: for networks that are thrown away. A snapshot is a reference to persistent maps. */
export class MemoryStore implements StateStore {
  #state: State = { height: 0, public: new Map(), hashes: new Map(), privates: new Map() };
  readonly #blocks: StoredBlock[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #transactions = new Map<string, Version>();
  readonly #history = new Map<string, Version[]>();
  readonly #privateSets = new Map<number, readonly PrivateSet[]>();
  readonly #transient = new Map<string, { readonly height: number; readonly entries: Map<string, TransientEntry> }>();

  get height(): number {
    return this.#state.height;
  }

  commit(batch: BlockBatch): void {
    const { block } = batch;
    if (block.number !== this.height) throw new RangeError(`block ${block.number} at height ${this.height}`);
    this.#state = {
      height: block.number + 1,
      public: apply(this.#state.public, batch.state, (update) => update.ns, stateChange),
      hashes: apply(this.#state.hashes, batch.hashes, (update) => spaceName(update.ns, update.collection), hashChange),
      privates: apply(
        this.#state.privates,
        batch.privates,
        (update) => spaceName(update.owner, update.ns, update.collection),
        privateChange,
      ),
    };
    this.#blocks.push(block);
    this.#numbers.set(binaryKey(block.hash), block.number);
    for (const { txId, index } of batch.txIds) {
      if (!this.#transactions.has(txId)) this.#transactions.set(txId, { block: block.number, tx: index });
    }
    for (const { ns, key, tx } of batch.history) this.#recordHistory(ns, key, { block: block.number, tx });
    if (batch.privateSets.length > 0) this.#privateSets.set(block.number, batch.privateSets);
    for (const txId of batch.spent) this.#transient.delete(txId);
    for (const [txId, { height }] of this.#transient) {
      if (height >= block.number - transientRetention) break; // insertion order is height order
      this.#transient.delete(txId);
    }
  }

  #recordHistory(ns: string, key: string, version: Version): void {
    const name = spaceName(ns, key);
    const versions = this.#history.get(name);
    if (versions === undefined) this.#history.set(name, [version]);
    else if (versions.at(-1)?.block !== version.block || versions.at(-1)?.tx !== version.tx) versions.push(version);
  }

  snapshot(): StateView {
    return new MemoryView(this.#state);
  }

  block(number: number): StoredBlock | undefined {
    return this.#blocks[number];
  }

  blockNumberByHash(hash: Uint8Array): number | undefined {
    return this.#numbers.get(binaryKey(hash));
  }

  transaction(txId: string): Version | undefined {
    return this.#transactions.get(txId);
  }

  history(ns: string, key: string): Version[] {
    return (this.#history.get(spaceName(ns, key)) ?? []).toReversed();
  }

  privateSets(block: number, owner?: string): PrivateSet[] {
    return (this.#privateSets.get(block) ?? []).filter((set) => owner === undefined || set.owner === owner);
  }

  putTransient(entry: TransientEntry): void {
    const held = this.#transient.get(entry.txId) ?? { height: this.height, entries: new Map<string, TransientEntry>() };
    held.entries.set(spaceName(entry.owner, binaryKey(sha256(entry.bytes))), entry);
    this.#transient.set(entry.txId, held);
  }

  transient(txId: string): TransientEntry[] {
    return [...(this.#transient.get(txId)?.entries.values() ?? [])];
  }

  close(): void {
    // nothing is held open
  }
}

class MemoryView implements StateView {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  get height(): number {
    return this.#state.height;
  }

  get(ns: string, key: string): StateEntry | undefined {
    return this.#state.public.get(ns)?.get(key);
  }

  *range(ns: string, start: string, end: string): IterableIterator<{ key: string; entry: StateEntry }> {
    const space = this.#state.public.get(ns);
    if (space === undefined) return;
    for (const [key, entry] of space.range(start, end)) yield { key, entry };
  }

  getHash(ns: string, collection: string, keyHash: Uint8Array): HashEntry | undefined {
    return this.#state.hashes.get(spaceName(ns, collection))?.get(binaryKey(keyHash));
  }

  getPrivate(owner: string, ns: string, collection: string, key: string): PrivateEntry | undefined {
    return this.#state.privates.get(spaceName(owner, ns, collection))?.get(key);
  }

  privateKeys(owner: string, ns: string, collection: string, start: string, end: string): string[] {
    const space = this.#state.privates.get(spaceName(owner, ns, collection));
    return space === undefined ? [] : Array.from(space.range(start, end), ([key]) => key);
  }

  close(): void {
    // the garbage collector frees what no view holds
  }
}

interface Change<V> {
  readonly key: string;
  /** Undefined removes the key. */
  readonly entry: V | undefined;
}

function apply<U, V>(
  spaces: Spaces<V>,
  updates: readonly U[],
  nameOf: (update: U) => string,
  changeOf: (update: U) => Change<V>,
): Spaces<V> {
  if (updates.length === 0) return spaces;
  const changed = new Map(spaces);
  for (const update of updates) {
    const name = nameOf(update);
    const { key, entry } = changeOf(update);
    const space = changed.get(name) ?? SortedMap.empty<V>();
    changed.set(name, entry === undefined ? space.delete(key) : space.set(key, entry));
  }
  return changed;
}

function stateChange({ key, value, metadata, version }: BlockBatch["state"][number]): Change<StateEntry> {
  return { key, entry: value === undefined ? undefined : { value, version, metadata } };
}

function hashChange({ keyHash, valueHash, metadata, version }: BlockBatch["hashes"][number]): Change<HashEntry> {
  return { key: binaryKey(keyHash), entry: valueHash === undefined ? undefined : { valueHash, version, metadata } };
}

function privateChange({ key, value, version }: BlockBatch["privates"][number]): Change<PrivateEntry> {
  return { key, entry: value === undefined ? undefined : { value, version } };
}

/** One map key for several names; lengths in front keep different names apart. */
function spaceName(...names: string[]): string {
  return names.map((name) => `${name.length}:${name}`).join("");
}
