import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { blockDataHash, blockHeaderHash } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";

import { tryDecode } from "../validation/wire.ts";
import { txIdOfEnvelope } from "../validation/contents.ts";
import type { StoredBlock } from "./store.ts";
import type { CommittedBlock } from "./types.ts";

const metadataSlots = 5;

/** A block that came from outside, with the parts that every block must have. */
export interface ReceivedBlock {
  readonly number: number;
  readonly header: common.BlockHeader;
  readonly data: readonly Uint8Array[];
  /** Hash of the header. */
  readonly hash: Uint8Array;
}

/** Decodes a block and checks its data hash; a text tells why it cannot be used. */
export function receiveBlock(bytes: Uint8Array): ReceivedBlock | { readonly reason: string } {
  const block = tryDecode(common.BlockSchema, bytes);
  if (block?.header === undefined) return { reason: "it cannot be decoded" };
  const { header, data } = block;
  if (header.number > BigInt(Number.MAX_SAFE_INTEGER)) return { reason: "its number is too large" };
  const envelopes = data?.data ?? [];
  if (envelopes.length === 0) return { reason: "it holds no transactions" };
  if (!sameBytes(blockDataHash(envelopes), header.dataHash)) return { reason: "its data hash is wrong" };
  return { number: Number(header.number), header, data: envelopes, hash: blockHeaderHash(header) };
}

/** Why a kept block is not the one that was committed, if it is not. */
export function damageOf(stored: StoredBlock, previous: StoredBlock | undefined): string | undefined {
  const block = receiveBlock(stored.bytes);
  if ("reason" in block) return `block ${stored.number} is not readable: ${block.reason}`;
  if (block.number !== stored.number) return `block ${stored.number} holds number ${block.number}`;
  if (!sameBytes(block.hash, stored.hash)) return `block ${stored.number} does not match its hash`;
  if (stored.codes.length !== block.data.length)
    return `block ${stored.number} has verdicts for ${stored.codes.length} of ${block.data.length} transactions`;
  if (previous !== undefined && !sameBytes(block.header.previousHash, previous.hash))
    return `block ${stored.number} does not follow block ${previous.number}`;
  return undefined;
}

/** A kept block as peers serve it: with the transaction filter and the commit hash in its metadata. */
export function committedBlock(stored: StoredBlock, txIds?: readonly string[]): CommittedBlock {
  const block = fromBinary(common.BlockSchema, stored.bytes);
  const metadata = Array.from(
    { length: Math.max(metadataSlots, block.metadata?.metadata.length ?? 0) },
    (_, slot) => block.metadata?.metadata[slot] ?? new Uint8Array(),
  );
  metadata[common.BlockMetadataIndex.TRANSACTIONS_FILTER] = stored.codes;
  if (stored.commitHash.length > 0) {
    const value = create(common.MetadataSchema, { value: stored.commitHash });
    metadata[common.BlockMetadataIndex.COMMIT_HASH] = toBinary(common.MetadataSchema, value);
  }
  block.metadata = create(common.BlockMetadataSchema, { metadata });
  let bytes: Uint8Array | undefined;
  return {
    number: stored.number,
    block,
    // Most blocks are never served whole.
    get bytes() {
      return (bytes ??= toBinary(common.BlockSchema, block));
    },
    codes: [...stored.codes],
    txIds: txIds ?? (block.data?.data ?? []).map(txIdOfEnvelope),
    commitHash: stored.commitHash,
    isConfig: stored.lastConfig === stored.number,
  };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
