import i18next from "i18next";

/** Keeps what is made for a language and a shape: making a formatter takes longer than drawing a row, and rows have several. */
function kept<Shape, Formatter>(make: (language: string, shape: Shape) => Formatter): (shape: Shape) => Formatter {
  const made = new Map<string, Formatter>();
  return (shape) => {
    const key = `${i18next.language} ${JSON.stringify(shape)}`;
    let found = made.get(key);
    if (found === undefined) made.set(key, (found = make(i18next.language, shape)));
    return found;
  };
}

const numbers = kept((language, shape: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, shape));
const times = kept((language, shape: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, shape));
const spans = kept((language, shape: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(language, shape));

/** Seconds as people read them: two decimals below ten, none above a minute. */
export function formatSeconds(seconds: number): string {
  const digits = seconds < 10 ? 2 : seconds < 60 ? 1 : 0;
  return numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(seconds);
}

/** A whole number with the language's grouping. */
export function formatCount(value: number): string {
  return numbers({}).format(value);
}

/** Bytes in binary units. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${numbers({ maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 }).format(value)} ${units[power]}`;
}

/** A day. */
export function formatDate(iso: string): string {
  return times({ dateStyle: "medium" }).format(new Date(iso));
}

/** Date and time, exact. */
export function formatTime(iso: string): string {
  return times({ dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));
}

const steps = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
] as const;

/** How long ago, in words; `undefined` for less than five seconds. */
export function formatAgo(iso: string, now: number): string | undefined {
  let value = (new Date(iso).getTime() - now) / 1000;
  if (Math.abs(value) < 5) return undefined;
  const format = spans({ numeric: "always", style: "short" });
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) return format.format(Math.round(value), unit);
    value /= size;
  }
  return format.format(Math.round(value), "year");
}
