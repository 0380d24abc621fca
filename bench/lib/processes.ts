// Processes that a benchmark starts: each with a log file, each ended by its own
// pid, whatever happens to the benchmark.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A process under measurement. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Asks it to end, and makes it end after 10 s. */
  stop(): Promise<void>;
}

/** What to start. */
export interface ProgramSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Both outputs go here. */
  readonly logFile: string;
}

const GRACE_MS = 10_000;
const living = new Set<ChildProcess>();

// A benchmark that fails or is interrupted must leave nothing running.
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

/** Starts a program; it does not wait for it to be ready. */
export function startProgram({ name, command, args, cwd, env, logFile }: ProgramSpec): Program {
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", log, log] });
  closeSync(log);
  living.add(child);
  child.once("exit", () => living.delete(child));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started: ${command}`);
  return {
    name,
    pid,
    async stop() {
      if (!living.has(child)) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Ports nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a server has no port");
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Resolves when the condition holds. Rejects after `seconds`, with the end of the log. */
export async function until(what: string, condition: () => Promise<boolean> | boolean, seconds: number, logFile?: string): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      const log = logFile === undefined ? "" : `\n${readFileSync(logFile, "utf8").slice(-2000)}`;
      throw new Error(`${what}: not after ${seconds} s${log}`);
    }
    await pause(5);
  }
}

/** Whether something accepts connections there. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
