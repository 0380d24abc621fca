import { readFileSync } from "node:fs";
import { z } from "zod";
import { devnetErrors } from "./errors.ts";

const port = z.int().min(0).max(65_535);
const listen = z.strictObject({ host: z.string().min(1), port });

const node = {
  name: z.string().min(1),
  mspId: z.string().min(1),
  listen,
  operations: listen,
  /** The node's MSP folder, as cryptogen writes it. */
  msp: z.string().min(1),
  /** PEM files. `ca` also vouches for the clients of an orderer's administration port. */
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1), ca: z.string().min(1) }),
};

const peerNode = z.strictObject({ kind: z.literal("peer"), ...node, chaincode: listen });
const ordererNode = z.strictObject({ kind: z.literal("orderer"), ...node, admin: listen });

/** How long things may take, in milliseconds. The defaults are those of the core.yaml that Fabric ships. */
const timeouts = z.strictObject({
  /** A gateway waits for the endorsement of another peer (Fabric: peer.gateway.endorsementTimeout). */
  endorsement: z.int().positive().default(30_000),
  /** A chaincode function runs (Fabric: chaincode.executetimeout). */
  execution: z.int().positive().default(30_000),
  /** Chaincode registers, once it was dialled or a transaction has asked for it (Fabric: chaincode.startuptimeout, 300 s; nothing is built here). */
  startup: z.int().positive().default(10_000),
});

/** What a devnet process runs. */
export const devnetConfigSchema = z.strictObject({
  network: z.string().min(1),
  /** Where a kept network keeps ledgers and packages. */
  directory: z.string().min(1),
  storage: z.enum(["kept", "memory"]),
  /** `timeout`: blocks are cut by the channel's batch timeout; `instant`: as soon as no message waits (see Chain). */
  cut: z.enum(["timeout", "instant"]),
  timeouts: timeouts.prefault({}),
  nodes: z.array(z.discriminatedUnion("kind", [peerNode, ordererNode])).min(1),
  /** Names the nodes that serve. Written, whole, once every node does, and after each change. */
  readyFile: z.string().min(1).optional(),
  /** The Unix socket on which the process is asked to take on, drop and restart nodes. */
  controlSocket: z.string().min(1).optional(),
  logLevel: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

/** The configuration file of a devnet process, read. */
export type DevnetConfig = z.infer<typeof devnetConfigSchema>;
/** The same as it may be written, defaults left out. */
export type DevnetConfigInput = z.input<typeof devnetConfigSchema>;
/** One virtual node of it. */
export type DevnetNode = DevnetConfig["nodes"][number];

/** Reads a configuration file. Throws DEVNET_CONFIG_INVALID. */
export function readDevnetConfig(file: string): DevnetConfig {
  try {
    return devnetConfigSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw devnetErrors.create("DEVNET_CONFIG_INVALID", { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}
