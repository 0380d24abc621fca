import { networkName } from "@heddle/network";
import { z } from "zod";
import { operationId, time } from "../schemas/common.ts";
import {
  acceptedSchema,
  eventSchema,
  failureSchema,
  operationDetailSchema,
  operationSchema,
  operationState,
} from "../schemas/operations.ts";
import { endpoint } from "./endpoint.ts";

const operation = z.object({ id: operationId });

/** Endpoints about the server and its operations. */
export const serverEndpoints = {
  health: endpoint({
    method: "GET",
    path: "/api/v1/health",
    summary: "Whether the server and its store answer",
    permission: "server.read",
    response: {
      status: 200,
      body: z
        .object({ status: z.literal("ok"), version: z.string(), pid: z.int(), startedAt: time, store: z.string() })
        .meta({ id: "Health" }),
    },
    errors: [],
  }),
  openapi: endpoint({
    method: "GET",
    path: "/api/v1/openapi.json",
    summary: "This description of the API",
    permission: "server.read",
    response: { status: 200, body: z.record(z.string(), z.unknown()) },
    errors: [],
  }),
  getConsole: endpoint({
    method: "GET",
    path: "/api/v1/console",
    summary: "Whether the web console is built; begins to build it where its sources have changed",
    permission: "server.read",
    response: {
      status: 200,
      body: z
        .object({
          state: z.enum(["ready", "building", "failed", "absent"]),
          seconds: z.number().optional().describe("how long it has been building, or took"),
          error: failureSchema.optional(),
        })
        .meta({ id: "Console" }),
    },
    errors: [],
  }),
  listOperations: endpoint({
    method: "GET",
    path: "/api/v1/operations",
    summary: "Operations, newest first",
    permission: "operations.read",
    query: z.strictObject({
      network: networkName.optional(),
      state: operationState.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
    response: { status: 200, body: z.object({ operations: z.array(operationSchema) }) },
    errors: [],
  }),
  getOperation: endpoint({
    method: "GET",
    path: "/api/v1/operations/{id}",
    summary: "One operation with its steps",
    permission: "operations.read",
    params: operation,
    response: { status: 200, body: operationDetailSchema },
    errors: ["OPERATION_NOT_FOUND"],
  }),
  cancelOperation: endpoint({
    method: "POST",
    path: "/api/v1/operations/{id}/cancel",
    summary: "Stop an operation and undo what it did",
    permission: "operations.write",
    params: operation,
    response: { status: 202, body: acceptedSchema },
    errors: ["OPERATION_NOT_FOUND", "OPERATION_OVER", "OPERATION_NOT_CANCELLABLE", "STORE_NETWORK_BUSY"],
  }),
  retryOperation: endpoint({
    method: "POST",
    path: "/api/v1/operations/{id}/retry",
    summary: "Go on with a failed operation",
    permission: "operations.write",
    params: operation,
    response: { status: 202, body: acceptedSchema },
    errors: ["OPERATION_NOT_FOUND", "OPERATION_OVER", "STORE_NETWORK_BUSY"],
  }),
  events: endpoint({
    method: "GET",
    path: "/api/v1/events",
    summary: "Events as they happen, resumable by Last-Event-ID",
    permission: "operations.read",
    query: z.strictObject({
      after: z.coerce.number().int().min(0).optional().describe("id of the last event seen; default: only what is to come"),
      network: networkName.optional(),
      operation: operationId.optional(),
    }),
    response: { stream: eventSchema, resumable: true },
    errors: [],
  }),
} as const;
