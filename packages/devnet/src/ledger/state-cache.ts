import type { BlockBatch } from "./store.ts";
import type { PrivateEntry, StateEntry } from "./types.ts";

/** Entries held of each kind. */
const LIMIT = 4096;
/** Values larger than this, in bytes, are not held. */
const LARGEST = 4096;

/** A key that is known to be absent. */
const ABSENT = Symbol("absent");

/** The latest of what was read; what was read longest ago goes first. */
class Latest<Entry extends { readonly value: Uint8Array }> {
  readonly #entries = new Map<string, Entry | typeof ABSENT>();

  /** The entry of a key as it is held, else as `load` gives it. */
  get(key: string, load: () => Entry | undefined): Entry | undefined {
    const held = this.#entries.get(key);
    if (held !== undefined) return held === ABSENT ? undefined : held;
    const loaded = load();
    this.#put(key, loaded);
    return loaded;
  }

  /** Takes over a change of a key that is held; others are read when they are asked for. */
  change(key: string, entry: Entry | undefined): void {
    if (this.#entries.delete(key)) this.#put(key, entry);
  }

  #put(key: string, entry: Entry | undefined): void {
    if (entry !== undefined && entry.value.length > LARGEST) return;
    this.#entries.set(key, entry ?? ABSENT);
    if (this.#entries.size <= LIMIT) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/**
 * What the newest state holds under the keys that were read lately. Every transaction reads the same few
 * keys, those of its chaincode's definition, several times. Only views of the newest state may ask here;
 * as long as a key does not change, its entry is the same object.
 */
export class StateCache {
  readonly #public = new Latest<StateEntry>();
  readonly #private = new Latest<PrivateEntry>();

  state(ns: string, key: string, load: () => StateEntry | undefined): StateEntry | undefined {
    return this.#public.get(publicName(ns, key), load);
  }

  private(owner: string, ns: string, collection: string, key: string, load: () => PrivateEntry | undefined): PrivateEntry | undefined {
    return this.#private.get(privateName(owner, ns, collection, key), load);
  }

  /** Call after each commit, before anybody reads the state it made. */
  apply(batch: BlockBatch): void {
    for (const { ns, key, value, metadata, version } of batch.state) {
      // The value is a piece of its block, which shall not be kept for it.
      this.#public.change(publicName(ns, key), value === undefined ? undefined : { value: Uint8Array.from(value), metadata, version });
    }
    // Private data changes rarely enough to be read again.
    if (batch.privates.length > 0) this.#private.clear();
  }
}

// Parts are told apart by their lengths: a key may hold any character.
function publicName(ns: string, key: string): string {
  return `${ns.length}:${ns}${key}`;
}

function privateName(owner: string, ns: string, collection: string, key: string): string {
  return `${owner.length}:${owner}${ns.length}:${ns}${collection.length}:${collection}${key}`;
}
