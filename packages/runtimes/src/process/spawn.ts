import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";

/** A process that outlives the one that starts it. */
export interface DetachedProcess {
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

/** Variables of this process that a child must not take over. */
const DROPPED = new Set(["NODE_OPTIONS", "HEDDLE_FAULT", "HEDDLE_NETWORK", "HEDDLE_ROLE"]);

/** Starts Node.js detached: it survives this process, its terminal and its process group. */
export function startDetached({ args, cwd, env, logFile }: DetachedProcess): StartedProcess {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, "a", 0o600);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !DROPPED.has(name)));
  const child = spawn(process.execPath, args, { cwd, detached: true, env: { ...inherited, ...env }, stdio: ["ignore", log, log] });
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

/** The last lines of a log, for error messages. */
export function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch {
    return "";
  }
}
