/** A time as Fabric's stub gives it: `seconds` is a 64-bit number object. */
export interface Timestamp {
  readonly seconds: number | { toNumber(): number };
  readonly nanos: number;
}

/** ISO 8601 in UTC with milliseconds. A contract takes the time from its transaction, never from a clock. */
export function isoTime({ seconds, nanos }: Timestamp): string {
  const whole = typeof seconds === "number" ? seconds : seconds.toNumber();
  return new Date(whole * 1000 + Math.floor(nanos / 1_000_000)).toISOString();
}
