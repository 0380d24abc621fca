import { networkName } from "@heddle/network";
import { z } from "zod";
import { time } from "../schemas/common.ts";
import { metricsSchema } from "../schemas/metrics.ts";
import { endpoint } from "./endpoint.ts";
import { placedErrors } from "./error-groups.ts";

const network = z.object({ name: networkName });

/** Endpoints about what the nodes measure, taken from their own Prometheus endpoints and kept for a day. */
export const metricEndpoints = {
  networkMetrics: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/metrics",
    summary: "Measurements of a network's nodes over a time",
    permission: "metrics.read",
    params: network,
    query: z.strictObject({
      from: time.optional().describe("default an hour ago"),
      to: time.optional(),
      points: z.coerce.number().int().min(2).max(1000).default(240),
    }),
    response: { status: 200, body: metricsSchema },
    errors: ["STORE_NETWORK_NOT_FOUND"],
  }),
  scrapeConfiguration: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/metrics/prometheus",
    summary: "A scrape configuration for Prometheus, to copy",
    permission: "metrics.read",
    params: network,
    response: { status: 200, body: z.object({ yaml: z.string() }) },
    errors: placedErrors,
  }),
} as const;
