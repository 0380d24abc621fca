import { chaincodeName, channelName, networkName, organizationName, userName } from "@heddle/network";
import { z } from "zod";
import {
  connectSchema,
  contractMetadataSchema,
  definitionSchema,
  estimateSchema,
  runtimeSchema,
  scenarioSchema,
} from "../schemas/development.ts";
import { networkFileInput } from "../schemas/networks.ts";
import { acceptedSchema } from "../schemas/operations.ts";
import { endpoint } from "./endpoint.ts";
import { callErrors, changeErrors, fileErrors, identityErrors, nodeErrors, sourceErrors } from "./error-groups.ts";

const network = z.object({ name: networkName });
const chaincode = z.object({ name: networkName, chaincode: chaincodeName });
const accepted = { status: 202, body: acceptedSchema } as const;

/** Endpoints for those who build on a network: scenarios, contracts, ways to connect, the loop of change and reset. */
export const developmentEndpoints = {
  listScenarios: endpoint({
    method: "GET",
    path: "/api/v1/scenarios",
    summary: "Ready examples that come with Heddle",
    permission: "networks.read",
    response: { status: 200, body: z.object({ scenarios: z.array(scenarioSchema) }) },
    errors: [],
  }),
  listRuntimes: endpoint({
    method: "GET",
    path: "/api/v1/runtimes",
    summary: "Where networks can run on this server: which runtimes are usable, and what to do about those that are not",
    permission: "networks.read",
    query: z.strictObject({ fabricVersion: z.enum(["2.5", "3.0", "3.1"]).default("3.1") }),
    response: { status: 200, body: z.object({ runtimes: z.array(runtimeSchema) }) },
    errors: [],
  }),
  estimateNetwork: endpoint({
    method: "POST",
    path: "/api/v1/networks/estimate",
    summary: "Processes, memory and ports that a network file would take",
    permission: "networks.read",
    body: networkFileInput,
    response: { status: 200, body: estimateSchema },
    errors: fileErrors,
  }),
  listDefinitions: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/definitions",
    summary: "Committed chaincode definitions, their approvals and where they are installed",
    permission: "networks.read",
    params: network,
    response: { status: 200, body: z.object({ definitions: z.array(definitionSchema) }) },
    errors: [...identityErrors, ...nodeErrors],
  }),
  contractMetadata: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/chaincodes/{chaincode}/metadata",
    summary: "Functions and arguments of a chaincode's contracts",
    permission: "transactions.evaluate",
    params: chaincode,
    query: z.strictObject({ channel: channelName.optional() }),
    response: { status: 200, body: contractMetadataSchema },
    errors: [...callErrors, "OPERATION_NO_METADATA"],
  }),
  redeployChaincode: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/chaincodes/{chaincode}/redeploy",
    summary: "Deploy a chaincode again from where it came, as the next sequence",
    permission: "chaincodes.deploy",
    params: chaincode,
    body: z.strictObject({ channel: channelName.optional() }),
    response: accepted,
    errors: [
      ...changeErrors,
      ...sourceErrors,
      "OPERATION_CHANNEL_UNKNOWN",
      "OPERATION_CHANNEL_AMBIGUOUS",
      "OPERATION_CHAINCODE_MISSING",
      "OPERATION_CHAINCODE_ELSEWHERE",
    ],
  }),
  connect: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/connect",
    summary: "Code and settings by which an application reaches the network as a user; without the private key",
    permission: "networks.read",
    params: network,
    query: z.strictObject({
      organization: organizationName.optional(),
      user: userName.optional(),
      channel: channelName.optional(),
      chaincode: chaincodeName.optional(),
    }),
    response: { status: 200, body: connectSchema },
    errors: [...identityErrors, "OPERATION_CHANNEL_UNKNOWN"],
  }),
  resetChannel: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/channels/{channel}/reset",
    summary: "Take an embedded channel back to a block: later blocks are gone",
    permission: "networks.write",
    params: z.object({ name: networkName, channel: channelName }),
    body: z.strictObject({ block: z.int().min(0).describe("the last block that stays") }).meta({ id: "ResetInput" }),
    response: accepted,
    errors: [...changeErrors, ...identityErrors, ...nodeErrors, "OPERATION_CHANNEL_UNKNOWN", "OPERATION_RESET_REFUSED"],
  }),
} as const;
