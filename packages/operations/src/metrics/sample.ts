import type { ScrapedSample } from "./prometheus.ts";

/** What a node's counters stood at when it was asked. */
export interface NodeCounters {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly samples: readonly ScrapedSample[];
}

/** What is measured. Rates are a second, latencies seconds. */
export type MetricName =
  | "height"
  | "transactions_per_second"
  | "endorsement_seconds_p50"
  | "endorsement_seconds_p95"
  | "endorsement_failures_per_second"
  | "memory_bytes"
  | "cpu_cores";

/** One number of a measurement; of a node, of a channel on a node, or both. */
export interface Point {
  readonly metric: MetricName;
  readonly node?: string;
  readonly channel?: string;
  readonly value: number;
}

/** What a peer's counters say of the time between two looks. Rates are a second. */
export function peerPoints(node: string, before: NodeCounters | undefined, now: NodeCounters): Point[] {
  const heights = now.samples
    .filter(({ name }) => name === "ledger_blockchain_height")
    .map(({ labels, value }): Point => ({ metric: "height", node, channel: labels["channel"] ?? "", value }));
  if (before === undefined) return heights;
  const seconds = (now.at - before.at) / 1000;
  const rate = (grown: number): number => grown / seconds;
  const latencyPoint = (metric: MetricName, quantile: number): Point[] => {
    const value = quantileOf("endorser_proposal_duration", before, now, quantile);
    return value === undefined ? [] : [{ metric, node, value }];
  };
  return [
    ...heights,
    ...channelsOf(now).map((channel): Point => ({
      metric: "transactions_per_second",
      node,
      channel,
      value: rate(growth("ledger_transaction_count", before, now, { channel })),
    })),
    { metric: "endorsement_failures_per_second", node, value: rate(growth("endorser_endorsement_failures", before, now)) },
    ...latencyPoint("endorsement_seconds_p50", 0.5),
    ...latencyPoint("endorsement_seconds_p95", 0.95),
  ];
}

function channelsOf({ samples }: NodeCounters): string[] {
  return [...new Set(samples.flatMap(({ name, labels }) => (name === "ledger_blockchain_height" ? [labels["channel"] ?? ""] : [])))];
}

/** How much a counter has grown, over all samples with these labels. One that fell began anew with its process. */
function growth(name: string, before: NodeCounters, now: NodeCounters, labels: Readonly<Record<string, string>> = {}): number {
  const total = ({ samples }: NodeCounters): number =>
    samples
      .filter((sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
      .reduce((sum, { value }) => sum + value, 0);
  const grown = total(now) - total(before);
  return grown < 0 ? total(now) : grown;
}

/** A quantile of a histogram's growth, interpolated within its bucket as Prometheus does; undefined when nothing was noted. */
function quantileOf(name: string, before: NodeCounters, now: NodeCounters, quantile: number): number | undefined {
  const bounds = [...new Set(now.samples.flatMap((sample) => (sample.name === `${name}_bucket` ? [sample.labels["le"] ?? ""] : [])))];
  const buckets = bounds
    .map((le) => ({ bound: le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le), count: growth(`${name}_bucket`, before, now, { le }) }))
    .toSorted((a, b) => a.bound - b.bound);
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return undefined;
  const rank = quantile * total;
  let below = { bound: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= rank) {
      if (bucket.bound === Number.POSITIVE_INFINITY) return below.bound;
      return below.bound + ((bucket.bound - below.bound) * (rank - below.count)) / (bucket.count - below.count);
    }
    below = bucket;
  }
  return below.bound;
}
