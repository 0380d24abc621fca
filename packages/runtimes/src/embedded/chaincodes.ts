import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createConnection } from "node:net";
import path from "node:path";
import { runtimeErrors } from "../errors.ts";
import type { ChaincodeService } from "../port.ts";
import { lastLines, startDetached } from "../process/spawn.ts";
import { endProcess, findProcesses, pause, processMark, type MarkedProcess } from "../process/table.ts";
import { readJson, writeJson } from "./files.ts";
import type { Layout } from "./layout.ts";

const START_TIMEOUT_MS = 30_000;

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

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Services that should run. */
  wanted(network: string): ChaincodeService[] {
    const folder = this.#layout.chaincodes(network);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => readJson(path.join(folder, name)) as ChaincodeService);
  }

  find(network: string, label: string): MarkedProcess | undefined {
    return findProcesses(this.#layout.home, network).find(({ role }) => role === roleOf(label));
  }

  /** Whether the process of this very package runs and listens. */
  async runs(network: string, label: string): Promise<boolean> {
    const service = this.wanted(network).find((one) => one.label === label);
    return service !== undefined && this.find(network, label) !== undefined && (await listens(service.address));
  }

  async start(network: string, service: ChaincodeService, signal?: AbortSignal): Promise<void> {
    const { label, packageId, address, folder } = service;
    const command = shimCommand(folder);
    mkdirSync(this.#layout.chaincodes(network), { recursive: true });
    writeJson(path.join(this.#layout.chaincodes(network), `${label}.json`), service);
    const found = this.find(network, label);
    const { ended } =
      found === undefined
        ? startDetached({
            args: [
              "--disable-warning=ExperimentalWarning",
              command,
              "server",
              `--chaincode-address=${address}`,
              `--chaincode-id=${packageId}`,
            ],
            cwd: folder,
            env: {
              ...processMark(this.#layout.home, network, roleOf(label)),
              CHAINCODE_SERVER_ADDRESS: address,
              CHAINCODE_ID: packageId,
              NODE_COMPILE_CACHE: this.#layout.compileCache,
            },
            logFile: this.#layout.chaincodeLog(network, label),
          })
        : { ended: () => (this.find(network, label) === undefined ? "it ended" : undefined) };
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += 15) {
      if (await listens(address)) return;
      const end = ended();
      if (end !== undefined) throw this.#failed(network, label, end);
      await pause(15, signal);
    }
    throw this.#failed(network, label, `it did not listen within ${START_TIMEOUT_MS / 1000} s`);
  }

  #failed(network: string, label: string, reason: string): Error {
    const tail = lastLines(this.#layout.chaincodeLog(network, label), 5);
    return runtimeErrors.create("RUNTIME_CHAINCODE_FAILED", { network, label, reason: tail === "" ? reason : `${reason}: ${tail}` });
  }

  async remove(network: string, label: string): Promise<void> {
    rmSync(path.join(this.#layout.chaincodes(network), `${label}.json`), { force: true });
    const found = this.find(network, label);
    if (found !== undefined) await endProcess(found, 500);
  }
}

function listens(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = createConnection({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
