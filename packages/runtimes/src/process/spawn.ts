import { spawn } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import path from "node:path";

/** A process that outlives the one that starts it. */
export interface DetachedProcess {
  /** Node.js itself when absent. */
  readonly program?: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Both outputs are appended here. */
  readonly logFile: string;
}

/** A started process and how to see that it ended. */
export interface StartedProcess {
  readonly pid: number;
  /** How it ended, when it has. */
  readonly ended: () => string | undefined;
}

/**
 * This process's own settings, such as the address of its store, are nothing a chaincode should see; and what
 * begins as Fabric's settings do would change the configuration that a peer or orderer is given.
 */
function isInherited(name: string): boolean {
  return name !== "NODE_OPTIONS" && !/^(HEDDLE|CORE|ORDERER|FABRIC)_/.test(name);
}

/**
 * V8's young generation, in MiB a half: by default it grows to 16 and stays there, however little a process
 * does. A quarter of an idle network's memory is saved, and CPU time under load is the same (docs/benchmarks.md).
 */
const SMALL_HEAP = "--max-semi-space-size=4";

/** Starts a program detached: it survives this process, its terminal and its process group. */
export function startDetached({ program, args, cwd, env, logFile }: DetachedProcess): StartedProcess {
  mkdirSync(path.dirname(logFile), { recursive: true, mode: 0o700 });
  const log = openSync(logFile, "a", 0o600);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => isInherited(name)));
  const child = spawn(program ?? process.execPath, program === undefined ? [SMALL_HEAP, ...args] : args, {
    cwd,
    detached: true,
    env: { ...inherited, ...env },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  let end: string | undefined;
  child.on("exit", (code, signal) => {
    end = signal === null ? `it ended with code ${code ?? 0}` : `it was ended by ${signal}`;
  });
  child.on("error", (error) => {
    end = error.message;
  });
  return { pid: child.pid ?? 0, ended: () => end };
}

/** How much of a log's end an error message looks at, in bytes. */
const END_BYTES = 8192;

/** The last lines of a log that say something, for error messages: without the frames of stack traces and empty lines. */
export function lastLines(file: string, count: number): string {
  let log: number;
  try {
    log = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const end = Buffer.alloc(END_BYTES);
    const read = readSync(log, end, 0, END_BYTES, Math.max(0, fstatSync(log).size - END_BYTES));
    const lines = end.subarray(0, read).toString("utf8").split("\n");
    return lines
      .filter((line) => !/^(\s+at .*|\s*)$/.test(line))
      .slice(-count)
      .join("\n");
  } finally {
    closeSync(log);
  }
}
