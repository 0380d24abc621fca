import { existsSync } from "node:fs";
import { mkdir, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { NodeSpec } from "@heddle/network";
import { runtimeErrors } from "../errors.ts";
import type {
  ChaincodeService,
  ChaincodeStart,
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
import { copiedChaincodes, copyIn, copyOut } from "./copies.ts";
import { readLines } from "./log-file.ts";
import { rotateLogs } from "./log-rotation.ts";
import { portsOf, type NodeHost } from "./node-host.ts";
import { PortLeases } from "./ports.ts";
import { endProcess, MarkedProcesses, processUsage } from "./table.ts";
import { Turns } from "./turns.ts";
import { ChaincodeProcesses, listens } from "../embedded/chaincodes.ts";
import { readJson, writeJson } from "../embedded/files.ts";
import { Layout } from "../embedded/layout.ts";
import { nodeFolder } from "../embedded/nodes.ts";

const HOST = "127.0.0.1";

/** Where a home's processes are, and what runs its nodes. */
export interface LocalParts<Host extends NodeHost> {
  readonly layout: Layout;
  readonly processes: MarkedProcesses;
  readonly nodes: Host;
}

/** The parts of a runtime on this machine. Throws RUNTIME_PLATFORM_NOT_SUPPORTED. */
export function localParts<Host extends NodeHost>(
  home: string,
  host: (layout: Layout, processes: MarkedProcesses) => Host,
): LocalParts<Host> {
  if (!existsSync("/proc/self/environ")) throw runtimeErrors.create("RUNTIME_PLATFORM_NOT_SUPPORTED", { platform: process.platform });
  const layout = new Layout(home);
  const processes = new MarkedProcesses(layout.home);
  return { layout, processes, nodes: host(layout, processes) };
}

/**
 * Runs networks on this machine: nodes as their {@link NodeHost} has it, one process for each
 * chaincode. Processes outlive the server and are found again by the mark in their environment. What
 * changes a network waits for what changes it already: a deletion never meets a start half-way.
 */
export abstract class LocalRuntime<Host extends NodeHost> implements Runtime {
  abstract readonly name: string;
  protected readonly nodes: Host;
  protected readonly turns = new Turns();
  readonly #layout: Layout;
  readonly #ports: PortLeases;
  readonly #processes: MarkedProcesses;
  readonly #chaincodes: ChaincodeProcesses;

  protected constructor({ layout, processes, nodes }: LocalParts<Host>) {
    this.#layout = layout;
    this.#ports = new PortLeases(layout.ports);
    this.#processes = processes;
    this.nodes = nodes;
    this.#chaincodes = new ChaincodeProcesses(layout, processes);
  }

  async requireUsable(fabricVersion: string): Promise<void> {
    await this.nodes.requireUsable?.(fabricVersion);
  }

  prepare(network: RuntimeNetwork): Promise<NetworkPlace> {
    return this.turns.take(network.name, async () => {
      const found = await this.find(network.name);
      if (found?.owner === network.owner) return found;
      if (found !== undefined || !this.#isVacant(network.name))
        throw runtimeErrors.create("RUNTIME_NAME_TAKEN", { network: network.name, directory: this.#layout.network(network.name) });
      // Ports without a place are what an interrupted attempt left.
      await this.#ports.release(network.name);
      const place = await this.#place(network);
      writeJson(this.#layout.place(network.name), place);
      await mkdir(place.directory, { recursive: true, mode: 0o700 });
      return place;
    });
  }

  /** Whether there is nothing of a network that is not known here: neither files nor processes. */
  #isVacant(network: string): boolean {
    return this.#layout.isVacant(network) && this.#processes.of(network).length === 0;
  }

  extend(place: NetworkPlace, network: RuntimeNetwork, files: (extended: NetworkPlace) => readonly DeliveredFile[]): Promise<NetworkPlace> {
    return this.turns.take(place.network, async () => {
      const found = await this.#found(place);
      const known = new Map(found.nodes.map((node) => [node.name, node]));
      const added = network.nodes.filter(({ name }) => !known.has(name));
      if (added.length === 0) return found;
      const placed = new Map((await this.placed({ ...network, nodes: added })).map((node) => [node.name, node]));
      const order = [...found.nodes.filter(({ name }) => !network.nodes.some((node) => node.name === name)), ...network.nodes];
      const nodes = order.flatMap(({ name }) => known.get(name) ?? placed.get(name) ?? []);
      const extended = { ...found, nodes };
      await this.#write(extended, files(extended));
      writeJson(this.#layout.place(place.network), extended);
      return extended;
    });
  }

  shrink(place: NetworkPlace, names: readonly string[]): Promise<NetworkPlace> {
    return this.turns.take(place.network, async () => {
      const found = await this.#found(place);
      const leaving = found.nodes.filter(({ name }) => names.includes(name));
      if (leaving.length === 0) return found;
      await this.nodes.drop(found, leaving);
      for (const node of leaving) {
        await removeFolder(found.directory, nodeFolder(node));
        for (const holder of holdersOf(node)) await this.#ports.release(place.network, holder);
      }
      // The place last: until then an interrupted removal is done again.
      const left = { ...found, nodes: found.nodes.filter((node) => !leaving.includes(node)) };
      writeJson(this.#layout.place(place.network), left);
      return left;
    });
  }

  restartNodes(place: NetworkPlace, names: readonly string[], signal?: AbortSignal): Promise<void> {
    return this.turns.take(place.network, async () => {
      await this.requirePlace(place);
      const nodes = names.map((name) => {
        const node = place.nodes.find((one) => one.name === name);
        if (node === undefined) throw runtimeErrors.create("RUNTIME_NODE_UNKNOWN", { network: place.network, node: name });
        return node;
      });
      const ports = nodes.flatMap(portsOf);
      await this.#ports.guard(ports);
      try {
        await this.nodes.restart(place, nodes, signal);
      } finally {
        await this.#ports.settled(ports);
      }
    });
  }

  useVersion(place: NetworkPlace, names: readonly string[], fabricVersion: string): Promise<NetworkPlace> {
    return this.turns.take(place.network, async () => {
      await this.requireUsable(fabricVersion);
      const found = await this.#found(place);
      const versioned = withVersion(found, names, fabricVersion);
      writeJson(this.#layout.place(place.network), versioned);
      return versioned;
    });
  }

  /** A place with the nodes it has now: who asked may have looked before some came or went. Throws RUNTIME_NOT_PREPARED. */
  async #current(asked: NetworkPlace): Promise<NetworkPlace> {
    return { ...asked, nodes: (await this.#found(asked)).nodes };
  }

  /** A place as it is now. Throws RUNTIME_NOT_PREPARED. */
  async #found(place: NetworkPlace): Promise<NetworkPlace> {
    await this.requirePlace(place);
    return (await this.find(place.network)) ?? place;
  }

  /** Nodes with the ports that are leased for them. */
  protected async placed(network: RuntimeNetwork): Promise<readonly NodePlace[]> {
    const ports = await this.#portsFor(network, network.nodes.flatMap(holdersOf));
    return network.nodes.map((node): NodePlace => {
      const port = (use: string): number => ports.get(`${node.name} ${use}`) ?? 0;
      const shared = { ...node, host: HOST, grpc: port("grpc"), operations: port("operations") };
      return node.kind === "peer" ? { ...shared, chaincode: port("chaincode") } : { ...shared, admin: port("admin") };
    });
  }

  async #place(network: RuntimeNetwork): Promise<NetworkPlace> {
    const nodes = await this.placed(network);
    return {
      network: network.name,
      owner: network.owner,
      directory: path.join(this.#layout.network(network.name), "crypto"),
      storage: network.storage,
      fabricVersion: network.fabricVersion,
      cut: network.cut,
      nodes,
    };
  }

  async #portsFor({ name, before }: RuntimeNetwork, holders: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const had = new Map<string, number>((before?.nodes ?? []).flatMap((node) => portsByHolder(node)));
    // What an interrupted attempt has leased already is as good as new.
    for (const { holder, port } of this.#ports.of(name)) if (holders.includes(holder) && !had.has(holder)) had.set(holder, port);
    const known = new Map(holders.flatMap((holder) => (had.has(holder) ? [[holder, had.get(holder) ?? 0] as const] : [])));
    await this.#ports.leaseExactly(name, known);
    const others = holders.filter((holder) => !known.has(holder));
    return others.length === 0 ? known : new Map([...known, ...(await this.#ports.lease(name, others))]);
  }

  // oxlint-disable-next-line require-await -- errors have to become rejections
  async find(network: string): Promise<NetworkPlace | undefined> {
    return readJson(this.#layout.place(network)) as NetworkPlace | undefined;
  }

  async deliver(place: NetworkPlace, files: readonly DeliveredFile[]): Promise<void> {
    await this.requirePlace(place);
    await this.#write(place, files);
  }

  async #write(place: NetworkPlace, files: readonly DeliveredFile[]): Promise<void> {
    const folders = new Set(files.map((file) => path.dirname(path.join(place.directory, file.path))));
    for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
    await Promise.all(files.map((file) => writeFile(path.join(place.directory, file.path), file.content, { mode: file.mode })));
  }

  start(place: NetworkPlace, signal?: AbortSignal): Promise<void> {
    return this.turns.share(place.network, "nodes", () => this.startNodes(place, signal));
  }

  protected async startNodes(asked: NetworkPlace, signal: AbortSignal | undefined): Promise<void> {
    const place = await this.#current(asked);
    const ports = place.nodes.flatMap(portsOf);
    await this.#ports.guard(ports);
    try {
      await this.nodes.start(place, signal);
    } finally {
      await this.#ports.settled(ports);
    }
  }

  /** What is no longer there, or is somebody else's by now, must not come to life again. */
  protected async requirePlace({ network, owner }: NetworkPlace): Promise<void> {
    if ((await this.find(network))?.owner !== owner) throw runtimeErrors.create("RUNTIME_NOT_PREPARED", { network });
  }

  leaveChannel(place: NetworkPlace, channel: string, peers: readonly string[], signal?: AbortSignal): Promise<void> {
    return this.turns.take(place.network, async () => {
      await this.requirePlace(place);
      const leaving = place.nodes.filter(({ kind, name }) => kind === "peer" && peers.includes(name));
      await this.nodes.leave(place, leaving, channel, () => this.startNodes(place, signal));
    });
  }

  clearChannel(place: NetworkPlace, channel: string): Promise<void> {
    return this.turns.take(place.network, async () => {
      await this.requirePlace(place);
      await this.nodes.clear?.(place, channel);
    });
  }

  copyOut(place: NetworkPlace, folder: string, signal?: AbortSignal): Promise<void> {
    return this.turns.take(place.network, async () => {
      await this.requirePlace(place);
      await this.nodes.pause(place);
      try {
        await copyOut(this.#layout, place.network, folder);
      } finally {
        await this.startNodes(place, signal);
      }
    });
  }

  copyIn(place: NetworkPlace, folder: string, options: { readonly chaincodes: boolean }): Promise<void> {
    return this.turns.take(place.network, async () => {
      await this.requirePlace(place);
      if (options.chaincodes) {
        const ports = copiedChaincodes(folder).map(
          ({ label, address }) => [chaincodeHolder(label), Number(address.split(":").at(-1))] as const,
        );
        await this.#ports.leaseExactly(place.network, new Map(ports));
      }
      await copyIn(this.#layout, place.network, folder);
    });
  }

  stop({ network }: NetworkPlace): Promise<void> {
    return this.turns.take(network, async () => {
      await Promise.all([this.nodes.stop(network), this.#chaincodes.stop(network)]);
    });
  }

  reserveChaincode(place: NetworkPlace, label: string): Promise<string> {
    const holder = chaincodeHolder(label);
    return this.turns.share(place.network, holder, async () => {
      await this.requirePlace(place);
      const known = this.#ports.of(place.network).find((lease) => lease.holder === holder);
      const port = known?.port ?? (await this.#ports.lease(place.network, [holder])).get(holder);
      return `${HOST}:${port}`;
    });
  }

  startChaincode(place: NetworkPlace, service: ChaincodeService, options: ChaincodeStart = {}): Promise<void> {
    return this.turns.share(place.network, chaincodeHolder(service.label), () => this.#startChaincode(place, service, options));
  }

  async #startChaincode(place: NetworkPlace, service: ChaincodeService, options: ChaincodeStart): Promise<void> {
    await this.requirePlace(place);
    const { network } = place;
    const ports = this.#ports.of(network).filter(({ holder }) => holder === chaincodeHolder(service.label));
    try {
      await this.#chaincodes.start(network, service, options);
    } finally {
      await this.#ports.settled(ports.map(({ port }) => port));
    }
  }

  chaincodeRuns({ network }: NetworkPlace, label: string): Promise<boolean> {
    return this.#chaincodes.runs(network, label);
  }

  removeChaincode({ network }: NetworkPlace, label: string): Promise<void> {
    return this.turns.take(network, async () => {
      await this.#chaincodes.remove(network, label);
      await this.#ports.release(network, chaincodeHolder(label));
    });
  }

  ensure(asked: NetworkPlace, signal?: AbortSignal): Promise<readonly string[]> {
    const { network } = asked;
    return this.turns.take(network, async () => {
      const place = await this.#current(asked);
      rotateLogs(this.#layout.logs(network));
      const started: string[] = [];
      const missing = await this.nodes.missing(place);
      if (missing.length > 0) {
        await this.startNodes(place, signal);
        started.push(...missing);
      }
      for (const service of this.#chaincodes.wanted(network)) {
        if (this.#chaincodes.find(network, service.label) !== undefined) continue;
        await this.#startChaincode(place, service, { signal });
        started.push(service.label);
      }
      return started;
    });
  }

  async observe(place: NetworkPlace): Promise<readonly Observation[]> {
    const { network } = place;
    const states = await this.nodes.states(place);
    const nodes = place.nodes.map((node, index): Observation => ({
      name: node.name,
      kind: node.kind,
      state: states[index]?.state ?? "stopped",
      address: `${node.host}:${node.grpc}`,
      ...usageOf(states[index]?.process?.pid),
    }));
    const isStopped = states.every(({ state }) => state === "stopped");
    const chaincodes = this.#chaincodes.wanted(network).map(async ({ label, address }): Promise<Observation> => {
      const found = this.#chaincodes.find(network, label);
      const ended = isStopped ? "stopped" : "failed";
      const alive = found !== undefined && (await listens(address)) ? "running" : "starting";
      return { name: label, kind: "chaincode", state: found === undefined ? ended : alive, address, ...usageOf(found?.pid) };
    });
    return [...nodes, ...(await Promise.all(chaincodes))];
  }

  async *logs(place: NetworkPlace, request: LogRequest): AsyncGenerator<LogLine> {
    const { network } = place;
    const { node } = request;
    if (node === undefined || place.nodes.some(({ name }) => name === node)) {
      yield* this.nodes.logs(place, request);
      return;
    }
    const labels = [...this.#layout.chaincodesWithLog(network), ...this.#chaincodes.wanted(network).map(({ label }) => label)];
    if (!labels.includes(node)) throw runtimeErrors.create("RUNTIME_NODE_UNKNOWN", { network, node });
    yield* readLines(this.#layout.chaincodeLog(network, node), { ...request, read: (line) => ({ node, line }) });
  }

  destroy(network: string, owner?: string): Promise<readonly InventoryItem[]> {
    return this.turns.take(network, async () => {
      if (owner !== undefined && !(await this.#isOf(network, owner))) return [];
      const before = await this.inventory(network);
      await Promise.all(this.#processes.of(network).map((found) => endProcess(found)));
      await this.#remove(network);
      await this.#ports.release(network);
      const [first, ...rest] = await this.inventory(network);
      if (first !== undefined)
        throw runtimeErrors.create("RUNTIME_NOT_REMOVED", { network, count: rest.length + 1, first: `${first.kind} ${first.id}` });
      return before;
    });
  }

  /** The place goes last: a removal that is interrupted is known for what it is. */
  async #remove(network: string): Promise<void> {
    const folder = this.#layout.network(network);
    const place = path.basename(this.#layout.place(network));
    const entries = existsSync(folder) ? await readdir(folder) : [];
    const remove = (target: string): Promise<void> => rm(target, { recursive: true, force: true, maxRetries: 3 });
    await Promise.all(entries.filter((entry) => entry !== place).map((entry) => remove(path.join(folder, entry))));
    await remove(folder);
  }

  /** Whether all there is of a network was prepared by this owner, or by an attempt that was interrupted before it could say so. */
  async #isOf(network: string, owner: string): Promise<boolean> {
    const found = await this.find(network);
    return found === undefined ? this.#isVacant(network) : found.owner === owner;
  }

  // oxlint-disable-next-line require-await -- errors have to become rejections
  async inventory(network: string): Promise<readonly InventoryItem[]> {
    const folder = this.#layout.network(network);
    return [
      ...this.#processes.of(network).map(({ pid, role }) => ({ kind: "process" as const, id: String(pid), detail: role })),
      ...(existsSync(folder) ? [{ kind: "directory" as const, id: folder, detail: "ledgers, node keys, logs" }] : []),
      ...this.#ports.of(network).map(({ port, holder }) => ({ kind: "port" as const, id: String(port), detail: holder })),
    ];
  }
}

/** A place some of whose nodes are of another version. One that all nodes have is the place's. */
function withVersion(place: NetworkPlace, names: readonly string[], fabricVersion: string): NetworkPlace {
  const nodes = place.nodes.map((node) => (names.includes(node.name) ? { ...node, fabricVersion } : node));
  const versions = new Set(nodes.map((node) => node.fabricVersion ?? place.fabricVersion));
  if (versions.size > 1) return { ...place, nodes };
  return { ...place, fabricVersion, nodes: nodes.map(({ fabricVersion: _same, ...node }) => node) };
}

function chaincodeHolder(label: string): string {
  return `chaincode ${label}`;
}

function secondPort(kind: "peer" | "orderer"): string {
  return kind === "peer" ? "chaincode" : "admin";
}

/** What a node's ports are leased as. */
function holdersOf({ name, kind }: NodeSpec): string[] {
  return [`${name} grpc`, `${name} operations`, `${name} ${secondPort(kind)}`];
}

function portsByHolder(node: NodePlace): (readonly [holder: string, port: number])[] {
  const [grpc = "", operations = "", second = ""] = holdersOf(node);
  return [
    [grpc, node.grpc],
    [operations, node.operations],
    [second, node.chaincode ?? node.admin ?? 0],
  ];
}

/** Removes a folder, and those above it that are empty then. */
async function removeFolder(root: string, folder: string): Promise<void> {
  await rm(path.join(root, folder), { recursive: true, force: true });
  for (let above = path.dirname(folder); above !== "."; above = path.dirname(above)) {
    try {
      await rmdir(path.join(root, above));
    } catch {
      return;
    }
  }
}

function usageOf(pid: number | undefined): { pid?: number; since?: Date; memoryBytes?: number; cpuSeconds?: number } {
  return pid === undefined ? {} : { pid, ...processUsage(pid) };
}
