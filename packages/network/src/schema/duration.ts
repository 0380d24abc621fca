import { z } from "zod";

const DURATION = /^([1-9]\d{0,8})(ms|s|m)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
const MAX_MS = 600_000;

/** Milliseconds of a duration such as `500ms`, `2s` or `1m`; `undefined` if it is not one. */
export function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  const unit = UNIT_MS[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** How long the orderer waits for more transactions: `instant` (block as soon as the queue is empty) or a duration up to 10 minutes. */
export const batchTimeout = z
  .string()
  .refine((text) => text === "instant" || (durationMs(text) ?? Infinity) <= MAX_MS, {
    error: 'must be "instant" or a duration such as 500ms or 2s, at most 10m',
  })
  .meta({ pattern: "^(instant|[1-9][0-9]{0,8}(ms|s|m))$", description: "instant, or a duration such as 500ms or 2s" });
