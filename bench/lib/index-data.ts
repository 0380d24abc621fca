// Batches of an index as large as a year of use makes it, without the blocks they would come from.
import { createHash } from "node:crypto";
import { wordsOf } from "@heddle/explorer";
import type { IndexBatch, IndexedBlock, IndexedText, IndexedTransaction, IndexedWrite } from "@heddle/store";
import { record } from "./ledger.ts";

export const NAMESPACE = "trade";
export const HOT_KEY = "counter";
/** Transactions of a block. */
export const BLOCK_SIZE = 10;
/** Every so many transactions one writes the hot key. */
const HOT_EVERY = 10;
const BEGIN = Date.UTC(2026, 0, 1);
const MVCC_READ_CONFLICT = 11;
const CREATORS = ["Org1MSP/app", "Org2MSP/app", "Org3MSP/carrier", "Org1MSP/Admin"];

export const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();
export const idOf = (index: number): string => hashOf(`transaction ${index}`).toString("hex");
export const timeOf = (index: number): Date => new Date(BEGIN + index * 1000);

function transactionOf(index: number): IndexedTransaction {
  return {
    block: Math.floor(index / BLOCK_SIZE),
    index: index % BLOCK_SIZE,
    id: idOf(index),
    at: timeOf(index),
    kind: "endorser",
    code: index % 100 === 99 ? MVCC_READ_CONFLICT : 0,
    // One chaincode is called seldom: its filter cannot live on luck.
    chaincode: index % 20_000 === 7 ? "audit" : index % 3 === 0 ? "asset" : NAMESPACE,
    function: index % 3 === 0 ? "transfer" : "create",
    creator: CREATORS[index % 1000 === 5 ? 3 : index % 3],
  };
}

/** The blocks from a number on, `count` of them, with all that stands in them. */
export function batchOf(first: number, count: number): IndexBatch {
  const blocks: IndexedBlock[] = [];
  const transactions: IndexedTransaction[] = [];
  const writes: IndexedWrite[] = [];
  const texts: IndexedText[] = [];
  for (let number = first; number < first + count; number += 1) {
    const own = Array.from({ length: BLOCK_SIZE }, (_, index) => transactionOf(number * BLOCK_SIZE + index));
    transactions.push(...own);
    for (const [position, { code }] of own.entries()) {
      const index = number * BLOCK_SIZE + position;
      if (code !== 0) continue;
      const place = { block: number, index: position };
      const { key, value } = record(index);
      const hot = index % HOT_EVERY === 0;
      const written = Buffer.from(hot ? String(index) : value);
      writes.push({ ...place, namespace: NAMESPACE, key: Buffer.from(hot ? HOT_KEY : key), value: written });
      texts.push({ ...place, words: [...wordsOf(written.toString())].join(" ") });
    }
    blocks.push({
      number,
      hash: hashOf(`block ${number}`),
      previousHash: hashOf(`block ${number - 1}`),
      dataHash: hashOf(`data ${number}`),
      transactions: BLOCK_SIZE,
      invalid: own.filter(({ code }) => code !== 0).length,
      bytes: 40_000,
      kind: number === 0 ? "config" : "transactions",
      at: own.at(-1)?.at,
      firstAt: own[0]?.at,
      orderer: "OrdererMSP/orderer0.example.com",
      signatures: 1,
      verified: true,
    });
  }
  return { blocks, transactions, writes, texts, problem: undefined };
}
