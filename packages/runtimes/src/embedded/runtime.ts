import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { runtimeErrors } from "../errors.ts";
import type {
  ChaincodeService,
  DeliveredFile,
  InventoryItem,
  LogLine,
  LogRequest,
  NetworkPlace,
  NodePlace,
  Observation,
  Runtime,
  RuntimeNetwork,
} from "../port.ts";
import { readLines } from "../process/log-file.ts";
import { PortLeases } from "../process/ports.ts";
import { endProcess, findProcesses, processUsage } from "../process/table.ts";
import { ChaincodeProcesses } from "./chaincodes.ts";
import { readJson, writeJson } from "./files.ts";
import { Layout } from "./layout.ts";
import { readNodeLine } from "./log-lines.ts";
import { NodesProcess } from "./nodes.ts";

const HOST = "127.0.0.1";

/**
 * Runs networks on this machine: one devnet process for all nodes of a network, one process for each
 * chaincode. Processes outlive the server and are found again by the mark in their environment.
 */
export class EmbeddedRuntime implements Runtime {
  readonly name = "embedded";
  readonly #layout: Layout;
  readonly #ports: PortLeases;
  readonly #nodes: NodesProcess;
  readonly #chaincodes: ChaincodeProcesses;

  constructor(options: { readonly home: string }) {
    this.#layout = new Layout(options.home);
    this.#ports = new PortLeases(this.#layout.ports);
    this.#nodes = new NodesProcess(this.#layout);
    this.#chaincodes = new ChaincodeProcesses(this.#layout);
  }

