import type { Version } from "./types.ts";

/** How many ids of each kind are held. */
const LIMIT = 4096;

/**
 * What is known of transaction ids without asking the store. An id is looked up when it is endorsed, when
 * its block is validated and when its client asks what became of it; only the first time is it read.
 */
export class KnownTransactions {
  readonly #found = new Map<string, Version>();
  /** Ids that the ledger does not hold: true as long as they stand here, since a block that holds one takes it out. */
  readonly #absent = new Set<string>();

  /** Where the ledger holds a transaction of this id first. */
  find(txId: string, load: () => Version | undefined): Version | undefined {
    const found = this.#found.get(txId);
    if (found !== undefined || this.#absent.has(txId)) return found;
    const loaded = load();
    if (loaded === undefined) {
      this.#absent.add(txId);
      trim(this.#absent);
    }
    return loaded;
  }

  /** Call when a block is in the store. Ids that are not known to be new are read when they are asked for: an earlier block may hold them. */
  committed(block: number, txIds: readonly { readonly txId: string; readonly index: number }[]): void {
    for (const { txId, index } of txIds) {
      if (this.#absent.delete(txId)) this.#found.set(txId, { block, tx: index });
    }
    trim(this.#found);
  }
}

/** Lets go of what came first. */
function trim(ids: Pick<Map<string, unknown>, "size" | "delete"> & { keys(): IterableIterator<string> }): void {
  for (const id of ids.keys()) {
    if (ids.size <= LIMIT) return;
    ids.delete(id);
  }
}
