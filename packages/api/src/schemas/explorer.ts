import { z } from "zod";
import { time } from "./common.ts";

/** How far the explorer is with a channel, and what it has verified. */
export const channelSchema = z
  .object({
    name: z.string(),
    members: z.array(z.string()),
    observers: z.array(z.string()),
    height: z.int().describe("blocks of the channel, as a peer says"),
    indexed: z.int().describe("blocks in the explorer's index"),
    transactions: z.int(),
    invalid: z.int().describe("transactions that are on the ledger but were not valid"),
    verified: z.boolean().describe("hash chain, data hashes and orderer signatures of every indexed block were right"),
    problem: z.string().optional().describe("what was not right, and in which block"),
    state: z.enum(["live", "catching-up", "stopped"]),
    lastBlockAt: time.optional(),
  })
  .meta({ id: "Channel" });

/** A block in a list. */
export const blockSchema = z
  .object({
    channel: z.string(),
    number: z.int(),
    hash: z.string().describe("hex"),
    previousHash: z.string(),
    dataHash: z.string(),
    transactions: z.int(),
    invalid: z.int(),
    bytes: z.int(),
    kind: z.enum(["config", "transactions"]),
    at: time.optional().describe("latest time of its transactions, as their creators said"),
    orderer: z.string().optional().describe("who signed it: MSP id and common name; BFT: the first of them"),
    signatures: z.int(),
    verified: z.boolean(),
  })
  .meta({ id: "Block" });

/** A transaction in a list. */
export const transactionSchema = z
  .object({
    channel: z.string(),
    id: z.string(),
    block: z.int(),
    index: z.int(),
    at: time.optional(),
    kind: z.enum(["endorser", "config", "other"]),
    code: z.string().describe("validation code, such as VALID or MVCC_READ_CONFLICT"),
    chaincode: z.string().optional(),
    function: z.string().optional(),
    creator: z.object({ mspId: z.string(), name: z.string() }).optional(),
  })
  .meta({ id: "Transaction" });

/** Bytes for people: text where they are UTF-8, and base64 always. */
export const bytesSchema = z.object({ base64: z.base64(), text: z.string().optional(), bytes: z.int() }).meta({ id: "Bytes" });

const version = z.object({ block: z.int(), index: z.int() });

/** What a transaction read and wrote in one namespace. */
export const readWriteSetSchema = z
  .object({
    namespace: z.string(),
    reads: z.array(z.object({ key: z.string(), version: version.optional() })),
    ranges: z.array(z.object({ start: z.string(), end: z.string(), exhausted: z.boolean(), reads: z.int() })),
    writes: z.array(z.object({ key: z.string(), delete: z.boolean(), value: bytesSchema.optional() })),
    collections: z.array(
      z.object({
        name: z.string(),
        reads: z.int(),
        writes: z.array(z.object({ keyHash: z.string(), valueHash: z.string().optional(), delete: z.boolean() })),
      }),
    ),
  })
  .meta({ id: "ReadWriteSet" });

/** A transaction with all that is in it. */
export const transactionDetailSchema = transactionSchema
  .extend({
    arguments: z.array(bytesSchema),
    endorsers: z.array(z.object({ mspId: z.string(), name: z.string(), valid: z.boolean() })),
    response: z.object({ status: z.int(), message: z.string(), payload: bytesSchema }).optional(),
    event: z.object({ name: z.string(), payload: bytesSchema }).optional(),
    sets: z.array(readWriteSetSchema),
    envelopeBytes: z.int(),
  })
  .meta({ id: "TransactionDetail" });

/** A key of the state as of a block. */
export const stateEntrySchema = z
  .object({ key: z.string(), value: bytesSchema, block: z.int(), index: z.int(), transaction: z.string() })
  .meta({ id: "StateEntry" });

/** One change of a key. */
export const keyChangeSchema = z
  .object({
    transaction: z.string(),
    block: z.int(),
    index: z.int(),
    at: time.optional(),
    delete: z.boolean(),
    value: bytesSchema.optional(),
  })
  .meta({ id: "KeyChange" });

/** Something that was found. */
export const searchHitSchema = z
  .object({
    kind: z.enum(["transaction", "block", "key", "value", "chaincode", "creator"]),
    channel: z.string(),
    title: z.string(),
    detail: z.string(),
    block: z.int().optional(),
    transaction: z.string().optional(),
    namespace: z.string().optional(),
    key: z.string().optional(),
  })
  .meta({ id: "SearchHit" });

/** One element of a channel's configuration, readable: groups hold children, values and policies a text or JSON. */
export interface ConfigNode {
  readonly kind: "group" | "value" | "policy";
  readonly name: string;
  readonly version: number;
  readonly modPolicy: string;
  readonly value?: unknown;
  readonly children?: readonly ConfigNode[];
}

/** See {@link ConfigNode}. */
export const configNodeSchema: z.ZodType<ConfigNode> = z
  .object({
    kind: z.enum(["group", "value", "policy"]),
    name: z.string(),
    version: z.int(),
    modPolicy: z.string(),
    value: z.unknown().optional(),
    get children() {
      return z.array(configNodeSchema).optional();
    },
  })
  .meta({ id: "ConfigNode" }) as unknown as z.ZodType<ConfigNode>;

/** A difference between two configurations. */
export const configChangeSchema = z
  .object({
    action: z.enum(["added", "removed", "changed"]),
    kind: z.enum(["group", "value", "policy"]),
    path: z.string().describe("such as Channel/Application/Org1/MSP"),
    summary: z.string().describe("in words"),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: "ConfigChange" });

/** A channel, as the explorer shows it. */
export type Channel = z.output<typeof channelSchema>;
/** A block, as the explorer shows it. */
export type Block = z.output<typeof blockSchema>;
/** A transaction in a list. */
export type Transaction = z.output<typeof transactionSchema>;
/** A transaction with all that is in it. */
export type TransactionDetail = z.output<typeof transactionDetailSchema>;
/** Something that was found. */
export type SearchHit = z.output<typeof searchHitSchema>;
/** A key of the state as of a block. */
export type StateEntry = z.output<typeof stateEntrySchema>;
/** One change of a key. */
export type KeyChange = z.output<typeof keyChangeSchema>;
/** A difference between two configurations. */
export type ConfigChange = z.output<typeof configChangeSchema>;
