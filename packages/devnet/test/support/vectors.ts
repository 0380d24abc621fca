import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { BlockSlot } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";

const folder = path.resolve(import.meta.dirname, "../vectors");

/** A transaction of a recorded channel: what it is for, and what a real peer said of it. */
export interface VectorTransaction {
  readonly block: number;
  readonly index: number;
  readonly code: string;
  readonly what: string;
}

/** A channel recorded from real Fabric. */
export interface Vector {
  readonly name: string;
  readonly channel: string;
  /** Blocks as a real peer stores them, with flags and commit hash. */
  readonly blocks: readonly Uint8Array[];
  /** How many of the blocks devnet can replay today; ORIGIN.md says why not all. */
  readonly replayed: number;
  readonly transactions: readonly VectorTransaction[];
}

/** Names of all vectors. */
export const vectorNames: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function readFrames(file: string): Uint8Array[] {
  const reader = new BinaryReader(gunzipSync(readFileSync(file)));
  const frames: Uint8Array[] = [];
  while (reader.pos < reader.len) frames.push(reader.bytes());
  return frames;
}

/** Reads a vector. Throws when its parts do not belong together. */
export function readVector(name: string): Vector {
  const summary = JSON.parse(readFileSync(path.join(folder, name, "vector.json"), "utf8")) as {
    channel: string;
    blocks: number;
    replayed: number;
    transactions: VectorTransaction[];
  };
  const blocks = readFrames(path.join(folder, name, "blocks.gz"));
  if (blocks.length !== summary.blocks || blocks.length === 0)
    throw new Error(`${name} holds ${blocks.length} blocks and states ${summary.blocks}`);
  const { channel, replayed, transactions } = summary;
  return { name, channel, blocks, replayed, transactions };
}

/** A block as the orderer made it: without what the peer added. */
export function ordererBlock(stored: Uint8Array): Uint8Array {
  const block = fromBinary(common.BlockSchema, stored);
  const slots = block.metadata?.metadata;
  if (slots === undefined) throw new Error("the block has no metadata");
  slots[BlockSlot.transactionsFilter] = new Uint8Array();
  slots[BlockSlot.commitHash] = new Uint8Array();
  return toBinary(common.BlockSchema, block);
}

/** The commit hash that a peer stored in a block. */
export function storedCommitHash(block: common.Block): Uint8Array {
  return fromBinary(common.MetadataSchema, block.metadata?.metadata[BlockSlot.commitHash] ?? new Uint8Array()).value;
}
