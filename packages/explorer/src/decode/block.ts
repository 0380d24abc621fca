import { fromBinary } from "@bufbuild/protobuf";
import { blockHeaderHash, BlockSlot } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import type { IndexBatch, IndexedBlock, IndexedText, IndexedTransaction, IndexedWrite } from "@heddle/store";
import { creatorName } from "./creators.ts";
import { decodeTransaction } from "./transaction.ts";
import { wordsOfValues } from "./words.ts";

/** All that the index keeps of one block. */
export interface DecodedBlock extends Omit<IndexBatch, "blocks" | "problem"> {
  readonly block: Omit<IndexedBlock, "verified">;
}

/** Namespaces whose values are Fabric's own bookkeeping, no text of people. */
const UNSEARCHED = new Set(["_lifecycle", "lscc", ""]);

const VALID = 0;

/** Reads of a block what the index keeps. Throws RangeError for one without a header. */
export function decodeBlock(block: common.Block, bytes: number): DecodedBlock {
  const { header } = block;
  if (header === undefined) throw new RangeError("the block has no header");
  const number = Number(header.number);
  const codes = block.metadata?.metadata[BlockSlot.transactionsFilter] ?? new Uint8Array();
  const transactions: IndexedTransaction[] = [];
  const writes: IndexedWrite[] = [];
  const texts: IndexedText[] = [];
  let invalid = 0;
  for (const [index, envelope] of (block.data?.data ?? []).entries()) {
    const { writes: written, id, at, kind, chaincode, function: called, creator } = decodeTransaction(envelope);
    // A block of the orderer, and block 0, have no codes: nothing of them was found invalid.
    const code = codes[index] ?? VALID;
    transactions.push({ block: number, index, code, id, at, kind, chaincode, function: called, creator });
    if (code !== VALID) {
      invalid += 1;
      continue;
    }
    for (const { namespace, key, value } of written) writes.push({ block: number, index, namespace, key, value });
    const words = wordsOfValues(written.flatMap(({ namespace, value }) => (UNSEARCHED.has(namespace) ? [] : [value])));
    if (words.length > 0) texts.push({ block: number, index, words });
  }
  const { orderer, signatures } = signersOf(block);
  return {
    block: {
      number,
      hash: blockHeaderHash(header),
      previousHash: header.previousHash,
      dataHash: header.dataHash,
      transactions: transactions.length,
      invalid,
      bytes,
      kind: transactions.some(({ kind }) => kind === "config") ? "config" : "transactions",
      ...timesOf(transactions),
      orderer,
      signatures,
    },
    transactions,
    writes,
    texts,
  };
}

/** The latest and the earliest time that the transactions state. */
function timesOf(transactions: readonly IndexedTransaction[]): { at: Date | undefined; firstAt: Date | undefined } {
  let [latest, earliest]: [Date | undefined, Date | undefined] = [undefined, undefined];
  for (const { at } of transactions) {
    if (at === undefined) continue;
    if (latest === undefined || at > latest) latest = at;
    if (earliest === undefined || at < earliest) earliest = at;
  }
  return { at: latest, firstAt: earliest };
}

function signersOf(block: common.Block): { orderer: string | undefined; signatures: number } {
  try {
    const slot = block.metadata?.metadata[BlockSlot.signatures] ?? new Uint8Array();
    const { signatures } = fromBinary(common.MetadataSchema, slot);
    const [first] = signatures;
    if (first === undefined) return { orderer: undefined, signatures: 0 };
    if (first.signatureHeader.length === 0) {
      const { identifier } = fromBinary(common.IdentifierHeaderSchema, first.identifierHeader);
      return { orderer: `consenter ${identifier}`, signatures: signatures.length };
    }
    const { creator } = fromBinary(common.SignatureHeaderSchema, first.signatureHeader);
    return { orderer: creatorName(creator), signatures: signatures.length };
  } catch {
    return { orderer: undefined, signatures: 0 };
  }
}
