import type { NodeSpec } from "@heddle/network";

/** What a runtime has to know to give a network a place. */
export interface RuntimeNetwork {
  readonly name: string;
  /** Who creates it, such as the operation's id: tells a place of an earlier network of the same name apart. */
  readonly owner: string;
  readonly storage: "kept" | "memory";
  /** Of the network file, such as `3.1`: what native nodes are. */
  readonly fabricVersion: string;
  /** `instant`: a block is cut as soon as no transaction waits. */
  readonly cut: "timeout" | "instant";
  readonly nodes: readonly NodeSpec[];
  /** Where such a network was before: its nodes get the very ports they had. Others are found where it is left out. */
  readonly before?: NetworkPlace | undefined;
  /** Where the nodes of a network answer that runs elsewhere: only for the runtime `imported`, which needs it. */
  readonly answers?: readonly NodePlace[] | undefined;
}

/** How a node of an imported network is reached, where that differs from what Heddle's own nodes are like. */
export interface NodeReach {
  /** Name in its TLS certificate, where it is not the node's name here. */
  readonly tlsName?: string;
  /** It speaks gRPC without TLS. */
  readonly plaintext?: boolean;
  /** What a proxy before it tells nodes apart by, such as microfab's. */
  readonly authority?: string;
  /** Where its metrics are, such as `http://127.0.0.1:9443`, and what a proxy before it tells nodes apart by. */
  readonly operations?: { readonly url: string; readonly authority?: string };
}

/** Programs of somebody else that nodes are. */
export interface RuntimePrograms {
  /** As the peer says it, such as `v3.1.1`. */
  readonly version: string;
  readonly folder: string;
}

/** Where a node answers. */
export interface NodePlace extends NodeSpec {
  /** As clients dial it. */
  readonly host: string;
  readonly grpc: number;
  /** 0 for a node of an imported network. */
  readonly operations: number;
  /** Peers: where chaincode that dials registers. */
  readonly chaincode?: number;
  /** Orderers: channel participation. */
  readonly admin?: number;
  /** Where it differs from the network's: while an upgrade is under way. */
  readonly fabricVersion?: string;
  /** Only of an imported network. */
  readonly reach?: NodeReach;
}

/** Where a network is: what a runtime needs to find it again. Survives JSON. */
export interface NetworkPlace {
  readonly network: string;
  /** Whoever had it prepared. */
  readonly owner: string;
  readonly directory: string;
  readonly storage: "kept" | "memory";
  /** Absent in a place that was made before it was kept. */
  readonly fabricVersion?: string;
  readonly cut: "timeout" | "instant";
  readonly nodes: readonly NodePlace[];
}

/** A file for the nodes, below the network's own folder. */
export interface DeliveredFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
}

/** Chaincode that runs as a service beside the nodes. */
export interface ChaincodeService {
  /** Unique within the network; the package's label. */
  readonly label: string;
  readonly packageId: string;
  /** `host:port` from {@link Runtime.reserveChaincode}. */
  readonly address: string;
  /** Folder with the source. */
  readonly folder: string;
}

/** How something that should run is: `stopped` on purpose, or `failed` because it ended by itself. */
export type RunState = "running" | "starting" | "stopped" | "failed";

/** One node or chaincode service as the world shows it. */
export interface Observation {
  readonly name: string;
  readonly kind: "peer" | "orderer" | "chaincode";
  readonly state: RunState;
  readonly address: string;
  readonly pid?: number;
  readonly since?: Date;
  /** Of the process; nodes of one process share it. */
  readonly memoryBytes?: number;
  readonly cpuSeconds?: number;
}

/** A line of output. */
export interface LogLine {
  readonly node: string;
  readonly line: string;
  readonly at?: Date;
}

/** Something that exists in the world because of a network. */
export interface InventoryItem {
  readonly kind: "process" | "directory" | "port";
  readonly id: string;
  readonly detail: string;
}

/** Which lines to read. */
export interface LogRequest {
  readonly node?: string | undefined;
  readonly follow: boolean;
  /** Lines from the end to begin with. */
  readonly tail: number;
  readonly signal: AbortSignal;
}

