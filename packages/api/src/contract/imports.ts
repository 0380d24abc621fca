import { importInput, importViewSchema } from "../schemas/imports.ts";
import { acceptedSchema } from "../schemas/operations.ts";
import { endpoint } from "./endpoint.ts";
import { nodeErrors } from "./error-groups.ts";

const importErrors = [
  ...nodeErrors,
  "FABRIC_CONFIG_INVALID",
  "FABRIC_BLOCK_INVALID",
  "FABRIC_KEY_INVALID",
  "OPERATION_IMPORT_UNREADABLE",
  "OPERATION_IMPORT_IDENTITY_INVALID",
  "OPERATION_IMPORT_NOT_READ",
  "OPERATION_IMPORT_NO_CHANNEL",
  "OPERATION_IMPORT_CONSENSUS_OLD",
  "OPERATION_IMPORT_LIFECYCLE_OLD",
  "OPERATION_IMPORT_CHANNEL_REFUSED",
] as const;

/** Endpoints that import networks which Heddle did not make. */
export const importEndpoints = {
  lookAtImport: endpoint({
    method: "POST",
    path: "/api/v1/imports/look",
    summary: "What a running network is, as its own nodes tell; nothing is kept and nothing changed",
    permission: "networks.write",
    body: importInput,
    response: { status: 200, body: importViewSchema },
    errors: importErrors,
  }),
  importNetwork: endpoint({
    method: "POST",
    path: "/api/v1/imports",
    summary: "Import a running network that Heddle did not make; nothing is written to it",
    permission: "networks.write",
    body: importInput,
    response: { status: 202, body: acceptedSchema },
    errors: [...importErrors, "STORE_NETWORK_EXISTS", "STORE_NETWORK_BUSY"],
  }),
} as const;
