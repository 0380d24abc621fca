import type { MessageInitShape } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import { common, type kvrwset } from "@heddle/fabric/wire";
import { first, signerOf } from "../../support/consortium.ts";
import { flagsOf } from "../../support/peer-ledger.ts";
import { forge, forgeRwset } from "../forge.ts";
import type { Recording } from "../recording.ts";

interface Kv {
  reads: MessageInitShape<typeof kvrwset.KVReadSchema>[];
  writes: MessageInitShape<typeof kvrwset.KVWriteSchema>[];
  rangeQueriesInfo: MessageInitShape<typeof kvrwset.RangeQueryInfoSchema>[];
  metadataWrites: MessageInitShape<typeof kvrwset.KVMetadataWriteSchema>[];
}
type Version = { blockNum: bigint; txNum: bigint };

const BLOCKS = 30;
const PER_BLOCK = 12;
const KEYS = 40;

/** The same numbers in [0, 1) every time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the recorder believes of the state, to make reads that mostly hold. */
class Belief {
  readonly #versions = new Map<string, Version>();

  get(key: string): Version | undefined {
    return this.#versions.get(key);
  }

  apply(kv: Kv, version: Version): void {
    for (const { key = "", isDelete, value } of kv.writes) {
      if (isDelete === true || value?.length === 0) this.#versions.delete(key);
      else this.#versions.set(key, version);
    }
    for (const { key = "" } of kv.metadataWrites) if (this.#versions.has(key)) this.#versions.set(key, version);
  }

  between(start: string, end: string): string[] {
    return [...this.#versions.keys()].filter((key) => key >= start && (end === "" || key < end)).toSorted();
  }
}

/**
 * One read-write set. `deleted` collects what the block deletes: a real peer of this version ends when metadata of a
 * key is written that its own block has deleted before.
 */
function randomSet(random: () => number, belief: Belief, deleted: Set<string>): Kv {
  const below = (limit: number): number => Math.floor(random() * limit);
  const key = (): string => `k${String(below(KEYS)).padStart(2, "0")}`;
  const kv: Kv = { reads: [], writes: [], rangeQueriesInfo: [], metadataWrites: [] };
  const version = (of: string): { version?: Version } => {
    const known = belief.get(of);
    // One read in fifteen is of a version that is not there.
    if (random() < 1 / 15) return random() < 0.5 ? {} : { version: { blockNum: BigInt(below(9)), txNum: BigInt(below(3)) } };
    return known === undefined ? {} : { version: known };
  };
  for (let count = below(3); count > 0; count -= 1) {
    const read = key();
    kv.reads.push({ key: read, ...version(read) });
  }
  if (random() < 0.25) {
    const [start = "", end = ""] = [key(), key()].toSorted();
    const found = belief.between(start, end);
    const exhausted = random() < 0.7 || found.length === 0;
    const seen = exhausted ? found : found.slice(0, 1 + below(found.length));
    // A real peer of this version ends on a result without a version.
    const kvReads = seen.map((one) => ({ key: one, version: { blockNum: 0n, txNum: 0n }, ...version(one) }));
    kv.rangeQueriesInfo.push({
      startKey: start,
      endKey: exhausted ? end : (seen.at(-1) ?? end),
      itrExhausted: exhausted,
      readsInfo: { case: "rawReads", value: { kvReads } },
    });
  }
  for (let count = below(4); count > 0; count -= 1) {
    const kind = random();
    const written = key();
    if (kind < 0.6) kv.writes.push({ key: written, isDelete: false, value: Buffer.from(String(below(1000))) });
    else if (kind < 0.8) kv.writes.push({ key: written, isDelete: kind < 0.75, value: Buffer.of() });
    else if (!deleted.has(written)) {
      const entries = kind < 0.95 ? [{ name: "colour", value: Buffer.from(String(below(9))) }] : [];
      kv.metadataWrites.push({ key: written, entries });
    }
    if (kind >= 0.6 && kind < 0.8) deleted.add(written);
  }
  return kv;
}

/** Random reads, ranges, writes, deletions and metadata on few keys. */
export const randomConflicts: Recording = {
  name: "random-conflicts",
  about:
    "Random reads, ranges, writes, deletions and metadata writes on forty keys, made by hand from a fixed seed and endorsed with the recording's own keys: what conflicts with what, within a block and between blocks.",
  channel: { maxMessages: PER_BLOCK, batchTimeout: "2s" },
  async run(session) {
    const { client, consortium } = session;
    const id = await client.install("ledger_1");
    await client.define({ name: "ledger", version: "1", sequence: 1 }, id);
    const endorsers = consortium.organizations.map((organization) => signerOf(organization, first(organization.nodes).member));
    const random = numbers(20_261_124);
    const belief = new Belief();
    for (let round = 0; round < BLOCKS; round += 1) {
      const deleted = new Set<string>();
      const sets = Array.from({ length: PER_BLOCK }, () => randomSet(random, belief, deleted));
      const forged = sets.map((kv) =>
        forge({
          channelId: client.channelId,
          creator: client.user(1),
          endorsers,
          chaincode: "ledger",
          results: forgeRwset({ ns: "ledger", kv }),
        }),
      );
      await client.order(...forged.map(({ envelope }) => envelope));
      const { block } = await client.outcome(forged.at(-1)?.txId ?? "");
      const flags = flagsOf(fromBinary(common.BlockSchema, (await client.blocks(1))[block] ?? new Uint8Array()));
      if (flags.length !== PER_BLOCK) throw new Error(`block ${block} holds ${flags.length} transactions`);
      for (const [index, kv] of sets.entries()) if (flags[index] === 0) belief.apply(kv, { blockNum: BigInt(block), txNum: BigInt(index) });
    }
  },
};
