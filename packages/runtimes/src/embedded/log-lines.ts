import type { LogLine } from "../port.ts";

const LEVELS: Readonly<Record<number, string>> = { 10: "TRACE", 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR", 60: "FATAL" };
const HIDDEN = new Set(["level", "time", "msg", "node", "network"]);

/** A line of devnet's log, which is JSON, as a person reads it; other lines stay as they are. */
export function readNodeLine(line: string, network: string): LogLine {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { node: network, line };
  }
  if (typeof entry !== "object" || entry === null) return { node: network, line };
  const { level, time, msg, node } = entry;
  const facts = Object.entries(entry)
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const text = [LEVELS[Number(level)] ?? "INFO", typeof msg === "string" ? msg : "", ...facts].join(" ");
  return { node: typeof node === "string" ? node : network, line: text, ...(typeof time === "number" ? { at: new Date(time) } : {}) };
}
