import { z } from "zod";
import { time } from "./common.ts";

/** What is measured. Rates are a second; latency is seconds. */
export const metricNames = [
  "height",
  "transactions_per_second",
  "endorsement_seconds_p50",
  "endorsement_seconds_p95",
  "endorsement_failures_per_second",
  "memory_bytes",
  "cpu_cores",
] as const;

/** One line of a chart: values at the times of the answer; null where nothing was measured. */
export const seriesSchema = z
  .object({
    metric: z.enum(metricNames),
    node: z.string().optional(),
    channel: z.string().optional(),
    values: z.array(z.number().nullable()),
  })
  .meta({ id: "Series" });

/** Measurements of a network over a time. */
export const metricsSchema = z
  .object({ from: time, to: time, stepSeconds: z.number(), times: z.array(time), series: z.array(seriesSchema) })
  .meta({ id: "Metrics" });

/** Measurements of a network, as the API shows them. */
export type Metrics = z.output<typeof metricsSchema>;