/** How to start a chaincode. */
export interface ChaincodeStart {
  /** Ends a service of the same label first, so that the source as it is now runs. */
  readonly fresh?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where nodes run. Infrastructure only: what is Fabric's business goes over gRPC to the addresses it
 * hands out. Every method can be called again, also at the same time and after the caller was killed
 * in the middle, and then changes nothing that is already so. What runs survives the caller, and
 * another one finds it again.
 */
export interface Runtime {
  readonly name: string;
  /** Throws where this machine lacks what new networks need; what is there already can still be removed. */
  requireUsable?(fabricVersion: string): Promise<void>;
  /** What runs the nodes of a network of this version, where that is not Heddle itself. Throws as {@link requireUsable}. */
  programs?(fabricVersion: string): Promise<RuntimePrograms>;
  /**
   * Gives a network ports and a folder; the same ones for the same owner.
   * Throws RUNTIME_PORTS_EXHAUSTED, RUNTIME_PORT_TAKEN where a port of `before` is held by something else, and
   * RUNTIME_NAME_TAKEN when there is something of that name from another owner.
   */
  prepare(network: RuntimeNetwork): Promise<NetworkPlace>;
  /**
   * Gives nodes that a place does not have yet their ports and `files`, which are written before the place has the nodes:
   * those that {@link ensure} finds there can start. Nodes that it has keep their ports, and stay where `network` names
   * them no longer; nodes of `before` get the very ports they had. The new ones run from the next {@link start} of the
   * place that is returned. Throws as {@link prepare}, and RUNTIME_NOT_PREPARED.
   */
  extend(place: NetworkPlace, network: RuntimeNetwork, files: (extended: NetworkPlace) => readonly DeliveredFile[]): Promise<NetworkPlace>;
  /**
   * Ends nodes and removes all there is of them: what they keep, their files, their ports. The others serve on. The place
   * that is left. What the network's channels say of them is up to its caller. Throws RUNTIME_NODES_FAILED, RUNTIME_NOT_PREPARED.
   */
  shrink(place: NetworkPlace, nodes: readonly string[]): Promise<NetworkPlace>;
  /**
   * Ends nodes and starts them again, with their files and their configuration as they are now; the others serve on.
   * Throws RUNTIME_NODE_UNKNOWN, and as {@link start}; nodes that the embedded runtime finds unusable files for go on as they were.
   */
  restartNodes(place: NetworkPlace, nodes: readonly string[], signal?: AbortSignal): Promise<void>;
  /**
   * Has nodes be of another version of Fabric from their next start on; when all are, so is the network. The place as it
   * is then. Throws as {@link requireUsable}, and RUNTIME_NOT_PREPARED.
   */
  useVersion(place: NetworkPlace, nodes: readonly string[], fabricVersion: string): Promise<NetworkPlace>;
  /** The place that {@link prepare} made, from the world; undefined when there is none. */
  find(network: string): Promise<NetworkPlace | undefined>;
  /** Writes files below the network's folder. */
  deliver(place: NetworkPlace, files: readonly DeliveredFile[]): Promise<void>;
  /** Starts all nodes and waits until they serve. Throws RUNTIME_NODES_FAILED, RUNTIME_PORT_TAKEN, RUNTIME_NOT_PREPARED. */
  start(place: NetworkPlace, signal?: AbortSignal): Promise<void>;
  /** Ends all nodes and chaincodes; what they keep stays, and {@link ensure} starts them again. */
  stop(place: NetworkPlace): Promise<void>;
  /** An address for chaincode, the same for the same label. */
  reserveChaincode(place: NetworkPlace, label: string): Promise<string>;
  /**
   * Starts chaincode and waits until it listens.
   * Throws RUNTIME_CHAINCODE_UNUSABLE, RUNTIME_CHAINCODE_FAILED, RUNTIME_PORT_TAKEN, RUNTIME_NOT_PREPARED.
   */
  startChaincode(place: NetworkPlace, service: ChaincodeService, options?: ChaincodeStart): Promise<void>;
  /** Whether the chaincode's process runs and listens. */
  chaincodeRuns(place: NetworkPlace, label: string): Promise<boolean>;
  /** Ends a chaincode, and forgets its address. */
  removeChaincode(place: NetworkPlace, label: string): Promise<void>;
  /** Starts nodes and chaincodes that do not run. What was started: `nodes`, and labels. Throws as {@link start} and {@link startChaincode}. */
  ensure(place: NetworkPlace, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Takes a channel's ledger back to a block on all nodes, which restart for it. Only where Heddle itself
   * keeps the ledgers. Throws RUNTIME_RESET_FAILED; the ledger is as it was then.
   */
  resetChannel?(place: NetworkPlace, channel: string, block: number, signal?: AbortSignal): Promise<void>;
  /**
   * Takes a channel, with its ledger, off peers that have joined it; native ones restart for it. Throws RUNTIME_LEAVE_FAILED, and as {@link start}.
   */
  leaveChannel(place: NetworkPlace, channel: string, peers: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Removes what orderers still keep of a channel that they have left, so that one of its name can come anew. */
  clearChannel(place: NetworkPlace, channel: string): Promise<void>;
  /**
   * Copies what the nodes of a network keep into an empty folder, and which chaincodes run. The nodes end for it, all
   * at once, so that no two of them are copied at different times, and start again. Throws as {@link start}.
   */
  copyOut?(place: NetworkPlace, folder: string, signal?: AbortSignal): Promise<void>;
  /**
   * Puts what {@link copyOut} copied into a place whose nodes have never been started; with `chaincodes` it also reserves
   * for its chaincodes the addresses that they had. Throws RUNTIME_PORT_TAKEN, RUNTIME_NOT_PREPARED.
   */
  copyIn?(place: NetworkPlace, folder: string, options: { readonly chaincodes: boolean }): Promise<void>;
  observe(place: NetworkPlace): Promise<readonly Observation[]>;
  /** Throws RUNTIME_NODE_UNKNOWN. */
  logs(place: NetworkPlace, request: LogRequest): AsyncIterable<LogLine>;
  /** Ends and removes everything of a network; with `owner`, only what that one had prepared. What was removed. Throws RUNTIME_NOT_REMOVED. */
  destroy(network: string, owner?: string): Promise<readonly InventoryItem[]>;
  /** All that exists in the world for this network, never from memory. */
  inventory(network: string): Promise<readonly InventoryItem[]>;
}
