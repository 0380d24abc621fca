import type { Measurement } from "@heddle/store";
import type { MetricName, Point } from "./sample.ts";

/** One line of a chart. */
export interface Series {
  readonly metric: MetricName;
  readonly node?: string;
  readonly channel?: string;
  /** One for each time; null where nothing was measured. */
  readonly values: readonly (number | null)[];
}

/** Several lines over the same times. */
export interface Chart {
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
  readonly times: readonly Date[];
  readonly series: readonly Series[];
}

/** The points of a measurement. */
export function pointsOf({ data }: Measurement): readonly Point[] {
  // Only the collector writes measurements.
  return data as readonly Point[];
}

/** Puts measurements into `points` slots of equal length; several in one slot are averaged. */
export function chartOf(measurements: readonly Measurement[], from: Date, to: Date, points: number): Chart {
  const step = Math.max(1000, (to.getTime() - from.getTime()) / points);
  const times = Array.from({ length: points }, (_, index) => new Date(from.getTime() + (index + 1) * step));
  const lines = new Map<string, { point: Point; sums: number[]; counts: number[] }>();
  for (const measurement of measurements) {
    const slot = Math.min(points - 1, Math.max(0, Math.ceil((measurement.at.getTime() - from.getTime()) / step) - 1));
    for (const point of pointsOf(measurement)) {
      const key = `${point.metric} ${point.node ?? ""} ${point.channel ?? ""}`;
      const line = lines.get(key) ?? { point, sums: zeros(points), counts: zeros(points) };
      lines.set(key, line);
      line.sums[slot] = (line.sums[slot] ?? 0) + point.value;
      line.counts[slot] = (line.counts[slot] ?? 0) + 1;
    }
  }
  const series = [...lines.values()].map(({ point: { metric, node, channel }, sums, counts }): Series => ({
    metric,
    ...(node === undefined ? {} : { node }),
    ...(channel === undefined ? {} : { channel }),
    values: sums.map((sum, index) => ((counts[index] ?? 0) === 0 ? null : sum / (counts[index] ?? 1))),
  }));
  return { from, to, stepSeconds: step / 1000, times, series };
}

/** The averages of several measurements as one. */
export function averageOf(measurements: readonly Measurement[]): Point[] {
  const [first] = measurements;
  if (first === undefined) return [];
  const at = first.at;
  return chartOf(
    measurements.map((one) => ({ ...one, at })),
    at,
    new Date(at.getTime() + 1000),
    1,
  ).series.flatMap(({ values: [value], ...point }) => (value === null || value === undefined ? [] : [{ ...point, value }]));
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}
