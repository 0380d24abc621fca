import { create, toBinary } from "@bufbuild/protobuf";
import { sha256 } from "@heddle/fabric";
import { kvrwset } from "@heddle/fabric/wire";

import type { Version } from "../ledger/types.ts";

/** Most results that a read set lists one by one. Fabric: `maxDegreeQueryReadsHashing`. */
export const maxDegree = 50;

/** A version as messages carry it. */
export function wireVersion(version: Version | undefined): kvrwset.Version | undefined {
  return version === undefined ? undefined : create(kvrwset.VersionSchema, { blockNum: BigInt(version.block), txNum: BigInt(version.tx) });
}

/** A read as messages carry it; without `version` the key was absent. */
export function wireRead(key: string, version: Version | undefined): kvrwset.KVRead {
  const read = create(kvrwset.KVReadSchema, { key });
  const at = wireVersion(version);
  if (at !== undefined) read.version = at;
  return read;
}

/** The summary of a Merkle tree over the results of a range query. */
export interface MerkleSummary {
  readonly maxDegree: number;
  readonly maxLevel: number;
  readonly maxLevelHashes: readonly Uint8Array[];
}

/**
 * Collects the results of a range query: up to {@link maxDegree} as they are,
 * beyond that as a Merkle tree that is built while results arrive. Every level
 * groups one item more than the degree. Fabric: rwsetutil, `RangeQueryResultsHelper`.
 */
export class RangeReads {
  readonly #degree: number;
  #pending: kvrwset.KVRead[] = [];
  readonly #levels = new Map<number, Uint8Array[]>();
  #maxLevel = 1;

  /** @param degree must be 2 or more. */
  constructor(degree: number = maxDegree) {
    if (degree < 2) throw new RangeError(`degree ${degree} of a Merkle tree is less than 2`);
    this.#degree = degree;
  }

  add(key: string, version: Version | undefined): void {
    this.#pending.push(wireRead(key, version));
    if (this.#pending.length > this.#degree) this.#hashPending();
  }

  /** The tree as far as it is built. */
  summary(): MerkleSummary {
    return { maxDegree: this.#degree, maxLevel: this.#maxLevel, maxLevelHashes: this.#levels.get(this.#maxLevel) ?? [] };
  }

  /** Ends the collection: plain reads when no hash was made, else the tree. */
  done(): { readonly reads: readonly kvrwset.KVRead[] } | { readonly merkle: MerkleSummary } {
    if (this.#maxLevel === 1 && !this.#levels.has(1)) return { reads: this.#pending };
    if (this.#pending.length > 0) this.#hashPending();
    this.#complete();
    return { merkle: this.summary() };
  }

  #hashPending(): void {
    const bytes = toBinary(kvrwset.QueryReadsSchema, create(kvrwset.QueryReadsSchema, { kvReads: this.#pending }));
    this.#pending = [];
    this.#append(1, sha256(bytes));
    for (let level = 1; ; level++) {
      const hashes = this.#levels.get(level) ?? [];
      if (hashes.length <= this.#degree) return;
      this.#levels.delete(level);
      this.#append(level + 1, sha256(...hashes));
      this.#maxLevel = Math.max(this.#maxLevel, level + 1);
    }
  }

  #append(level: number, hash: Uint8Array): void {
    this.#levels.set(level, [...(this.#levels.get(level) ?? []), hash]);
  }

  /** Lifts what is left below the highest level up to it. */
  #complete(): void {
    for (let level = 1; level < this.#maxLevel; level++) {
      const [first, ...others] = this.#levels.get(level) ?? [];
      if (first === undefined) continue;
      this.#levels.delete(level);
      this.#append(level + 1, others.length === 0 ? first : sha256(first, ...others));
    }
    const top = this.#levels.get(this.#maxLevel) ?? [];
    if (top.length <= this.#degree) return;
    this.#levels.delete(this.#maxLevel);
    this.#maxLevel++;
    this.#levels.set(this.#maxLevel, [sha256(...top)]);
  }
}
