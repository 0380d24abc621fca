import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import type { DevnetConfigInput } from "@heddle/devnet";
import type { ControlAnswer, ControlRequest } from "@heddle/devnet/control";
import { runtimeErrors } from "../errors.ts";
import type { LogLine, LogRequest, NetworkPlace, NodePlace } from "../port.ts";
import { readLines } from "../process/log-file.ts";
import { takenPort, type NodeHost, type NodeState } from "../process/node-host.ts";
import { lastLines, startDetached } from "../process/spawn.ts";
import { endProcess, isAlive, pause, processMark, type MarkedProcess, type MarkedProcesses } from "../process/table.ts";
import { readJson, writeJson } from "./files.ts";
import type { Layout } from "./layout.ts";
import { readNodeLine } from "./log-lines.ts";

/** What all nodes of a network together are called among its processes. */
const ROLE = "devnet";
const START_TIMEOUT_MS = 30_000;
/** A reset validates every block that stays. */
const RESET_TIMEOUT_MS = 600_000;

/** Folder of a node's own identity, as cryptogen lays it out. */
export function nodeFolder(node: { kind: "peer" | "orderer"; domain: string; name: string }): string {
  return path.posix.join(`${node.kind}Organizations`, node.domain, `${node.kind}s`, node.name);
}

function nodeConfig(node: NodePlace, crypto: string): DevnetConfigInput["nodes"][number] {
  const folder = path.join(crypto, nodeFolder(node));
  const listen = (port: number | undefined) => ({ host: node.host, port: port ?? 0 });
  const shared = {
    name: node.name,
    mspId: node.mspId,
    listen: listen(node.grpc),
    operations: listen(node.operations),
    msp: path.join(folder, "msp"),
    tls: {
      cert: path.join(folder, "tls", "server.crt"),
      key: path.join(folder, "tls", "server.key"),
      ca: path.join(folder, "tls", "ca.crt"),
    },
  };
  return node.kind === "peer"
    ? { kind: "peer", ...shared, chaincode: listen(node.chaincode) }
    : { kind: "orderer", ...shared, admin: listen(node.admin) };
}

/** The devnet process of a network: all its nodes. */
export class NodesProcess implements NodeHost {
  readonly #layout: Layout;
  readonly #processes: MarkedProcesses;

  constructor(layout: Layout, processes: MarkedProcesses) {
    this.#layout = layout;
    this.#processes = processes;
  }

  /** The living process; undefined when none. */
  find(network: string): MarkedProcess | undefined {
    return this.#processes.find(network, ROLE);
  }

