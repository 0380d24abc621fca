import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import path from "node:path";

const require = createRequire(import.meta.url);

/** Folder of the contract that tests use. */
export const basicFixture = path.resolve(import.meta.dirname, "../fixtures/basic");

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A chaincode process run by the unmodified official shim. */
export interface ChaincodeProcess {
  readonly child: ChildProcess;
  readonly output: () => string;
  stop(): Promise<void>;
}

function startShim(args: readonly string[], folder: string, env: Record<string, string>): ChaincodeProcess {
  return start([path.join(path.dirname(require.resolve("fabric-shim/package.json")), "cli.js"), ...args], folder, env);
}

function start(args: readonly string[], folder: string, env: Record<string, string>): ChaincodeProcess {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return {
    child,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** How a chaincode process is run. */
export interface ChaincodeProgram {
  /** A file of the folder that serves the chaincode itself; the contracts of the folder's `main` when absent. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts chaincode as a service and waits until it listens. */
export async function startService(
  folder: string,
  packageId: string,
  port: number,
  { file, env = {} }: ChaincodeProgram = {},
): Promise<ChaincodeProcess> {
  const address = `127.0.0.1:${port}`;
  const service =
    file === undefined
      ? startShim(["server", `--chaincode-address=${address}`, `--chaincode-id=${packageId}`], folder, env)
      : start([file], folder, { ...env, CHAINCODE_ID: packageId, CHAINCODE_SERVER_ADDRESS: address });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (service.child.exitCode !== null) throw new Error(`chaincode ended: ${service.output()}`);
    if (await listens(port)) return service;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await service.stop();
  throw new Error(`chaincode did not listen: ${service.output()}`);
}

/** Starts chaincode that dials the peer's chaincode port. */
export function startDialling(folder: string, packageId: string, env: Record<string, string>, address: string): ChaincodeProcess {
  return startShim(["start", `--peer.address=${address}`, `--chaincode-id-name=${packageId}`], folder, env);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
