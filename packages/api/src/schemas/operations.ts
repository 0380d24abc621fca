import { z } from "zod";
import { errorArguments, operationId, time } from "./common.ts";

/** States of an operation. */
export const operationState = z.enum(["queued", "running", "undoing", "succeeded", "failed", "cancelled"]);

/** Why an operation or a step failed. */
export const failureSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    next: z.string(),
    args: errorArguments.optional(),
    step: z.string().optional(),
    node: z.string().optional(),
  })
  .meta({ id: "Failure" });

/** A step of an operation. */
export const stepSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    phase: z.string().optional(),
    node: z.string().optional(),
    state: z.enum(["pending", "running", "done", "failed", "undoing", "undone"]),
    attempts: z.int(),
    startedAt: time.optional(),
    finishedAt: time.optional(),
    seconds: z.number().optional().describe("seconds of the last attempt"),
    error: failureSchema.optional(),
  })
  .meta({ id: "Step" });

/** An operation, without its steps. */
export const operationSchema = z
  .object({
    id: operationId,
    kind: z.string(),
    network: z.string().optional(),
    summary: z.string(),
    actor: z.string().optional().describe("account that submitted it, local for the server's own token"),
    state: operationState,
    error: failureSchema.optional(),
    result: z.unknown().optional().describe("what the operation made known at its end, such as a proof or a receipt"),
    createdAt: time,
    startedAt: time.optional(),
    finishedAt: time.optional(),
    seconds: z.number().describe("seconds since it was accepted, until its end"),
  })
  .meta({ id: "Operation" });

/** An operation with its steps. */
export const operationDetailSchema = operationSchema.extend({ steps: z.array(stepSchema) }).meta({ id: "OperationDetail" });

/** Answer to everything that changes the world. */
export const acceptedSchema = z.object({ operation: operationSchema }).meta({ id: "Accepted" });

/** One line of the event stream. */
export const eventSchema = z
  .object({
    id: z.int(),
    at: time,
    type: z
      .string()
      .describe(
        "operation.changed, operation.planned, step.changed, step.log, step.progress, network.changed, network.deleted, certificate.expiring",
      ),
    network: z.string().optional(),
    operation: z.string().optional(),
    data: z.unknown(),
  })
  .meta({ id: "Event" });

/** A step, as the API shows it. */
export type Step = z.output<typeof stepSchema>;
/** An operation, as the API shows it. */
export type Operation = z.output<typeof operationSchema>;
/** An operation with its steps, as the API shows it. */
export type OperationDetail = z.output<typeof operationDetailSchema>;
/** An event, as the API shows it. */
export type HeddleEvent = z.output<typeof eventSchema>;
