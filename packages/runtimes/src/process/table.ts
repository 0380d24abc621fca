import { readdirSync, readFileSync } from "node:fs";

/** A process that carries a network's mark in its environment. */
export interface MarkedProcess {
  readonly pid: number;
  /** Clock ticks after boot at which it started; with the pid, it names one process for ever. */
  readonly startTicks: number;
  /** What it is within the network: `devnet` or `chaincode:LABEL`. */
  readonly role: string;
}

/** The environment that marks a process as a network's. */
export function processMark(home: string, network: string, role: string): Record<string, string> {
  return { HEDDLE_HOME: home, HEDDLE_NETWORK: network, HEDDLE_ROLE: role };
}

const TICKS_PER_SECOND = 100;

function readStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, second, stands in parentheses and may hold spaces; the third field is the state.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Start of a process in clock ticks after boot; undefined when it is gone or a zombie. */
export function startTicks(pid: number): number | undefined {
  const fields = readStat(pid);
  return fields === undefined || fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
}

function readEnvironment(pid: number): Map<string, string> {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
  } catch {
    return new Map();
  }
}

/** Every living process of a network, found by its mark, whoever started it. */
export function findProcesses(home: string, network: string): MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const environment = readEnvironment(pid);
    if (environment.get("HEDDLE_NETWORK") !== network || environment.get("HEDDLE_HOME") !== home) continue;
    const ticks = startTicks(pid);
    const role = environment.get("HEDDLE_ROLE");
    if (ticks !== undefined && role !== undefined) found.push({ pid, startTicks: ticks, role });
  }
  return found;
}

/** What a process uses. */
export interface ProcessUsage {
  readonly since: Date;
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
}

/** Reads what a process uses; undefined when it is gone. */
export function processUsage(pid: number): ProcessUsage | undefined {
  const fields = readStat(pid);
  if (fields === undefined) return undefined;
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  const age = uptime - Number(fields[19]) / TICKS_PER_SECOND;
  return {
    since: new Date(Date.now() - age * 1000),
    memoryBytes: Number(fields[21]) * 4096,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

/** Ends a process: politely, then not. Resolves when it is gone. Another process with the same number is left alone. */
export async function endProcess({ pid, startTicks: started }: Pick<MarkedProcess, "pid" | "startTicks">, graceMs = 3000): Promise<void> {
  const alive = (): boolean => startTicks(pid) === started;
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (alive()) process.kill(pid, name);
    } catch {
      // It ended between the look and the signal.
    }
  };
  signal("SIGTERM");
  for (let waited = 0; alive() && waited < graceMs; waited += 10) await pause(10);
  signal("SIGKILL");
  for (let waited = 0; alive() && waited < 5000; waited += 10) await pause(10);
}

/** Waits; no longer than the signal lets it. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
