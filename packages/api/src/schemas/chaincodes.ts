import { chaincodeName, chaincodeVersion, channelName, organizationName, userName } from "@heddle/network";
import { z } from "zod";
import { plainName, time } from "./common.ts";

/** A folder on the server's machine. */
const folder = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^(?:\/|[A-Za-z]:[\\/])/, "must be an absolute path");

/** Where a chaincode comes from: a ready scenario, or a folder on the server's machine. */
export const chaincodeSource = z.union([z.strictObject({ scenario: plainName }), z.strictObject({ path: folder })]);

/** A chaincode to deploy. */
export const deployInput = z
  .strictObject({
    name: chaincodeName,
    channel: channelName,
    version: chaincodeVersion.optional(),
    sequence: z.int().min(1).optional().describe("default one more than the committed one"),
    source: chaincodeSource,
    language: z.enum(["typescript", "javascript", "go", "java", "external"]).optional(),
    endorsementPolicy: z.string().min(1).max(10_000).optional(),
    initRequired: z.boolean().optional(),
  })
  .meta({ id: "DeployInput" });

/** A deployed chaincode. */
export const chaincodeSchema = z
  .object({
    network: z.string(),
    channel: z.string(),
    name: z.string(),
    version: z.string(),
    sequence: z.int(),
    packageId: z.string(),
    deployedAt: time,
  })
  .meta({ id: "Chaincode" });

/** Largest argument of a call, in characters. */
const MAX_ARGUMENT = 4 * 1024 * 1024;

/** A call of a chaincode's function. */
export const callInput = z
  .strictObject({
    channel: channelName.optional().describe("default the only channel the chaincode is on"),
    organization: organizationName.optional().describe("default the first member of the channel"),
    user: userName.optional().describe("default the organisation's first user"),
    function: z.string().min(1).max(256),
    args: z.array(z.string().max(MAX_ARGUMENT)).max(256).default([]),
    transient: z.record(z.string().min(1).max(256), z.base64()).optional().describe("base64 by name"),
  })
  .meta({ id: "CallInput" });

const payload = {
  payload: z.base64().describe("what the function returned"),
  text: z.string().optional().describe("the same as text, where it is UTF-8"),
};

/** Result of a query. */
export const evaluatedSchema = z.object(payload).meta({ id: "Evaluated" });

/** Result of a committed transaction. */
export const submittedSchema = z
  .object({
    ...payload,
    transactionId: z.string(),
    block: z.int(),
    code: z.string().describe("validation code, such as VALID"),
  })
  .meta({ id: "Submitted" });

/** A deployed chaincode, as the API shows it. */
export type Chaincode = z.output<typeof chaincodeSchema>;
/** Result of a committed transaction, as the API shows it. */
export type Submitted = z.output<typeof submittedSchema>;
/** Result of a query, as the API shows it. */
export type Evaluated = z.output<typeof evaluatedSchema>;
