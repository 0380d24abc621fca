import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createConnection } from "node:net";
import path from "node:path";
import { runtimeErrors } from "../errors.ts";
import type { ChaincodeService } from "../port.ts";
import { isFree } from "../process/ports.ts";
import { lastLines, startDetached } from "../process/spawn.ts";
import { endProcess, isAlive, pause, processMark, type MarkedProcess, type MarkedProcesses } from "../process/table.ts";
import { readJson, writeJson } from "./files.ts";
import type { Layout } from "./layout.ts";

const START_TIMEOUT_MS = 30_000;
/** The shim does not end by itself when told to, and keeps nothing that it had to write. */
const GRACE_MS = 500;

function roleOf(label: string): string {
  return `chaincode:${label}`;
}

/** The shim's command line, as the chaincode's own folder resolves it. Throws RUNTIME_CHAINCODE_UNUSABLE. */
function shimCommand(folder: string): string {
  const unusable = (reason: string): Error => runtimeErrors.create("RUNTIME_CHAINCODE_UNUSABLE", { folder, reason });
  const manifest = path.join(folder, "package.json");
  if (!existsSync(manifest)) throw unusable("it has no package.json");
  let main: unknown;
  try {
    ({ main } = JSON.parse(readFileSync(manifest, "utf8")) as { main?: unknown });
  } catch {
    throw unusable("its package.json is not JSON");
  }
  if (main !== undefined && (typeof main !== "string" || !existsSync(path.join(folder, main))))
    throw unusable(`its main, ${JSON.stringify(main)}, is not there`);
  try {
    return path.join(path.dirname(createRequire(manifest).resolve("fabric-shim/package.json")), "cli.js");
  } catch {
    throw unusable("fabric-shim is not installed there");
  }
}

/** Chaincode services of networks: a process each, run by the official shim. */
export class ChaincodeProcesses {
  readonly #layout: Layout;
  readonly #processes: MarkedProcesses;

  constructor(layout: Layout, processes: MarkedProcesses) {
    this.#layout = layout;
    this.#processes = processes;
  }

  /** Services that should run. */
  wanted(network: string): ChaincodeService[] {
    const folder = this.#layout.chaincodes(network);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => readJson(path.join(folder, name)) as ChaincodeService | undefined)
      .filter((service) => service !== undefined);
  }

  find(network: string, label: string): MarkedProcess | undefined {
    return this.#processes.find(network, roleOf(label));
  }

  /** Whether the process of this very package runs and listens. */
  async runs(network: string, label: string): Promise<boolean> {
    const service = readJson(this.#layout.chaincode(network, label)) as ChaincodeService | undefined;
    const found = this.find(network, label);
    return service !== undefined && found !== undefined && isOf(found, service) && (await listens(service.address));
  }

  /**
   * Starts a service unless it runs, and waits until it listens; with `fresh`, also where it runs.
   * Throws RUNTIME_CHAINCODE_UNUSABLE, RUNTIME_CHAINCODE_FAILED, RUNTIME_PORT_TAKEN.
   */
  async start(network: string, service: ChaincodeService, { fresh = false, signal }: StartOptions): Promise<void> {
    const { label } = service;
    const command = shimCommand(service.folder);
    const file = this.#layout.chaincode(network, label);
    const wasWanted = existsSync(file);
    writeJson(file, service);
    try {
      const found = this.find(network, label);
      const keeps = found !== undefined && !fresh && isOf(found, service);
      const ended = keeps ? () => (isAlive(found) ? undefined : "it ended") : await this.#spawn(network, service, command);
      await this.#listening(network, service, ended, signal);
    } catch (error) {
      // What has never listened is not to be started again and again by those who keep a network up.
      if (!wasWanted) rmSync(file, { force: true });
      if (signal?.aborted !== true) await this.#endAll(network, label);
      throw error;
    }
  }

  async #spawn(network: string, { label, packageId, address, folder }: ChaincodeService, command: string): Promise<Ended> {
    await this.#endAll(network, label);
    const { port } = split(address);
    if (!(await isFree(port))) throw runtimeErrors.create("RUNTIME_PORT_TAKEN", { port, holder: `chaincode ${label}`, network });
    const { ended } = startDetached({
      args: ["--disable-warning=ExperimentalWarning", command, "server", `--chaincode-address=${address}`, `--chaincode-id=${packageId}`],
      cwd: folder,
      env: {
        ...processMark(this.#layout.home, network, roleOf(label)),
        CHAINCODE_SERVER_ADDRESS: address,
        CHAINCODE_ID: packageId,
        NODE_COMPILE_CACHE: this.#layout.compileCache,
      },
      logFile: this.#layout.chaincodeLog(network, label),
    });
    return ended;
  }

  async #listening(network: string, { label, address }: ChaincodeService, ended: Ended, signal: AbortSignal | undefined): Promise<void> {
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += 15) {
      const listening = await listens(address);
      const end = ended();
      if (end !== undefined) throw this.#failed(network, label, end);
      if (listening) return;
      await pause(15, signal);
    }
    throw this.#failed(network, label, `it did not listen within ${START_TIMEOUT_MS / 1000} s`);
  }

  #failed(network: string, label: string, reason: string): Error {
    const tail = lastLines(this.#layout.chaincodeLog(network, label), 5);
    return runtimeErrors.create("RUNTIME_CHAINCODE_FAILED", { network, label, reason: tail === "" ? reason : `${reason}: ${tail}` });
  }

  /** Ends a service, which then need not run any more. */
  async remove(network: string, label: string): Promise<void> {
    rmSync(this.#layout.chaincode(network, label), { force: true });
    await this.#endAll(network, label);
  }

  /** Ends the services of a network, which are still meant to run whenever the network does. */
  async stop(network: string): Promise<void> {
    const found = this.#processes.of(network).filter(({ role }) => role.startsWith(roleOf("")));
    await Promise.all(found.map((one) => endProcess(one, GRACE_MS)));
  }

  async #endAll(network: string, label: string): Promise<void> {
    const found = this.#processes.of(network).filter(({ role }) => role === roleOf(label));
    await Promise.all(found.map((one) => endProcess(one, GRACE_MS)));
  }
}

/** How a process ended, when it has. */
type Ended = () => string | undefined;

interface StartOptions {
  readonly fresh?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether a process runs this package at this address. */
function isOf({ environment }: MarkedProcess, { packageId, address }: ChaincodeService): boolean {
  return environment.get("CHAINCODE_ID") === packageId && environment.get("CHAINCODE_SERVER_ADDRESS") === address;
}

function split(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/** Whether something accepts connections at an address. */
export function listens(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(split(address));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
