import { z } from "zod";
import { batchTimeout } from "./duration.ts";
import { domainName, mspId, nodeName, organizationName } from "./names.ts";

const UINT32 = 0xffff_ffff;
/** Largest message Fabric's own nodes send and take (Fabric: core/comm, MaxRecvMsgSize 100 MiB) less room for the envelope. */
const ABSOLUTE_MAX_BYTES = 103_809_024;

const batch = z.strictObject({
  maxMessages: z.int().min(1).max(UINT32).default(100).describe("Most transactions in a block"),
  preferredMaxBytes: z
    .int()
    .min(1024)
    .max(ABSOLUTE_MAX_BYTES)
    .default(2_097_152)
    .describe("A block is cut before it grows larger than this"),
  absoluteMaxBytes: z.int().min(1024).max(ABSOLUTE_MAX_BYTES).default(ABSOLUTE_MAX_BYTES).describe("A larger transaction is refused"),
  timeout: batchTimeout.optional(),
});

/** The ordering service: one organisation that runs all consenters. */
export const ordering = z.strictObject({
  type: z.enum(["raft", "bft"]).default("raft").describe("raft stands crashes; bft stands lying orderers and needs 4 consenters or more"),
  organization: z
    .strictObject({
      name: organizationName.default("Orderer"),
      mspId: mspId.default("OrdererMSP"),
      domain: domainName.default("example.com"),
    })
    .prefault({})
    .describe("Organisation that runs the orderers"),
  consenters: z
    .array(z.strictObject({ name: nodeName }))
    .min(1)
    .max(31)
    .optional()
    .describe("Orderer nodes; one for raft and four for bft if nothing is said"),
  batch: batch.prefault({}).describe("When a block is cut"),
});
