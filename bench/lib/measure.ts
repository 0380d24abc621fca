// Small measuring tools shared by the benchmarks: percentiles, CPU time and memory
// of a process as the kernel counts them. Linux only, like the benchmarks.
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** Clock ticks a second in /proc, the same on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** The given percentile of `values`, 0 to 100, by nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))];
  if (found === undefined) throw new Error("there are no values to take a percentile of");
  return found;
}

/** The middle one of `values`, the lower of two. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** CPU seconds, user and system, that the process has used so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of the process in MiB. */
export function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (line === null) throw new Error(`process ${pid} has no resident memory`);
  return Number(line[1]) / 1024;
}

/** One line that says on what machine the figures were taken. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return `${cpus().length} cores of ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.versions.node}`;
}

/** Runs `total` jobs, at most `parallel` at once. */
export async function inParallel(total: number, parallel: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < total) {
      const index = next;
      next += 1;
      await job(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, total) }, worker));
}

/** A Markdown table. */
export function table(head: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number>>): string {
  const line = (cells: ReadonlyArray<string | number>): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}
