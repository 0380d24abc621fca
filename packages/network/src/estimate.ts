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
const DEVNET = { base: 102 * MIB, node: 1 * MIB };
/** Of Fabric's own nodes (3.1, on the native runtime, half a minute after their start). */
const FABRIC = { orderer: 40 * MIB, peer: 90 * MIB };
const CHAINCODE = 111 * MIB;

/** A peer has ports for gRPC, chaincode and operations; an orderer for gRPC, administration and operations. */
const PORTS_OF_A_NODE = 3;

/**
 * Processes, ports and memory of a network at rest. Embedded, one process for all nodes; native, one for each; and one
 * for each chaincode package. Memory grows with load and state.
 */
export function estimateNetwork(file: NetworkFile): NetworkEstimate {
  const nodes = nodesOf(file);
  const services = new Set(file.spec.chaincodes.map(({ name, version }) => `${name}_${version}`)).size;
  const isNative = file.spec.runtime === "native";
  const memory = isNative ? nodes.reduce((sum, { kind }) => sum + FABRIC[kind], 0) : DEVNET.base + nodes.length * DEVNET.node;
  return {
    nodes: nodes.length,
    processes: (isNative ? nodes.length : 1) + services,
    ports: nodes.length * PORTS_OF_A_NODE + services,
    memoryBytes: memory + services * CHAINCODE,
  };
}
