import { z } from "zod";

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

/** What the text of an error was filled with: names, numbers and reasons by their tags. */
export const errorArguments = z.record(z.string(), z.union([z.string(), z.number()]));

/** A stable code, what happened, what to do next. */
export const errorSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    next: z.string(),
    args: errorArguments.default({}).describe("what message and next were filled with, to say it in another language"),
    problems: z.array(z.object({ path: z.string(), message: z.string(), suggestion: z.string().optional() })).default([]),
  })
  .meta({ id: "Error" });

/** Body of every answer that is not a success. */
export const errorBodySchema = z.object({ error: errorSchema }).meta({ id: "ErrorBody" });

/** Data of the event called `error`, with which a stream ends that has broken off: the status it would have had, and the error. */
export const streamErrorSchema = errorBodySchema.extend({ status: z.int() }).meta({ id: "StreamError" });

/** See {@link streamErrorSchema}. */
export type StreamError = z.output<typeof streamErrorSchema>;

/** Body of an error answer. */
export type ErrorBody = z.output<typeof errorBodySchema>;
