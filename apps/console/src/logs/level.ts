/** Levels of log lines, least first. */
export const levels = ["debug", "info", "warn", "error"] as const;

/** One level. */
export type Level = (typeof levels)[number];

/** Level of a line, by the word that Fabric's nodes and ours write early in it; lines without one, such as stacks, belong to the line before. */
export function levelOf(line: string, before: Level): Level {
  const word = /\b(DEBU|DEBUG|INFO|WARN|WARNING|ERRO|ERROR|FATA|FATAL|PANI|PANIC)\b/i.exec(line.slice(0, 120))?.[1]?.toUpperCase();
  if (word === undefined) return before;
  if (word.startsWith("DEBU")) return "debug";
  if (word === "INFO") return "info";
  return word.startsWith("WARN") ? "warn" : "error";
}
