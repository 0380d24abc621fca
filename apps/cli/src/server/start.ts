import { spawn } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cliErrors } from "../errors.ts";
import { logFile } from "./home.ts";

/** Set for a server that a command has started: it has nobody to show a login link to, and a log must not have one. */
export const IN_BACKGROUND = "HEDDLE_IN_BACKGROUND";

/** Longest time a server may take to answer, and the time between two looks. Milliseconds. */
const START_MS = 20_000;
const LOOK_MS = 25;
/** How long to wait for the server of somebody who started one at the same moment. */
const OTHER_MS = 3_000;

/** Which server to start, and how to see that it answers. */
export interface StartOptions<Server> {
  readonly home: string;
  readonly port: number | undefined;
  readonly find: () => Promise<Server | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Starts `heddle serve` as a process of its own and waits until a server answers.
 * @throws HeddleError CLI_SERVER_NOT_STARTED with the end of the log.
 */
export async function startServer<Server>({ home, port, find, signal }: StartOptions<Server>): Promise<Server> {
  const log = logFile(home);
  const descriptor = openLog(home, log);
  const logStart = fstatSync(descriptor).size;
  const main = path.resolve(import.meta.dirname, "..", "main.ts");
  const where = port === undefined ? ["--any-port"] : ["--port", String(port)];
  const child = spawn(process.execPath, [...process.execArgv, main, "serve", ...where], {
    cwd: home,
    detached: true,
    env: { ...process.env, HEDDLE_HOME: home, [IN_BACKGROUND]: "1" },
    stdio: ["ignore", descriptor, descriptor],
  });
  closeSync(descriptor);
  let ended: string | undefined;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, by) => (ended = `it ended with ${by ?? `code ${code ?? "?"}`}`));
  child.unref();

  const deadline = performance.now() + START_MS;
  let patience: number | undefined;
  while (performance.now() < (patience ?? deadline)) {
    const server = await find();
    if (server !== undefined) return server;
    // It may have given way to a server that started at the same moment.
    if (ended !== undefined) patience ??= performance.now() + OTHER_MS;
    await pause(LOOK_MS, undefined, { signal });
  }
  const reason = `${ended ?? `no answer after ${START_MS / 1000} s`}${lastLines(log, logStart)}`;
  throw cliErrors.create("CLI_SERVER_NOT_STARTED", { reason, log });
}

function openLog(home: string, log: string): number {
  try {
    mkdirSync(path.dirname(log), { recursive: true, mode: 0o700 });
    return openSync(log, "a", 0o600);
  } catch (cause) {
    throw cliErrors.create("CLI_HOME_UNUSABLE", { home, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}

/** The end of what was written to a log since `from`. */
function lastLines(log: string, from: number): string {
  const text = readFileSync(log).subarray(from).toString("utf8").trim();
  return text === "" ? "" : `\n${text.split("\n").slice(-8).join("\n")}`;
}
