import { chaincodeName, networkName, organizationName } from "@heddle/network";
import { z } from "zod";
import { callInput, chaincodeSchema, deployInput, evaluatedSchema, submittedSchema } from "../schemas/chaincodes.ts";
import { backupId } from "../schemas/backups.ts";
import { plainName } from "../schemas/common.ts";
import {
  environmentSchema,
  exportInput,
  fileSchema,
  logLineSchema,
  networkDetailSchema,
  networkFileInput,
  networkSchema,
  nodeSchema,
  planSchema,
  upgradeInput,
} from "../schemas/networks.ts";
import { acceptedSchema } from "../schemas/operations.ts";
import { endpoint } from "./endpoint.ts";
import { callErrors, changeErrors, fileErrors, identityErrors, placedErrors, runErrors, sourceErrors } from "./error-groups.ts";

const network = z.object({ name: networkName });
const chaincode = z.object({ name: networkName, chaincode: chaincodeName });
const accepted = { status: 202, body: acceptedSchema } as const;

/** Query flag: `true`, `1` or nothing as in `?follow`. */
const flag = z
  .enum(["true", "false", "1", "0", ""])
  .transform((value) => value !== "false" && value !== "0")
  .default(false);

/** Endpoints about networks and their chaincodes. */
export const networkEndpoints = {
  listNetworks: endpoint({
    method: "GET",
    path: "/api/v1/networks",
    summary: "All networks",
    permission: "networks.read",
    response: { status: 200, body: z.object({ networks: z.array(networkSchema) }) },
    errors: [],
  }),
  createNetwork: endpoint({
    method: "POST",
    path: "/api/v1/networks",
    summary: "Create a network from its file",
    permission: "networks.write",
    query: z.strictObject({
      identities: backupId.optional().describe("backup whose organisations' identities it takes over; default new ones"),
    }),
    body: networkFileInput,
    response: accepted,
    errors: [
      ...fileErrors,
      ...runErrors,
      "OPERATION_SEQUENCE_NOT_FIRST",
      "OPERATION_BACKUP_UNKNOWN",
      "OPERATION_BACKUP_DAMAGED",
      "OPERATION_IDENTITIES_MISSING",
      "STORE_NETWORK_EXISTS",
      "STORE_NETWORK_BUSY",
    ],
  }),
  planNetwork: endpoint({
    method: "POST",
    path: "/api/v1/networks/plan",
    summary: "What creating or applying a network file would change",
    permission: "networks.read",
    body: networkFileInput,
    response: { status: 200, body: planSchema },
    errors: fileErrors,
  }),
  getNetwork: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}",
    summary: "One network with its file",
    permission: "networks.read",
    params: network,
    response: { status: 200, body: networkDetailSchema },
    errors: ["STORE_NETWORK_NOT_FOUND"],
  }),
  applyNetwork: endpoint({
    method: "PUT",
    path: "/api/v1/networks/{name}",
    summary: "Change a network to what the file says",
    permission: "networks.write",
    params: network,
    body: networkFileInput,
    response: accepted,
    errors: [
      ...fileErrors,
      ...runErrors,
      ...changeErrors,
      "OPERATION_NETWORK_NOT_PLACED",
      "OPERATION_CHANGE_NOT_SUPPORTED",
      "OPERATION_CHANGE_REFUSED",
      "OPERATION_CONFIG_CONFLICT",
      "OPERATION_SEQUENCE_NOT_FIRST",
    ],
  }),
  upgradeNetwork: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/upgrade",
    summary: "Upgrade nodes to a later version of Fabric, one at a time with a proof after each, and then the channels' capabilities",
    permission: "networks.write",
    params: network,
    body: upgradeInput,
    response: accepted,
    errors: [
      ...changeErrors,
      "OPERATION_UPGRADE_REFUSED",
      "RUNTIME_NOT_AVAILABLE",
      "RUNTIME_TOOLS_MISSING",
      "TOOLCHAIN_VERSION_UNFIT",
      "RUNTIME_PLATFORM_NOT_SUPPORTED",
    ],
  }),
  migrateOrdering: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/ordering",
    summary: "Change the ordering from Raft to BFT, on the ledgers that there are; while it changes nothing is ordered",
    permission: "networks.write",
    params: network,
    body: z.strictObject({ type: z.enum(["bft"]) }),
    response: accepted,
    errors: [...changeErrors, "OPERATION_MIGRATION_REFUSED"],
  }),
  deleteNetwork: endpoint({
    method: "DELETE",
    path: "/api/v1/networks/{name}",
    summary: "Remove a network and everything that belongs to it",
    permission: "networks.delete",
    params: network,
    response: accepted,
    errors: changeErrors,
  }),
  proveNetwork: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/prove",
    summary: "Commit a transaction on every peer of every channel again",
    permission: "networks.write",
    params: network,
    response: accepted,
    errors: changeErrors,
  }),
  listNodes: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/nodes",
    summary: "The nodes of a network, as the world shows them",
    permission: "networks.read",
    params: network,
    response: { status: 200, body: z.object({ nodes: z.array(nodeSchema) }) },
    errors: placedErrors,
  }),
  logs: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/logs",
    summary: "Log lines of a node; with follow as they are written",
    permission: "logs.read",
    params: network,
    query: z.strictObject({
      node: plainName.optional().describe("default every node"),
      follow: flag,
      tail: z.coerce.number().int().min(0).max(100_000).default(200),
    }),
    response: { stream: logLineSchema, resumable: false },
    errors: [...placedErrors, "RUNTIME_NODE_UNKNOWN", "RUNTIME_IMPORTED"],
  }),
  exportNetwork: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/export",
    summary: "Connection profile, identity and TLS roots for an application",
    permission: "identities.export",
    params: network,
    body: exportInput,
    response: { status: 200, body: z.object({ files: z.array(fileSchema) }) },
    errors: identityErrors,
  }),
  environment: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/env",
    summary: "Environment for the official command line tools",
    permission: "identities.export",
    params: network,
    query: z.strictObject({ organization: organizationName.optional() }),
    response: { status: 200, body: environmentSchema },
    errors: identityErrors,
  }),
  listChaincodes: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/chaincodes",
    summary: "Chaincodes deployed on a network",
    permission: "networks.read",
    params: network,
    response: { status: 200, body: z.object({ chaincodes: z.array(chaincodeSchema) }) },
    errors: ["STORE_NETWORK_NOT_FOUND"],
  }),
  deployChaincode: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/chaincodes",
    summary: "Package, install, approve by every organisation, commit and prove",
    permission: "chaincodes.deploy",
    params: network,
    body: deployInput,
    response: accepted,
    errors: [...changeErrors, ...sourceErrors, "OPERATION_CHANNEL_UNKNOWN", "OPERATION_DEPLOYED_ALREADY", "OPERATION_CHAINCODE_ELSEWHERE"],
  }),
  submitTransaction: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/chaincodes/{chaincode}/submit",
    summary: "Call a function and commit what it writes",
    permission: "transactions.submit",
    params: chaincode,
    body: callInput,
    response: { status: 200, body: submittedSchema },
    errors: [...callErrors, "FABRIC_TRANSACTION_INVALID"],
  }),
  evaluateTransaction: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/chaincodes/{chaincode}/evaluate",
    summary: "Call a function without committing",
    permission: "transactions.evaluate",
    params: chaincode,
    body: callInput,
    response: { status: 200, body: evaluatedSchema },
    errors: callErrors,
  }),
} as const;
