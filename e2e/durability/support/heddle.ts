import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createClient, type Client, type OperationDetail } from "@heddle/api";
import { presetNetwork, validateNetwork, type NetworkFile, type NetworkFileInput, type PresetName } from "@heddle/network";
import { killAll, processesOf, stateOf, until, type HomeProcess } from "./processes.ts";

const PROGRAM = path.join(import.meta.dirname, "server.ts");

/** The tiny contract that durability is tested with: `put` and `get`. */
export const tinyContract = path.resolve(import.meta.dirname, "../../../packages/operations/test/fixtures/tiny");
/** One that ends before it listens. */
export const exitingContract = path.resolve(import.meta.dirname, "../../../packages/operations/test/fixtures/exits");

interface Server {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly client: Client;
}

/** One Heddle on a home of its own, whose server is a process that is started, killed and started again. */
export class Heddle {
  #base: string | undefined;
  #server: Server | undefined;

  /** Folder of this test alone, for home and temporary files; made when it is first asked for. */
  get base(): string {
    if (this.#base !== undefined) return this.#base;
    this.#base = realpathSync(mkdtempSync(path.join(tmpdir(), "heddle-durability-")));
    mkdirSync(this.tmp);
    return this.#base;
  }

  get home(): string {
    return path.join(this.base, "home");
  }

  get tmp(): string {
    return path.join(this.base, "tmp");
  }

  get #running(): Server {
    if (this.#server === undefined) throw new Error("the server does not run");
    return this.#server;
  }

  get client(): Client {
    return this.#running.client;
  }

  get pid(): number {
    return this.#running.pid;
  }

  /** Starts a server, unless one runs. */
  async up(): Promise<Client> {
    if (this.#server !== undefined && stateOf(this.#server.pid) !== undefined) return this.#server.client;
    const child = fork(PROGRAM, {
      execArgv: ["--conditions=@heddle/source", "--disable-warning=ExperimentalWarning"],
      env: { PATH: process.env["PATH"] ?? "", HEDDLE_HOME: this.home, TMPDIR: this.tmp },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [told] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => Promise.reject(new Error("the server ended before it listened"))),
    ])) as [{ url: string; token: string }];
    this.#server = { child, pid: child.pid ?? 0, client: createClient(told.url, told.token) };
    return this.#server.client;
  }

  /** Makes a fault point of the server go off, with SIGKILL unless another signal is given. */
  async arm(fault: string | undefined, signal = "SIGKILL"): Promise<void> {
    const { child } = this.#running;
    const armed = once(child, "message");
    child.send({ fault, signal });
    await armed;
  }

  /** Has the server killed at a point of what `act` sets going, and starts it again. */
  async killedAt(point: string, act: () => Promise<unknown>): Promise<void> {
    await this.arm(point);
    const acting = act().catch(() => undefined);
    await this.died();
    await acting;
    await this.up();
  }

  /** Resolves when the server has been ended by SIGKILL; fails where it ends otherwise, or not within `seconds`. */
  async died(seconds = 30): Promise<void> {
    const { child } = this.#running;
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit", { signal: AbortSignal.timeout(seconds * 1000) });
    this.#server = undefined;
    if (child.signalCode !== "SIGKILL") throw new Error(`the server ended with ${child.signalCode ?? `code ${child.exitCode}`}`);
  }

  async kill(): Promise<void> {
    const { child } = this.#running;
    child.kill("SIGKILL");
    await this.died();
  }

  /** Stops the server as `heddle down` does. */
  async down(): Promise<void> {
    if (this.#server === undefined) return;
    const { child } = this.#server;
    this.#server = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  }

  /** What runs, but for the server. */
  processes(network?: string): HomeProcess[] {
    return processesOf(this.home).filter((one) => one.role !== undefined && (network === undefined || one.network === network));
  }

  /** Process numbers of a network by role. */
  pids(network: string): Record<string, number> {
    return Object.fromEntries(this.processes(network).map(({ role = "", pid }) => [role, pid]));
  }

  /** The newest operation of a network. */
  async lastOperation(network: string): Promise<OperationDetail> {
    const { operations } = await this.client.listOperations({ query: { network, limit: 1 } });
    const [last] = operations;
    if (last === undefined) throw new Error(`${network} has no operation`);
    return this.client.getOperation({ params: { id: last.id } });
  }

  /** Waits for an operation's end. */
  async over(id: string, seconds = 60): Promise<OperationDetail> {
    let operation = await this.client.getOperation({ params: { id } });
    await until(
      `the end of ${operation.summary}`,
      async () => {
        operation = await this.client.getOperation({ params: { id } });
        return !["queued", "running", "undoing"].includes(operation.state);
      },
      seconds,
    );
    return operation;
  }

  /** Waits for an operation's success; fails with its error. */
  async succeeded(id: string, seconds?: number): Promise<OperationDetail> {
    const operation = await this.over(id, seconds);
    if (operation.state !== "succeeded") throw new Error(`${operation.summary} ${operation.state}: ${JSON.stringify(operation.error)}`);
    return operation;
  }

  /** Creates a network with the tiny contract. */
  async create(name: string, preset: PresetName = "solo"): Promise<void> {
    await this.up();
    const { operation } = await this.client.createNetwork({ body: { spec: networkFile(name, preset) } });
    await this.succeeded(operation.id);
  }

  async delete(name: string): Promise<OperationDetail> {
    const { operation } = await this.client.deleteNetwork({ params: { name } });
    return this.succeeded(operation.id);
  }

  /** Commits a transaction; its id, once it was acknowledged as valid. */
  async put(network: string, key: string, value: string): Promise<string> {
    const { transactionId, code } = await this.client.submitTransaction({
      params: { name: network, chaincode: "tiny" },
      body: { function: "put", args: [key, value] },
    });
    if (code !== "VALID") throw new Error(`${transactionId} is ${code}`);
    return transactionId;
  }

  async get(network: string, key: string): Promise<string | undefined> {
    const { text } = await this.client.evaluateTransaction({
      params: { name: network, chaincode: "tiny" },
      body: { function: "get", args: [key] },
    });
    return text;
  }

  /** The server's log, for the message of a test that failed. */
  log(): string {
    return readFileSync(path.join(this.home, "logs", "server.log"), "utf8");
  }

  /** Ends everything and removes the files. */
  async dispose(): Promise<void> {
    if (this.#base === undefined) return;
    await this.down();
    await killAll(processesOf(this.home).map(({ pid }) => pid));
    rmSync(this.base, { recursive: true, force: true });
  }
}

/** A network file with one chaincode, called tiny, from a folder. */
export function networkFile(name: string, preset: PresetName, folder: string = tinyContract): NetworkFile {
  const file = structuredClone(presetNetwork(preset, { name, chaincode: "tiny" })) as NetworkFileInput;
  for (const chaincode of file.spec.chaincodes ?? []) Object.assign(chaincode, { source: { path: folder }, language: "javascript" });
  return validateNetwork(file);
}
