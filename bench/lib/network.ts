// A network with its chaincode, ready for load, on devnet or on real Fabric, and
// what a benchmark does with one: use it, then take it away.
import { rmSync } from "node:fs";
import { deploy } from "./deploy.ts";
import { startDevnet } from "./devnet.ts";
import { startFabric, type FabricPrograms } from "./fabric.ts";
import { makeNetwork, type BatchShape, type BenchNetwork } from "./material.ts";
import type { Program } from "./processes.ts";

/** What a network runs on. */
export type Platform =
  | { readonly kind: "devnet"; readonly nodeArguments?: readonly string[] }
  | { readonly kind: "fabric"; readonly programs: FabricPrograms };

/** A network that answers. */
export interface ReadyNetwork {
  readonly network: BenchNetwork;
  /** Orderer and peers. */
  readonly nodes: readonly Program[];
  readonly chaincode: Program;
  stop(): Promise<void>;
}

/** Blocks as the embedded presets cut them; devnet cuts as soon as no transaction waits, and does not look at the timeout. */
export const EMBEDDED_BATCH: BatchShape = { timeoutMs: 10, maxMessages: 500 };

/** Starts nodes and chaincode and deploys. */
export async function readyNetwork(platform: Platform, organizations: number, batch: BatchShape): Promise<ReadyNetwork> {
  const network = await makeNetwork(organizations, batch);
  const nodes =
    platform.kind === "devnet" ? await startDevnet(network, platform.nodeArguments) : await startFabric(network, platform.programs);
  const chaincode = await deploy(network);
  return {
    network,
    nodes,
    chaincode,
    async stop() {
      await Promise.all([chaincode, ...nodes].map((program) => program.stop()));
      rmSync(network.directory, { recursive: true, force: true });
    },
  };
}
