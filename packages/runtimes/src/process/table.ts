import { readdirSync, readFileSync, statSync } from "node:fs";

/** A process that carries a network's mark in its environment. */
export interface MarkedProcess {
  readonly pid: number;
  /** Clock ticks after boot at which it started; with the pid, it names one process for ever. */
  readonly startTicks: number;
  readonly network: string;
  /** What it is within the network: `devnet` or `chaincode:LABEL`. */
  readonly role: string;
  /** The process that was started as such; the others are what it has started itself. */
  readonly leader: boolean;
  readonly environment: ReadonlyMap<string, string>;
}

/** The environment that marks a process as a network's. */
export function processMark(home: string, network: string, role: string): Record<string, string> {
  return { HEDDLE_HOME: home, HEDDLE_NETWORK: network, HEDDLE_ROLE: role };
}

/** USER_HZ, in which /proc counts, is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** The fields of /proc/PID/stat from the third on (proc_pid_stat(5)): state, parent, process group, … */
function readStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, second, stands in parentheses and may hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Whether only its exit status is left. A zombie with threads is still closing its files and sockets. */
function isOver(fields: readonly string[]): boolean {
  return fields[0] === "X" || (fields[0] === "Z" && Number(fields[17]) <= 1);
}

/** Start of a process in clock ticks after boot; undefined when it is gone or a zombie. */
export function startTicks(pid: number): number | undefined {
  const fields = readStat(pid);
  return fields === undefined || isOver(fields) ? undefined : Number(fields[19]);
}

function readMark(pid: number, home: string): MarkedProcess | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It ended, or belongs to somebody else.
    return undefined;
  }
  if (!text.includes("HEDDLE_ROLE=")) return undefined;
  const environment = new Map(text.split("\0").map((entry) => splitOnce(entry)));
  const network = environment.get("HEDDLE_NETWORK");
  const role = environment.get("HEDDLE_ROLE");
  if (environment.get("HEDDLE_HOME") !== home || network === undefined || role === undefined || !isOwn(pid)) return undefined;
  const fields = readStat(pid);
  if (fields === undefined || isOver(fields)) return undefined;
  return { pid, startTicks: Number(fields[19]), network, role, leader: Number(fields[2]) === pid, environment };
}

function splitOnce(entry: string): [string, string] {
  const equals = entry.indexOf("=");
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}

/** Whether a process runs as this user: root sees everybody's, and must not take another user's for its own. */
function isOwn(pid: number): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === process.geteuid?.();
  } catch {
    return false;
  }
}

/** The processes of one home, found by their marks in the process table, whoever started them. */
export class MarkedProcesses {
  readonly #home: string;
  /** Where a role was seen last. Only a hint: it counts while the very process is alive. */
  readonly #seen = new Map<string, MarkedProcess>();

  constructor(home: string) {
    this.#home = home;
  }

  /** Every living process of a network, those that its processes have started included. */
  of(network: string): MarkedProcess[] {
    return this.#scan().filter((found) => found.network === network);
  }

  /** The living process that was started as `role`; looks through the table unless the one seen last still lives. */
  find(network: string, role: string): MarkedProcess | undefined {
    const seen = this.#seen.get(key(network, role));
    if (seen !== undefined && isAlive(seen)) return seen;
    return this.#scan().find((found) => found.leader && found.network === network && found.role === role);
  }

  #scan(): MarkedProcess[] {
    const found: MarkedProcess[] = [];
    for (const name of readdirSync("/proc")) {
      const pid = Number(name);
      const marked = Number.isInteger(pid) ? readMark(pid, this.#home) : undefined;
      if (marked !== undefined) found.push(marked);
    }
    this.#seen.clear();
    for (const one of found.filter(({ leader }) => leader)) this.#seen.set(key(one.network, one.role), one);
    return found;
  }
}

function key(network: string, role: string): string {
  return `${network}\0${role}`;
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
  if (fields === undefined || isOver(fields)) return undefined;
  return {
    since: new Date(Date.now() - (secondsAfterBoot() - Number(fields[19]) / TICKS_PER_SECOND) * 1000),
    memoryBytes: residentBytes(pid),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

function secondsAfterBoot(): number {
  return Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
}

/** In kB of /proc/PID/status, not in pages, whose size differs between machines. */
function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Whether the very process is alive, and not another one with its number. */
export function isAlive({ pid, startTicks: started }: Pick<MarkedProcess, "pid" | "startTicks">): boolean {
  return startTicks(pid) === started;
}

/** Ends a process: politely, then not. Resolves when it is gone. Another process with the same number is left alone. */
export async function endProcess(target: Pick<MarkedProcess, "pid" | "startTicks">, graceMs = 3000): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (isAlive(target)) process.kill(target.pid, name);
    } catch {
      // It ended between the look and the signal.
    }
  };
  signal("SIGTERM");
  for (let waited = 0; isAlive(target) && waited < graceMs; waited += 10) await pause(10);
  signal("SIGKILL");
  for (let waited = 0; isAlive(target) && waited < 5000; waited += 10) await pause(10);
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
