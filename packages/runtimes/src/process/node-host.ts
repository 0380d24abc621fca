import type { LogLine, LogRequest, NetworkPlace, NodePlace, RunState } from "../port.ts";
import { isFree } from "./ports.ts";
import type { MarkedProcess } from "./table.ts";

/** How a node is, and the process it is in. */
export interface NodeState {
  readonly state: RunState;
  readonly process: MarkedProcess | undefined;
}

/** What runs the nodes of networks on this machine: the part in which its runtimes differ. */
export interface NodeHost {
  /** Throws where nodes of that version cannot be started on this machine. */
  requireUsable?(fabricVersion: string): Promise<void>;
  /** Starts what does not run and waits until all nodes serve. Throws RUNTIME_NODES_FAILED, RUNTIME_PORT_TAKEN. */
  start(place: NetworkPlace, signal?: AbortSignal): Promise<void>;
  /** Ends the nodes, and notes that they are meant to be ended. */
  stop(network: string): Promise<void>;
  /** Ends the nodes without such a note: they are meant to run. */
  pause(place: NetworkPlace): Promise<void>;
  /** Ends nodes and starts them again, while the others serve. Throws RUNTIME_NODES_FAILED, RUNTIME_PORT_TAKEN. */
  restart(place: NetworkPlace, nodes: readonly NodePlace[], signal?: AbortSignal): Promise<void>;
  /** Ends nodes and removes what they keep and have written, while the others serve. Throws RUNTIME_NODES_FAILED. */
  drop(place: NetworkPlace, nodes: readonly NodePlace[]): Promise<void>;
  /**
   * Takes a channel off peers, with `restart` to start all that had to end for it: nothing where nodes that share a
   * process serve, one peer after the other elsewhere. Throws RUNTIME_LEAVE_FAILED and what `restart` throws.
   */
  leave(place: NetworkPlace, peers: readonly NodePlace[], channel: string, restart: () => Promise<void>): Promise<void>;
  /** Removes what orderers keep of a channel that they have left; nothing where they keep nothing. */
  clear?(place: NetworkPlace, channel: string): Promise<void>;
  /** In the order of the place's nodes. */
  states(place: NetworkPlace): Promise<readonly NodeState[]>;
  /** What does not run, by the names that {@link Runtime.ensure} gives it. */
  missing(place: NetworkPlace): Promise<readonly string[]>;
  /** The lines of one node, or of all. */
  logs(place: NetworkPlace, request: LogRequest): AsyncIterable<LogLine>;
}

/** Every port of a node. */
export function portsOf(node: NodePlace): number[] {
  return [node.grpc, node.operations, node.chaincode ?? node.admin].filter((port) => port !== undefined);
}

/** The first port of some nodes that is listened on, for nodes that do not run. */
export async function takenPort(nodes: readonly NodePlace[]): Promise<{ port: number; holder: string } | undefined> {
  for (const node of nodes) {
    for (const port of portsOf(node)) if (!(await isFree(port))) return { port, holder: node.name };
  }
  return undefined;
}
