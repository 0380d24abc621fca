/** One sample of Prometheus' text format. */
export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\d+)?$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text exposition format, 0.0.4; lines that are none are passed over. */
export function readPrometheus(text: string): ScrapedSample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels, value] = LINE.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, labels: readLabels(labels ?? ""), value: Number(value) }];
  });
}

function readLabels(text: string): Record<string, string> {
  const unescape = (value: string): string => value.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, unescape(value)]));
}