  /** How the nodes are, and the process they are in. */
  // oxlint-disable-next-line require-await -- errors have to become rejections
  async states({ network, nodes }: NetworkPlace): Promise<readonly NodeState[]> {
    const process = this.find(network);
    const ended = existsSync(this.#layout.config(network)) ? "failed" : "stopped";
    if (process === undefined) return nodes.map(() => ({ state: ended, process }));
    const serving = this.#serving(network, process);
    if (serving === undefined) return nodes.map(() => ({ state: "starting", process }));
    return nodes.map(({ name }) => (serving.includes(name) ? { state: "running", process } : { state: ended, process: undefined }));
  }

  // oxlint-disable-next-line require-await -- errors have to become rejections
  async missing({ network, nodes }: NetworkPlace): Promise<readonly string[]> {
    const process = this.find(network);
    const serving = process === undefined ? undefined : this.#serving(network, process);
    return serving === undefined ? ["nodes"] : nodes.map(({ name }) => name).filter((name) => !serving.includes(name));
  }

  /** All nodes write to one file. */
  logs({ network }: NetworkPlace, request: LogRequest): AsyncIterable<LogLine> {
    const { node } = request;
    const read = (line: string): LogLine | undefined => {
      const told = readNodeLine(line, network);
      return node === undefined || told.node === node ? told : undefined;
    };
    return readLines(this.#layout.devnetLog(network), { ...request, read });
  }

  /** The nodes that the living process serves; undefined until it does. */
  #serving(network: string, found: MarkedProcess): readonly string[] | undefined {
    const ready = readJson(this.#layout.ready(network)) as { pid?: number; nodes?: readonly { readonly name: string }[] } | undefined;
    return ready?.pid === found.pid ? (ready.nodes ?? []).map(({ name }) => name) : undefined;
  }

  /** Starts the nodes that do not run, and waits until all serve. Throws RUNTIME_NODES_FAILED, RUNTIME_PORT_TAKEN. */
  async start(place: NetworkPlace, signal?: AbortSignal): Promise<void> {
    const serving = await this.#startProcess(place, signal);
    const absent = place.nodes.filter(({ name }) => !serving.includes(name));
    if (absent.length > 0) await this.#change(place, absent, { start: absent.map(({ name }) => name) }, signal);
  }

  /** The nodes that the process serves when it does. */
  async #startProcess(place: NetworkPlace, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const { network } = place;
    const adopted = this.find(network);
    const ended = adopted === undefined ? await this.#spawn(place) : () => (isAlive(adopted) ? undefined : "they ended");
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += 10) {
      const found = existsSync(this.#layout.ready(network)) ? this.find(network) : undefined;
      const serving = found === undefined ? undefined : this.#serving(network, found);
      if (serving !== undefined) return serving;
      const end = ended();
      if (end !== undefined) throw await this.#failed(place.network, place.nodes, end);
      await pause(10, signal);
    }
    const reason = `they did not serve within ${START_TIMEOUT_MS / 1000} s`;
    await this.#endAll(network);
    throw await this.#failed(place.network, place.nodes, reason);
  }

  /** Ends nodes of the living process and starts them again; where none lives, all start. */
  async restart(place: NetworkPlace, nodes: readonly NodePlace[], signal?: AbortSignal): Promise<void> {
    if (this.find(place.network) === undefined) {
      await this.start(place, signal);
      return;
    }
    await this.#startProcess(place, signal);
    await this.#change(place, nodes, { restart: nodes.map(({ name }) => name) }, signal);
  }

  async drop(place: NetworkPlace, leaving: readonly NodePlace[]): Promise<void> {
    const { network } = place;
    const staying = { ...place, nodes: place.nodes.filter((node) => !leaving.includes(node)) };
    const names = leaving.map(({ name }) => name);
    if (this.find(network) !== undefined) {
      await this.#startProcess(place, undefined);
      await this.#change(staying, [], { drop: names }, undefined, names);
      return;
    }
    const isWanted = existsSync(this.#layout.config(network));
    this.#configure(staying, []);
    try {
      await this.#whileEnded(network, ["--drop", names.join(",")], (reason, cause) =>
        runtimeErrors.create("RUNTIME_NODES_FAILED", { network, reason }, { cause }),
      );
    } finally {
      if (!isWanted) rmSync(this.#layout.config(network), { force: true });
    }
  }

  /** Has the living process change its nodes, by a configuration that says how they are to be. */
  async #change(
    place: NetworkPlace,
    nodes: readonly NodePlace[],
    request: ControlRequest,
    signal: AbortSignal | undefined,
    without: readonly string[] = [],
  ): Promise<void> {
    const { network } = place;
    const known = (readJson(this.#layout.config(network)) as DevnetConfigInput | undefined)?.nodes ?? [];
    // What runs besides, of a change that was interrupted, goes on.
    const others = known.filter(({ name }) => !without.includes(name) && !place.nodes.some((node) => node.name === name));
    this.#configure(place, others);
    const limit = AbortSignal.timeout(START_TIMEOUT_MS);
    let answer: ControlAnswer;
    try {
      const { askDevnet } = await import("@heddle/devnet/control");
      answer = await askDevnet(this.#layout.control(network), request, signal === undefined ? limit : AbortSignal.any([signal, limit]));
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw await this.#failed(network, [], error instanceof Error ? error.message : String(error));
    }
    if (answer.done) return;
    const taken = answer.code === "DEVNET_NODE_FAILED" && answer.message.includes("EADDRINUSE") ? await takenPort(nodes) : undefined;
    if (taken !== undefined) throw runtimeErrors.create("RUNTIME_PORT_TAKEN", { ...taken, network });
    throw runtimeErrors.create("RUNTIME_NODES_FAILED", { network, reason: answer.message });
  }

  #configure(place: NetworkPlace, others: DevnetConfigInput["nodes"]): void {
    const { network } = place;
    const config: DevnetConfigInput = {
      network,
      directory: this.#layout.data(network),
      storage: place.storage,
      cut: place.cut,
      nodes: [...place.nodes.map((node) => nodeConfig(node, place.directory)), ...others],
      readyFile: this.#layout.ready(network),
      controlSocket: this.#layout.control(network),
    };
    writeJson(this.#layout.config(network), config);
  }

  async #spawn(place: NetworkPlace): Promise<() => string | undefined> {
    const { network } = place;
    const layout = this.#layout;
    // What an ended process has started itself may still hold its ports.
    await this.#endAll(network);
    this.#configure(place, []);
    rmSync(layout.ready(network), { force: true });
    const { ended } = startDetached({
      args: [...entryArguments(), "--config", layout.config(network)],
      cwd: place.directory,
      env: { ...processMark(layout.home, network, ROLE), NODE_COMPILE_CACHE: layout.compileCache },
      logFile: layout.devnetLog(network),
    });
    return ended;
  }

  /**
   * Ends the nodes and takes a channel's ledger back to a block; whoever calls this starts them again.
   * Throws RUNTIME_RESET_FAILED.
   */
  async reset({ network }: NetworkPlace, channel: string, block: number): Promise<void> {
    await this.#whileEnded(network, ["--reset", `${channel}:${block}`], (reason, cause) =>
      runtimeErrors.create("RUNTIME_RESET_FAILED", { network, channel, block, reason }, { cause }),
    );
  }

  async leave(place: NetworkPlace, peers: readonly NodePlace[], channel: string, restart: () => Promise<void>): Promise<void> {
    const { network } = place;
    const names = peers.map(({ name }) => name);
    const failed = (reason: string, cause: unknown): Error =>
      runtimeErrors.create("RUNTIME_LEAVE_FAILED", { network, node: names.join(", "), channel, reason }, { cause });
    if (this.find(network) === undefined) {
      try {
        await this.#whileEnded(network, ["--leave", `${names.join(",")}:${channel}`], failed);
      } finally {
        await restart();
      }
      return;
    }
    await this.#startProcess(place, undefined);
    try {
      await this.#change(place, [], { leave: { peers: names, channel } }, undefined);
    } catch (error) {
      throw failed(error instanceof Error ? error.message : String(error), error);
    }
  }

  /** Ends the nodes, and has devnet do something to what they keep. */
  async #whileEnded(network: string, task: readonly string[], failed: (reason: string, cause: unknown) => Error): Promise<void> {
    await this.#endAll(network);
    rmSync(this.#layout.ready(network), { force: true });
    const args = [...entryArguments(), "--config", this.#layout.config(network), ...task];
    try {
      await promisify(execFile)(process.execPath, args, { timeout: RESET_TIMEOUT_MS, killSignal: "SIGKILL" });
    } catch (cause) {
      const output = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
      throw failed(output.split("\n")[0] ?? output, cause);
    }
  }

  /** The nodes are those whose ports may be the reason. */
  async #failed(network: string, nodes: readonly NodePlace[], reason: string): Promise<Error> {
    const taken = await takenPort(nodes);
    if (taken !== undefined) return runtimeErrors.create("RUNTIME_PORT_TAKEN", { ...taken, network });
    const tail = lastLines(this.#layout.devnetLog(network), 3);
    return runtimeErrors.create("RUNTIME_NODES_FAILED", { network, reason: tail === "" ? reason : `${reason}: ${tail}` });
  }

  /** Ends the nodes, and notes that they are meant to be ended. */
  async stop(network: string): Promise<void> {
    rmSync(this.#layout.config(network), { force: true });
    await this.#endAll(network);
    rmSync(this.#layout.ready(network), { force: true });
  }

  async pause({ network }: NetworkPlace): Promise<void> {
    await this.#endAll(network);
    rmSync(this.#layout.ready(network), { force: true });
  }

  async #endAll(network: string): Promise<void> {
    await Promise.all(
      this.#processes
        .of(network)
        .filter(({ role }) => role === ROLE)
        .map((found) => endProcess(found)),
    );
  }
}

/** Node.js arguments that run devnet's entry: from source in a checkout, compiled from a package. */
function entryArguments(): string[] {
  const index = fileURLToPath(import.meta.resolve("@heddle/devnet"));
  const entry = path.join(path.dirname(index), `main${path.extname(index)}`);
  return ["--conditions=@heddle/source", "--disable-warning=ExperimentalWarning", "--disable-warning=DEP0123", entry];
}
