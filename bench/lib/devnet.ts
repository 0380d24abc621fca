// Devnet as Heddle starts it: one process for all nodes, from its entry file.
import { writeFileSync, existsSync } from "node:fs";
import path from "node:path";
import type { DevnetConfigInput } from "@heddle/devnet";
import type { BenchNetwork, BenchNode } from "./material.ts";
import { startProgram, until, type Program } from "./processes.ts";

const ENTRY = path.resolve(import.meta.dirname, "../../packages/devnet/src/main.ts");
/** What Heddle gives to devnet's process (packages/runtimes/src/embedded/nodes.ts). */
const NODE_ARGUMENTS = [
  "--conditions=@heddle/source",
  "--disable-warning=ExperimentalWarning",
  "--disable-warning=DEP0123",
  "--max-semi-space-size=4",
];

function nodeConfig({ name, mspId, folder, kind, grpc, operations, second }: BenchNode): DevnetConfigInput["nodes"][number] {
  const listen = (port: number) => ({ host: "127.0.0.1", port });
  const tls = { cert: path.join(folder, "tls/server.crt"), key: path.join(folder, "tls/server.key"), ca: path.join(folder, "tls/ca.crt") };
  const shared = { name, mspId, listen: listen(grpc), operations: listen(operations), msp: path.join(folder, "msp"), tls };
  return kind === "peer" ? { kind, ...shared, chaincode: listen(second) } : { kind, ...shared, admin: listen(second) };
}

/** Starts a network's nodes and waits until they serve. `nodeArguments` go to Node.js, as for a profile. */
export async function startDevnet(network: BenchNetwork, nodeArguments: readonly string[] = []): Promise<Program[]> {
  const { directory } = network;
  const readyFile = path.join(directory, "ready.json");
  const logFile = path.join(directory, "devnet.log");
  const config: DevnetConfigInput = {
    network: "bench",
    directory: path.join(directory, "data"),
    storage: "kept",
    cut: "instant",
    nodes: [network.orderer, ...network.organizations.map(({ peer }) => peer)].map(nodeConfig),
    readyFile,
  };
  writeFileSync(path.join(directory, "devnet.json"), JSON.stringify(config));
  const program = startProgram({
    name: "devnet",
    command: process.execPath,
    args: [...NODE_ARGUMENTS, ...nodeArguments, ENTRY, "--config", path.join(directory, "devnet.json")],
    cwd: directory,
    logFile,
  });
  await until("devnet serves", () => existsSync(readyFile), 30, logFile);
  return [program];
}
