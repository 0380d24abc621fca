import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient, type Client, type Operation } from "@heddle/api";
import { presetNetwork, type PresetName } from "@heddle/network";

const root = path.resolve(import.meta.dirname, "../../..");

/** Milliseconds within which a server answers, and its console is built. */
const START_MS = 120_000;

/** A real server as a process of its own, on a home of its own. */
export interface HeddleServer {
  readonly home: string;
  /** Address of the console. */
  readonly url: string;
  client(): Client;
  /** A one-time login link for an account; without a name for the first owner. */
  link(account?: string): Promise<string>;
  /** Makes a network of a preset, and waits until it is ready. */
  create(preset: PresetName, name: string): Promise<void>;
  /** Ends the server as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and home. */
  start(): Promise<void>;
  /** Deletes its networks, ends it, and removes its home. */
  close(): Promise<void>;
}

interface ServerFile {
  readonly url: string;
  readonly console?: string;
  readonly token: string;
  readonly pid: number;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** Starts a server with its console, built where its sources have changed. */
export async function startHeddle(): Promise<HeddleServer> {
  const home = mkdtempSync(path.join(tmpdir(), "heddle-browser-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const file = (): ServerFile => JSON.parse(readFileSync(path.join(home, "server.json"), "utf8")) as ServerFile;
  const client = (): Client => createClient(file().url, file().token);
  const start = async (): Promise<void> => {
    child = spawn(
      process.execPath,
      [
        "--conditions=@heddle/source",
        "--disable-warning=ExperimentalWarning",
        path.join(root, "apps/cli/src/main.ts"),
        "serve",
        "--port",
        String(port),
      ],
      { cwd: root, env: { ...process.env, HEDDLE_HOME: home }, stdio: ["ignore", "ignore", "pipe"] },
    );
    let complaint = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString("utf8")}`.slice(-4_096);
    });
    const started = child;
    await ready(started.pid, file, client, () => {
      if (started.exitCode !== null) throw new Error(`the server ended with ${started.exitCode}: ${complaint}`);
    });
  };
  await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const over = once(child, "exit");
    child.kill(signal);
    await over;
  };
  return {
    home,
    url: file().console ?? file().url,
    client,
    async link(account) {
      const { accounts } = await client().listAccounts();
      const name = account ?? accounts.find(({ role }) => role === "owner")?.name;
      if (name === undefined) throw new Error("the server has no owner");
      return `${file().console ?? file().url}${(await client().createLoginLink({ params: { account: name } })).path}`;
    },
    async create(preset, name) {
      const { operation } = await client().createNetwork({ body: { spec: { ...presetNetwork(preset, { name }) } } });
      const { state, error } = await finished(client(), operation);
      if (state !== "succeeded") throw new Error(`${name} was not made: ${error?.message}`);
    },
    kill: () => end("SIGKILL"),
    start,
    async close() {
      try {
        for (const { name } of (await client().listNetworks()).networks) {
          const { operation } = await client().deleteNetwork({ params: { name } });
          await finished(client(), operation);
        }
      } finally {
        await end("SIGTERM");
        rmSync(home, { recursive: true, force: true });
      }
    },
  };
}

/** The operation as it is at its end. */
async function finished(client: Client, { id }: Operation): Promise<Operation> {
  for (;;) {
    const now = await client.getOperation({ params: { id } });
    if (["succeeded", "failed", "cancelled"].includes(now.state)) return now;
    await pause(50);
  }
}

async function ready(pid: number | undefined, file: () => ServerFile, client: () => Client, alive: () => void): Promise<void> {
  const deadline = Date.now() + START_MS;
  let last: unknown;
  while (Date.now() < deadline) {
    alive();
    try {
      // The file of the server before may still be there.
      if (file().pid !== pid) throw new Error("the server has not written its address yet");
      const { state, error } = await client().getConsole();
      if (state === "ready") return;
      if (state === "failed") throw new Error(`the console was not built: ${error?.message}`);
      last = state;
    } catch (error) {
      last = error;
    }
    await pause(50);
  }
  throw new Error("the server with its console did not come", { cause: last });
}
