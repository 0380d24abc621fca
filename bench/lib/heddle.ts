// Heddle as a user has it: the server and the command, in a home of their own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient, type Client, type Operation, type OperationDetail } from "@heddle/api";
import { startProgram, until, type Program } from "./processes.ts";

export const ROOT = path.resolve(import.meta.dirname, "../..");
const MAIN = path.join(ROOT, "apps/cli/src/main.ts");
/** What ./heddle gives to Node.js. */
const NODE_ARGUMENTS = ["--conditions=@heddle/source", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=4"];

/** A home that nothing has been in. */
export function newHome(): string {
  return mkdtempSync(path.join(tmpdir(), "heddle-bench-home-"));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}

/** Runs `./heddle` and returns its seconds and output. Throws when it fails. */
export function heddle(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { seconds: number; output: string } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(path.join(ROOT, "heddle"), args, {
    env: { ...process.env, HEDDLE_HOME: home, ...env },
    encoding: "utf8",
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`heddle ${args.join(" ")} ended with ${String(status)}: ${stderr}`);
  return { seconds, output: stdout };
}

/** A server in a home of its own. */
export interface BenchServer {
  readonly home: string;
  readonly program: Program;
  readonly client: Client;
  /** Ends the server and removes the home; its networks have to be deleted before. */
  stop(): Promise<void>;
}

/** Starts a server and waits until it answers. */
export async function startServer(): Promise<BenchServer> {
  const home = newHome();
  const file = path.join(home, "server.json");
  const logFile = path.join(home, "bench-server.log");
  const program = startProgram({
    name: "server",
    command: process.execPath,
    args: [...NODE_ARGUMENTS, MAIN, "serve", "--any-port"],
    cwd: home,
    // As the command starts it: it does not see to the console and to a login.
    env: { HEDDLE_HOME: home, HEDDLE_IN_BACKGROUND: "1" },
    logFile,
  });
  let client: Client | undefined;
  await until(
    "the server answers",
    async () => {
      try {
        const { url, token } = JSON.parse(readFileSync(file, "utf8")) as { url: string; token: string };
        client = createClient(url, token);
        await client.health({});
        return true;
      } catch {
        return false;
      }
    },
    20,
    logFile,
  );
  if (client === undefined) throw new Error("the server gave no address");
  return {
    home,
    program,
    client,
    async stop() {
      await program.stop();
      removeHome(home);
    },
  };
}

/** The seconds from the call to the operation's end, as the client sees both. Throws when it does not succeed. */
export async function timed(
  client: Client,
  call: () => Promise<{ readonly operation: Operation }>,
): Promise<{ seconds: number; operation: OperationDetail }> {
  const began = performance.now();
  const { operation } = await call();
  const stop = new AbortController();
  for await (const event of client.events({ query: { operation: operation.id, after: 0 } }, { signal: stop.signal })) {
    if (event.type !== "operation.changed") continue;
    const { state } = event.data as Operation;
    if (state === "succeeded" || state === "failed" || state === "cancelled") break;
  }
  const seconds = (performance.now() - began) / 1000;
  stop.abort();
  const ended = await client.getOperation({ params: { id: operation.id } });
  if (ended.state !== "succeeded") throw new Error(`${operation.summary}: ${ended.state}, ${ended.error?.message ?? ""}`);
  return { seconds, operation: ended };
}
