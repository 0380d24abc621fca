// The process table as a test sees it, by no code of Heddle's: which processes carry the mark of a home.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Between two looks, which cost the machine that is being tested. */
const LOOK_MS = 40;

/** A living process of a home. */
export interface HomeProcess {
  readonly pid: number;
  /** Undefined for the server. */
  readonly network: string | undefined;
  readonly role: string | undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** State letter of a process: `T` is stopped; undefined when it is gone. */
export function stateOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const [state, , , , , , , , , , , , , , , , , threads] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return stat === "" || state === "X" || (state === "Z" && Number(threads) <= 1) ? undefined : state;
}

/** All living processes that were started for a home. */
export function processesOf(home: string): HomeProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const entries = read(`/proc/${pid}/environ`).split("\0");
    if (!entries.includes(`HEDDLE_HOME=${home}`) || stateOf(pid) === undefined) return [];
    const value = (key: string): string | undefined => entries.find((entry) => entry.startsWith(`${key}=`))?.slice(key.length + 1);
    return [{ pid, network: value("HEDDLE_NETWORK"), role: value("HEDDLE_ROLE") }];
  });
}

/** Ports of this machine that processes listen on, of those given. */
export function listeningPorts(pids: readonly number[]): number[] {
  const inodes = new Map<string, number>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of read(table).split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      if (state === "0A") inodes.set(inode, Number.parseInt(local.split(":").at(-1) ?? "", 16));
    }
  }
  return pids.flatMap((pid) => openFiles(pid).flatMap((target) => inodes.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "") ?? []));
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return "";
      }
    });
  } catch {
    return [];
  }
}

/** Ends processes as a power cut would, all before the first can notice; resolves when they are gone. */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It had ended already.
    }
  }
  await until("the end of what was killed", () => pids.every((pid) => stateOf(pid) === undefined));
}

/** Waits until a condition holds; fails after `seconds`. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 30): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await pause(LOOK_MS);
  }
}
