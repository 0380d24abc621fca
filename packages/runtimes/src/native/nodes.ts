import { execFile } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { listens } from "../embedded/chaincodes.ts";
import { writeJson } from "../embedded/files.ts";
import type { Layout } from "../embedded/layout.ts";
import { runtimeErrors } from "../errors.ts";
import type { LogLine, LogRequest, NetworkPlace, NodePlace } from "../port.ts";
import { takenPort, type NodeHost, type NodeState } from "../process/node-host.ts";
import { lastLines, startDetached } from "../process/spawn.ts";
import { endProcess, isAlive, pause, processMark, processUsage, type MarkedProcess, type MarkedProcesses } from "../process/table.ts";
import { writeBuilder } from "./builder.ts";
import { consensusFolders, ordererConfig, peerConfig } from "./config.ts";
import { LOG_FORMAT, readNodeLogs } from "./logs.ts";
import { findTools, toolsFor, type Tools } from "../toolchain/find.ts";

const START_TIMEOUT_MS = 60_000;
/** Removing a ledger takes as long as it is large. */
const UNJOIN_TIMEOUT_MS = 120_000;
/** A peer closes its databases first. */
const GRACE_MS = 10_000;
/**
 * A line for each call, each simulation and each step of a block's way costs CPU time and hides what else there is: that
 * a block is committed is said once. Warnings of gRPC about clients that hang up are of no use to anybody.
 */
const LOG_LEVELS = "info:comm.grpc.server,endorser,gossip.privdata,committer.txvalidator=warning:grpc=fatal";

const PREFIX = "node:";

/** Peers and orderers of Hyperledger Fabric, a process each. */
export class FabricProcesses implements NodeHost {
  readonly #layout: Layout;
  readonly #processes: MarkedProcesses;
  readonly #hungAfterMs: number;

  /** A node that does not serve so long after its process began is taken to hang: a minute unless said otherwise. */
  constructor(layout: Layout, processes: MarkedProcesses, hungAfterMs: number = START_TIMEOUT_MS) {
    this.#layout = layout;
    this.#processes = processes;
    this.#hungAfterMs = hungAfterMs;
  }

  async requireUsable(fabricVersion: string): Promise<void> {
    await toolsFor(this.#layout.home, fabricVersion);
  }

  #toolsOf(fabricVersion: string | undefined): Promise<Tools> {
    return fabricVersion === undefined ? Promise.resolve(findTools()) : toolsFor(this.#layout.home, fabricVersion);
  }

  /** The programs of each node, by its name: while an upgrade is under way they are of two versions. */
  async #tools({ fabricVersion: common, nodes }: NetworkPlace): Promise<(node: NodePlace) => Tools> {
    const byVersion = new Map<string | undefined, Tools>();
    for (const version of new Set(nodes.map(({ fabricVersion = common }) => fabricVersion)))
      byVersion.set(version, await this.#toolsOf(version));
    return ({ fabricVersion = common }) => byVersion.get(fabricVersion) ?? findTools();
  }

  #find(network: string, node: NodePlace): MarkedProcess | undefined {
    return this.#processes.find(network, PREFIX + node.name);
  }

