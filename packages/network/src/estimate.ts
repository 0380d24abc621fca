import { nodesOf } from "./nodes.ts";
import type { NetworkFile } from "./schema/network-file.ts";

/** What a network takes of the machine it runs on. */
export interface NetworkEstimate {
  readonly nodes: number;
  readonly processes: number;
  readonly ports: number;
  readonly memoryBytes: number;
}

const MIB = 1024 * 1024;

/** Resident memory as bench/growth.ts and bench/idle.ts measure it; docs/benchmarks.md has the figures. */
const DEVNET = { base: 102 * MIB, node: 1 * MIB, chaincode: 111 * MIB };

/** A peer has ports for gRPC, chaincode and operations; an orderer for gRPC, administration and operations. */
const PORTS_OF_A_NODE = 3;

/**
 * Processes, ports and memory of an embedded network at rest: one process for
 * all nodes, one for each chaincode package. Memory grows with load and state.
 */
export function estimateNetwork(file: NetworkFile): NetworkEstimate {
  const nodes = nodesOf(file).length;
  const services = new Set(file.spec.chaincodes.map(({ name, version }) => `${name}_${version}`)).size;
  return {
    nodes,
    processes: 1 + services,
    ports: nodes * PORTS_OF_A_NODE + services,
    memoryBytes: DEVNET.base + nodes * DEVNET.node + services * DEVNET.chaincode,
  };
}
