import { describe, expect, it } from "vitest";
import { KnownTransactions } from "../src/ledger/known-transactions.ts";
import type { Version } from "../src/ledger/types.ts";

/** A store of ids that counts how often it is asked; the first block of an id wins, as in the real one. */
class Store {
  readonly kept = new Map<string, Version>();
  asked = 0;

  find(known: KnownTransactions, txId: string): Version | undefined {
    return known.find(txId, () => {
      this.asked += 1;
      return this.kept.get(txId);
    });
  }

  commit(known: KnownTransactions, block: number, ...ids: string[]): void {
    const txIds = ids.map((txId, index) => ({ txId, index }));
    for (const { txId, index } of txIds) if (!this.kept.has(txId)) this.kept.set(txId, { block, tx: index });
    known.committed(block, txIds);
  }
}

describe("known transactions", () => {
  it("answers as the store does, and asks it once for a transaction that is endorsed, committed and asked for", () => {
    const [store, known] = [new Store(), new KnownTransactions()];
    expect(store.find(known, "a")).toBeUndefined();
    expect(store.find(known, "a")).toBeUndefined();
    store.commit(known, 1, "x", "a");
    expect(store.find(known, "a")).toEqual({ block: 1, tx: 1 });
    expect(store.asked).toBe(1);
  });

  it("keeps the first place of an id that comes twice, in one block or in two", () => {
    const [store, known] = [new Store(), new KnownTransactions()];
    store.find(known, "a");
    store.commit(known, 1, "a", "a");
    store.commit(known, 2, "b", "a");
    expect(store.find(known, "a")).toEqual({ block: 1, tx: 0 });
    // Nobody has looked for this one before it was committed: an earlier block could hold it.
    expect(store.find(known, "b")).toEqual({ block: 2, tx: 0 });
    store.commit(known, 3, "b");
    expect(store.find(known, "b")).toEqual({ block: 2, tx: 0 });
  });

  it("answers as the store does for more ids than it holds", () => {
    const [store, known] = [new Store(), new KnownTransactions()];
    const ids = Array.from({ length: 10_000 }, (_, index) => `tx-${index}`);
    for (const [index, id] of ids.entries()) {
      expect(store.find(known, id)).toBeUndefined();
      if (index % 3 !== 0) store.commit(known, index, id);
    }
    for (const [index, id] of ids.entries()) expect(store.find(known, id)).toEqual(index % 3 === 0 ? undefined : { block: index, tx: 0 });
  });
});