  async prepare(network: RuntimeNetwork): Promise<NetworkPlace> {
    const found = await this.find(network.name);
    if (found !== undefined) return found;
    // Ports without a place are what an interrupted attempt left.
    this.#ports.release(network.name);
    const holders = network.nodes.flatMap((node) => [
      `${node.name} grpc`,
      `${node.name} operations`,
      `${node.name} ${secondPort(node.kind)}`,
    ]);
    const ports = await this.#ports.lease(network.name, holders);
    const nodes = network.nodes.map((node): NodePlace => {
      const port = (use: string): number => ports.get(`${node.name} ${use}`) ?? 0;
      const shared = { ...node, host: HOST, grpc: port("grpc"), operations: port("operations") };
      return node.kind === "peer" ? { ...shared, chaincode: port("chaincode") } : { ...shared, admin: port("admin") };
    });
    const place: NetworkPlace = {
      network: network.name,
      directory: path.join(this.#layout.network(network.name), "crypto"),
      storage: network.storage,
      cut: network.cut,
      nodes,
    };
    await mkdir(place.directory, { recursive: true, mode: 0o700 });
    writeJson(this.#layout.place(network.name), place);
    return place;
  }

  find(network: string): Promise<NetworkPlace | undefined> {
    return Promise.resolve(readJson(this.#layout.place(network)) as NetworkPlace | undefined);
  }

  async deliver(place: NetworkPlace, files: readonly DeliveredFile[]): Promise<void> {
    const folders = new Set(files.map((file) => path.dirname(path.join(place.directory, file.path))));
    for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
    await Promise.all(files.map((file) => writeFile(path.join(place.directory, file.path), file.content, { mode: file.mode })));
  }

  start(place: NetworkPlace, signal?: AbortSignal): Promise<void> {
    return this.#nodes.start(place, signal);
  }

  async stop(place: NetworkPlace): Promise<void> {
    await this.#nodes.stop(place.network);
    await Promise.all(
      findProcesses(this.#layout.home, place.network)
        .filter(({ role }) => role.startsWith("chaincode:"))
        .map((found) => endProcess(found, 500)),
    );
  }

  async reserveChaincode(place: NetworkPlace, label: string): Promise<string> {
    const holder = `chaincode ${label}`;
    const known = this.#ports.of(place.network).find((lease) => lease.holder === holder);
    const port = known?.port ?? (await this.#ports.lease(place.network, [holder])).get(holder);
    return `${HOST}:${port}`;
  }

  startChaincode(place: NetworkPlace, service: ChaincodeService, signal?: AbortSignal): Promise<void> {
    return this.#chaincodes.start(place.network, service, signal);
  }

  chaincodeRuns(place: NetworkPlace, label: string): Promise<boolean> {
    return this.#chaincodes.runs(place.network, label);
  }

  async removeChaincode(place: NetworkPlace, label: string): Promise<void> {
    await this.#chaincodes.remove(place.network, label);
    this.#ports.release(place.network, `chaincode ${label}`);
  }

  async ensure(place: NetworkPlace): Promise<readonly string[]> {
    const started: string[] = [];
    if (this.#nodes.find(place.network) === undefined) {
      await this.#nodes.start(place);
      started.push("nodes");
    }
    for (const service of this.#chaincodes.wanted(place.network)) {
      if (this.#chaincodes.find(place.network, service.label) !== undefined) continue;
      await this.#chaincodes.start(place.network, service);
      started.push(service.label);
    }
    return started;
  }

  observe(place: NetworkPlace): Promise<readonly Observation[]> {
    const { network } = place;
    const process = this.#nodes.find(network);
    const state = process === undefined ? "stopped" : this.#nodes.serves(network, process) ? "running" : "starting";
    const nodes = place.nodes.map((node): Observation => ({
      name: node.name,
      kind: node.kind,
      state,
      address: `${node.host}:${node.grpc}`,
      ...usageOf(process?.pid),
    }));
    const chaincodes = this.#chaincodes.wanted(network).map((service): Observation => {
      const found = this.#chaincodes.find(network, service.label);
      return {
        name: service.label,
        kind: "chaincode",
        state: found === undefined ? "stopped" : "running",
        address: service.address,
        ...usageOf(found?.pid),
      };
    });
    return Promise.resolve([...nodes, ...chaincodes]);
  }

  async *logs(place: NetworkPlace, request: LogRequest): AsyncGenerator<LogLine> {
    const { network } = place;
    const { node } = request;
    const label = this.#chaincodes.wanted(network).find((service) => service.label === node)?.label;
    if (node !== undefined && label !== undefined) {
      for await (const line of readLines(this.#layout.chaincodeLog(network, label), request)) yield { node, line };
      return;
    }
    if (node !== undefined && !place.nodes.some(({ name }) => name === node))
      throw runtimeErrors.create("RUNTIME_NODE_UNKNOWN", { network, node });
    // All nodes write to one file, so the tail of one node is found by reading further back.
    const lines = readLines(this.#layout.devnetLog(network), { ...request, tail: node === undefined ? request.tail : 100_000 });
    for await (const line of lines) {
      const read = readNodeLine(line, network);
      if (node === undefined || read.node === node) yield read;
    }
  }

  async destroy(network: string): Promise<readonly InventoryItem[]> {
    const before = await this.inventory(network);
    await Promise.all(findProcesses(this.#layout.home, network).map((found) => endProcess(found)));
    await rm(this.#layout.network(network), { recursive: true, force: true, maxRetries: 3 });
    this.#ports.release(network);
    const [first, ...rest] = await this.inventory(network);
    if (first !== undefined)
      throw runtimeErrors.create("RUNTIME_NOT_REMOVED", { network, count: rest.length + 1, first: `${first.kind} ${first.id}` });
    return before;
  }

  inventory(network: string): Promise<readonly InventoryItem[]> {
    const folder = this.#layout.network(network);
    const items: InventoryItem[] = [
      ...findProcesses(this.#layout.home, network).map(({ pid, role }) => ({ kind: "process" as const, id: String(pid), detail: role })),
      ...(existsSync(folder) ? [{ kind: "directory" as const, id: folder, detail: "ledgers, node keys, logs" }] : []),
      ...this.#ports.of(network).map(({ port, holder }) => ({ kind: "port" as const, id: String(port), detail: holder })),
    ];
    return Promise.resolve(items);
  }
}

function secondPort(kind: "peer" | "orderer"): string {
  return kind === "peer" ? "chaincode" : "admin";
}

function usageOf(pid: number | undefined): { pid?: number; since?: Date; memoryBytes?: number; cpuSeconds?: number } {
  if (pid === undefined) return {};
  return { pid, ...processUsage(pid) };
}
