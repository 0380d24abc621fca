import { chaincodeName, channelName, networkName } from "@heddle/network";
import { z } from "zod";
import {
  blockSchema,
  channelSchema,
  configChangeSchema,
  configNodeSchema,
  keyChangeSchema,
  searchHitSchema,
  stateEntrySchema,
  transactionDetailSchema,
  transactionSchema,
} from "../schemas/explorer.ts";
import { time } from "../schemas/common.ts";
import { endpoint } from "./endpoint.ts";

const network = z.object({ name: networkName });
const channel = z.object({ name: networkName, channel: channelName });
const blockNumber = z.coerce.number().int().min(0);
const limit = z.coerce.number().int().min(1).max(500).default(50);
const missing = ["STORE_NETWORK_NOT_FOUND", "EXPLORER_CHANNEL_NOT_FOUND"] as const;
const key = z.string().min(1).max(4096);

/** Endpoints of the explorer: what the channels hold, from an index that follows them. */
export const explorerEndpoints = {
  listChannels: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels",
    summary: "The channels of a network and how far the index is",
    permission: "explorer.read",
    params: network,
    response: { status: 200, body: z.object({ channels: z.array(channelSchema) }) },
    errors: ["STORE_NETWORK_NOT_FOUND"],
  }),
  listBlocks: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/blocks",
    summary: "Blocks, newest first",
    permission: "explorer.read",
    params: channel,
    query: z.strictObject({ before: blockNumber.optional().describe("only blocks below this number"), limit }),
    response: { status: 200, body: z.object({ blocks: z.array(blockSchema) }) },
    errors: missing,
  }),
  followBlocks: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/blocks/follow",
    summary: "Blocks as they are indexed; the id of an item is the number of its block",
    permission: "explorer.read",
    params: channel,
    query: z.strictObject({ after: blockNumber.optional().describe("number of the last block seen; default: only what is to come") }),
    response: { stream: blockSchema, resumable: true },
    errors: missing,
  }),
  getBlock: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/blocks/{block}",
    summary: "One block with its transactions",
    permission: "explorer.read",
    params: channel.extend({ block: blockNumber }),
    response: { status: 200, body: blockSchema.extend({ content: z.array(transactionSchema) }).meta({ id: "BlockDetail" }) },
    errors: [...missing, "EXPLORER_BLOCK_NOT_FOUND"],
  }),
  listTransactions: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/transactions",
    summary: "Transactions, newest first",
    permission: "explorer.read",
    params: channel,
    query: z.strictObject({
      before: z
        .string()
        .regex(/^\d+:\d+$/, "must be BLOCK:INDEX")
        .optional()
        .describe("only transactions before this one, BLOCK:INDEX"),
      chaincode: z.string().min(1).max(64).optional(),
      creator: z.string().min(1).max(255).optional().describe("MSP id, or MSP id/name"),
      code: z.string().min(1).max(64).optional(),
      from: time.optional(),
      to: time.optional(),
      limit,
    }),
    response: { status: 200, body: z.object({ transactions: z.array(transactionSchema) }) },
    errors: missing,
  }),
  getTransaction: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/transactions/{transaction}",
    summary: "One transaction with all that is in it",
    permission: "explorer.read",
    params: channel.extend({ transaction: z.string().min(1).max(128) }),
    response: { status: 200, body: transactionDetailSchema },
    errors: [...missing, "EXPLORER_TRANSACTION_NOT_FOUND"],
  }),
  listState: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/state/{chaincode}",
    summary: "Keys of a namespace as of a block, in the ledger's order",
    permission: "explorer.read",
    params: channel.extend({ chaincode: chaincodeName }),
    query: z.strictObject({
      after: z.string().max(4096).optional().describe("only keys behind this one"),
      prefix: z.string().max(4096).optional(),
      at: blockNumber.optional(),
      limit,
    }),
    response: {
      status: 200,
      body: z.object({
        at: z.int(),
        entries: z.array(stateEntrySchema),
        next: z
          .string()
          .optional()
          .describe("what to ask for with `after` to go on; missing at the end. A page may be short, or empty, and not be the last"),
      }),
    },
    errors: missing,
  }),
  keyHistory: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/history/{chaincode}",
    summary: "Changes of a key by valid transactions, newest first",
    permission: "explorer.read",
    params: channel.extend({ chaincode: chaincodeName }),
    query: z.strictObject({ key, limit }),
    response: { status: 200, body: z.object({ changes: z.array(keyChangeSchema) }) },
    errors: missing,
  }),
  search: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/search",
    summary: "Search by transaction id, block number or hash, key, text of a value, chaincode or creator",
    permission: "explorer.read",
    params: network,
    query: z.strictObject({
      q: z.string().trim().min(1).max(256),
      channel: channelName.optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: { status: 200, body: z.object({ hits: z.array(searchHitSchema) }) },
    errors: ["STORE_NETWORK_NOT_FOUND"],
  }),
  channelConfig: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/config",
    summary: "The channel's configuration as a readable tree, and its config blocks",
    permission: "explorer.read",
    params: channel,
    query: z.strictObject({ block: blockNumber.optional().describe("a config block; default the latest") }),
    response: {
      status: 200,
      body: z.object({ block: z.int(), sequence: z.int(), configBlocks: z.array(z.int()), root: configNodeSchema }),
    },
    errors: [...missing, "EXPLORER_CONFIG_BLOCK_NEEDED"],
  }),
  configDifference: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/channels/{channel}/config/difference",
    summary: "What differs between the configurations of two config blocks",
    permission: "explorer.read",
    params: channel,
    query: z.strictObject({ from: blockNumber, to: blockNumber }),
    response: { status: 200, body: z.object({ changes: z.array(configChangeSchema) }) },
    errors: [...missing, "EXPLORER_CONFIG_BLOCK_NEEDED"],
  }),
} as const;
