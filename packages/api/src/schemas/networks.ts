import { networkName, organizationName, userName } from "@heddle/network";
import { z } from "zod";
import { time } from "./common.ts";

/**
 * A network file: its YAML or JSON text, or the object it stands for. The content
 * is checked against the schema of `@heddle/network`, with its own errors.
 */
export const networkFileInput = z
  .union([z.strictObject({ file: z.string().min(1) }), z.strictObject({ spec: z.record(z.string(), z.unknown()) })])
  .meta({ id: "NetworkFileInput" });

/** What to upgrade a network to. */
export const upgradeInput = z
  .strictObject({
    fabricVersion: z.enum(["2.5", "3.0", "3.1"]),
    capabilities: z.boolean().default(false).describe("then give the channels what that version can do; nodes cannot go back after it"),
  })
  .meta({ id: "UpgradeInput" });

/** Proof of readiness: a transaction committed on every peer of every channel. */
export const proofSchema = z
  .looseObject({
    at: time.optional(),
    seconds: z.number().optional(),
    phases: z.record(z.string(), z.number()).optional().describe("seconds of each phase of the creation"),
    channels: z.array(
      z.looseObject({
        channel: z.string(),
        transactionId: z.string().optional(),
        block: z.number().optional(),
        peers: z.array(z.string()).optional(),
      }),
    ),
  })
  .meta({ id: "Proof" });

/** A network in a list. */
export const networkSchema = z
  .object({
    name: networkName,
    state: z.enum(["creating", "ready", "failed", "changing", "deleting"]),
    runtime: z.string(),
    fabricVersion: z.string(),
    organizations: z.array(z.object({ name: z.string(), mspId: z.string() })),
    channels: z.array(z.string()),
    nodes: z.int(),
    createdAt: time,
    updatedAt: time,
    proof: proofSchema.optional(),
  })
  .meta({ id: "Network" });

/** A network with its file and the operation that has it. */
export const networkDetailSchema = networkSchema
  .extend({
    spec: z.unknown().describe("the network file, with its defaults"),
    operation: z.string().optional().describe("id of the operation that is changing it"),
  })
  .meta({ id: "NetworkDetail" });

/** What apply would do. */
export const planSchema = z
  .object({
    network: z.string(),
    empty: z.boolean(),
    changes: z.array(
      z.object({
        action: z.string(),
        kind: z.string(),
        path: z.string(),
        name: z.string(),
        summary: z.string(),
        supported: z.boolean(),
      }),
    ),
  })
  .meta({ id: "Plan" });

/** A node, as the world shows it. */
export const nodeSchema = z
  .object({
    name: z.string(),
    kind: z.string().describe("peer, orderer or chaincode"),
    mspId: z.string().optional(),
    organization: z.string().optional(),
    state: z.string().describe("running, starting, stopped or failed"),
    address: z.string().optional(),
    operations: z.string().optional().describe("address of health and metrics"),
    admin: z.string().optional().describe("address of channel participation"),
    pid: z.int().optional(),
    since: time.optional(),
    memoryBytes: z.number().optional(),
    cpuSeconds: z.number().optional(),
  })
  .meta({ id: "Node" });

/** A file for the client to write. */
export const fileSchema = z
  .object({
    path: z.string().describe("relative, with /"),
    mode: z.int().describe("permissions, such as 384 for 0600"),
    content: z.string(),
  })
  .meta({ id: "File" });

/** Whose connection profile, identity and TLS roots to export. */
export const exportInput = z
  .strictObject({ organization: organizationName.optional(), user: userName.optional() })
  .meta({ id: "ExportInput" });

/** Environment for the official command line tools. */
export const environmentSchema = z
  .object({
    variables: z.record(z.string(), z.string()),
    files: z.array(fileSchema).describe("to be written below the folder that the variables name"),
  })
  .meta({ id: "Environment" });

/** A line of a node's log. */
export const logLineSchema = z
  .object({ node: z.string(), line: z.string(), at: time.optional(), stream: z.string().optional() })
  .meta({ id: "LogLine" });

/** A network, as the API shows it. */
export type Network = z.output<typeof networkSchema>;
/** A network with its file, as the API shows it. */
export type NetworkDetail = z.output<typeof networkDetailSchema>;
/** A node, as the API shows it. */
export type Node = z.output<typeof nodeSchema>;
/** A file of an export. */
export type ExportedFile = z.output<typeof fileSchema>;
/** Proof of readiness, as the API shows it. */
export type Proof = z.output<typeof proofSchema>;
