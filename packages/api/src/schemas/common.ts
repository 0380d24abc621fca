import { z } from "zod";

/** Name of a network: a DNS label of at most 40 characters. */
export const networkName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "must be a DNS label of at most 40 characters: a-z, 0-9 and -");

/** Name of a chaincode. Fabric: core/chaincode/lifecycle, `ChaincodeNameRegExp`. */
export const chaincodeName = z
  .string()
  .max(100)
  .regex(/^[a-zA-Z0-9]+(?:[-_][a-zA-Z0-9]+)*$/, "must be letters and digits, in groups joined by - or _");

/** Version of a chaincode. Fabric: core/chaincode/lifecycle, `ChaincodeVersionRegExp`. */
export const chaincodeVersion = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9_.+-]+$/, "must be letters, digits, _ . + -");

/** Name of a channel. Fabric: common/configtx, `channelAllowedChars`, at most 249 characters. */
export const channelName = z
  .string()
  .max(249)
  .regex(/^[a-z][a-z0-9.-]*$/, "must begin with a-z and hold only a-z, 0-9, . and -");

/** Name of an organisation, a user or a node. */
export const plainName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, "must be letters, digits and . _ @ -");

/** Id of an operation. */
export const operationId = z.uuid();

/** Time in ISO 8601, UTC. */
export const time = z.iso.datetime();

/** A stable code, what happened, what to do next. */
export const errorSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    next: z.string(),
    problems: z.array(z.object({ path: z.string(), message: z.string(), suggestion: z.string().optional() })).default([]),
  })
  .meta({ id: "Error" });

/** Body of every answer that is not a success. */
export const errorBodySchema = z.object({ error: errorSchema }).meta({ id: "ErrorBody" });

/** Body of an error answer. */
export type ErrorBody = z.output<typeof errorBodySchema>;
