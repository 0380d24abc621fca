import type { Metrics } from "@heddle/api";
import i18next from "i18next";
import { formatBytes, formatCount } from "../ui/format.ts";

/** Name of what is measured. */
export type MetricName = Metrics["series"][number]["metric"];

/** A value in its unit; a dash where nothing was measured. */
export function formatMeasure(metric: MetricName, value: number | undefined): string {
  if (value === undefined) return "–";
  if (metric === "memory_bytes") return formatBytes(value);
  if (metric.startsWith("endorsement_seconds"))
    return value < 1 ? `${formatCount(Math.round(value * 10_000) / 10)} ms` : `${formatCount(Math.round(value * 100) / 100)} s`;
  return new Intl.NumberFormat(i18next.language, { maximumSignificantDigits: metric === "height" ? 21 : 3 }).format(value);
}