  states({ network, nodes }: NetworkPlace): Promise<readonly NodeState[]> {
    const ended = existsSync(this.#layout.wanted(network)) ? "failed" : "stopped";
    return Promise.all(
      nodes.map(async (node): Promise<NodeState> => {
        const process = this.#find(network, node);
        if (process === undefined) return { state: ended, process };
        return { state: (await serves(node)) ? "running" : "starting", process };
      }),
    );
  }

  async missing(place: NetworkPlace): Promise<readonly string[]> {
    const states = await this.states(place);
    return place.nodes.filter((_, index) => states[index]?.state !== "running").map(({ name }) => name);
  }

  /** Throws RUNTIME_TOOLS_MISSING, TOOLCHAIN_VERSION_UNFIT beside what {@link NodeHost.start} throws. What did not start is ended, what ran before stays. */
  async start(place: NetworkPlace, signal?: AbortSignal): Promise<void> {
    const { network, nodes } = place;
    const tools = await this.#tools(place);
    writeBuilder(this.#layout.builder(network));
    writeJson(
      this.#layout.wanted(network),
      nodes.map(({ name }) => name),
    );
    await this.#endHung(place);
    const absent = nodes.filter((node) => this.#find(network, node) === undefined);
    const outcomes = await Promise.allSettled(nodes.map((node) => this.#startNode(place, node, tools(node), signal)));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed === undefined) return;
    // Who aborted may come back and find them; what failed is not left half there.
    if (signal?.aborted !== true) await this.#end(network, absent);
    throw failed.reason;
  }

  /** Ends nodes that an earlier server has left, that have had the time to start and do not serve: waiting longer is of no use. */
  async #endHung({ network, nodes }: NetworkPlace): Promise<void> {
    const hung = await Promise.all(
      nodes.map(async (node) => {
        const found = this.#find(network, node);
        const age = found === undefined ? 0 : Date.now() - (processUsage(found.pid)?.since.getTime() ?? Date.now());
        return age > this.#hungAfterMs && !(await serves(node)) ? [node] : [];
      }),
    );
    await this.#end(network, hung.flat());
  }

  async #startNode(place: NetworkPlace, node: NodePlace, tools: Tools, signal: AbortSignal | undefined): Promise<void> {
    const { network } = place;
    const adopted = this.#find(network, node);
    const ended = adopted === undefined ? await this.#spawn(place, node, tools) : () => (isAlive(adopted) ? undefined : "it ended");
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += 20) {
      const serving = await serves(node);
      const end = ended();
      if (end !== undefined) throw this.#failed(network, node, end);
      if (serving) return;
      await pause(20, signal);
    }
    throw this.#failed(network, node, `it did not serve within ${START_TIMEOUT_MS / 1000} s`);
  }

  async #spawn(place: NetworkPlace, node: NodePlace, tools: Tools): Promise<() => string | undefined> {
    const { network, directory } = place;
    const taken = await takenPort([node]);
    if (taken !== undefined) throw runtimeErrors.create("RUNTIME_PORT_TAKEN", { ...taken, network });
    const home = this.#layout.nodeHome(network, node.name);
    const folders = {
      crypto: directory,
      data: path.join(this.#layout.data(network), node.name),
      builder: this.#layout.builder(network),
    };
    // YAML takes JSON as it is.
    if (node.kind === "peer") writeJson(path.join(home, "core.yaml"), peerConfig(node, folders));
    else writeJson(path.join(home, "orderer.yaml"), ordererConfig(node, folders));
    return startDetached({
      program: tools[node.kind],
      args: node.kind === "peer" ? ["node", "start"] : [],
      cwd: home,
      env: {
        ...processMark(this.#layout.home, network, PREFIX + node.name),
        FABRIC_CFG_PATH: home,
        FABRIC_LOGGING_SPEC: LOG_LEVELS,
        FABRIC_LOGGING_FORMAT: LOG_FORMAT,
      },
      logFile: this.#layout.nodeLog(network, node.name),
    }).ended;
  }

  /** One peer after the other, so that the others go on. */
  async leave(place: NetworkPlace, peers: readonly NodePlace[], channel: string, restart: () => Promise<void>): Promise<void> {
    for (const peer of peers) {
      try {
        await this.#unjoin(place, peer, channel);
      } finally {
        await restart();
      }
    }
  }

  /**
   * Orderers that leave a channel remove its ledger only. What consensus has written stays, and would be
   * replayed into a new channel of the same name, at which the orderer panics (Fabric 3.1).
   */
  async clear({ network, nodes }: NetworkPlace, channel: string): Promise<void> {
    for (const { name } of nodes.filter(({ kind }) => kind === "orderer")) {
      const { wal, snapshots } = consensusFolders(path.join(this.#layout.data(network), name));
      for (const folder of [wal, snapshots]) await rm(path.join(folder, channel), { recursive: true, force: true });
    }
  }

  /** Fabric's own `peer node unjoin`, which works on a peer that does not run. */
  async #unjoin(place: NetworkPlace, peer: NodePlace, channel: string): Promise<void> {
    const { network } = place;
    const { peer: program } = (await this.#tools(place))(peer);
    await this.#end(network, [peer]);
    const home = this.#layout.nodeHome(network, peer.name);
    try {
      await promisify(execFile)(program, ["node", "unjoin", "-c", channel], {
        cwd: home,
        env: { FABRIC_CFG_PATH: home, FABRIC_LOGGING_SPEC: LOG_LEVELS },
        timeout: UNJOIN_TIMEOUT_MS,
        killSignal: "SIGKILL",
      });
    } catch (cause) {
      const output = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
      const reason = output.split("\n").at(-1) ?? output;
      throw runtimeErrors.create("RUNTIME_LEAVE_FAILED", { network, node: peer.name, channel, reason }, { cause });
    }
  }

  #failed(network: string, node: NodePlace, reason: string): Error {
    const tail = lastLines(this.#layout.nodeLog(network, node.name), 3);
    return runtimeErrors.create("RUNTIME_NODES_FAILED", { network, reason: `${node.name}: ${reason}${tail === "" ? "" : `: ${tail}`}` });
  }

  logs({ network, nodes }: NetworkPlace, request: LogRequest): AsyncIterable<LogLine> {
    const chosen = nodes.filter(({ name }) => request.node === undefined || request.node === name);
    return readNodeLogs(
      chosen.map(({ name }) => ({ node: name, file: this.#layout.nodeLog(network, name) })),
      request,
    );
  }

  async stop(network: string): Promise<void> {
    rmSync(this.#layout.wanted(network), { force: true });
    const found = this.#processes.of(network).filter(({ role }) => role.startsWith(PREFIX));
    await Promise.all(found.map((one) => endProcess(one, GRACE_MS)));
  }

  async restart(place: NetworkPlace, nodes: readonly NodePlace[], signal?: AbortSignal): Promise<void> {
    await this.#end(place.network, nodes);
    await this.start(place, signal);
  }

  async drop({ network, nodes }: NetworkPlace, leaving: readonly NodePlace[]): Promise<void> {
    const staying = nodes.filter((node) => !leaving.includes(node)).map(({ name }) => name);
    // First, so that nobody takes one that has ended for one that failed.
    if (existsSync(this.#layout.wanted(network))) writeJson(this.#layout.wanted(network), staying);
    await this.#end(network, leaving);
    for (const { name } of leaving) {
      const log = this.#layout.nodeLog(network, name);
      const logs = existsSync(path.dirname(log))
        ? readdirSync(path.dirname(log)).filter((file) => file.startsWith(path.basename(log)))
        : [];
      const gone = [path.join(this.#layout.data(network), name), this.#layout.nodeHome(network, name)];
      for (const one of [...gone, ...logs.map((file) => path.join(path.dirname(log), file))])
        await rm(one, { recursive: true, force: true });
    }
  }

  pause({ network, nodes }: NetworkPlace): Promise<void> {
    return this.#end(network, nodes);
  }

  async #end(network: string, nodes: readonly NodePlace[]): Promise<void> {
    const roles = new Set(nodes.map(({ name }) => PREFIX + name));
    const found = this.#processes.of(network).filter(({ role }) => roles.has(role));
    await Promise.all(found.map((one) => endProcess(one, GRACE_MS)));
  }
}

/** Whether a node takes connections wherever it is dialled before anything else can work. */
async function serves(node: NodePlace): Promise<boolean> {
  const ports = [node.grpc, node.operations, ...(node.admin === undefined ? [] : [node.admin])];
  return (await Promise.all(ports.map((port) => listens(`${node.host}:${port}`)))).every(Boolean);
}
