import { networkName, organizationName, userName } from "@heddle/network";
import { z } from "zod";
import { identitySchema, issueInput } from "../schemas/identities.ts";
import { acceptedSchema } from "../schemas/operations.ts";
import { endpoint } from "./endpoint.ts";
import { changeErrors } from "./error-groups.ts";

const network = z.object({ name: networkName });

/** Endpoints about the identities of a network. Private keys never leave by them; exporting one has a permission of its own. */
export const identityEndpoints = {
  listIdentities: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/identities",
    summary: "Certificates of users, nodes and authorities",
    permission: "identities.read",
    params: network,
    response: { status: 200, body: z.object({ identities: z.array(identitySchema) }) },
    errors: ["STORE_NETWORK_NOT_FOUND", "STORE_SECRET_NOT_FOUND"],
  }),
  issueIdentity: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/identities",
    summary: "Issue an identity for a user",
    permission: "identities.write",
    params: network,
    body: issueInput,
    response: { status: 202, body: acceptedSchema },
    errors: [
      ...changeErrors,
      "OPERATION_ORGANIZATION_UNKNOWN",
      "OPERATION_USER_EXISTS",
      "OPERATION_AUTHORITY_ELSEWHERE",
      "STORE_SECRET_NOT_FOUND",
    ],
  }),
  revokeIdentity: endpoint({
    method: "DELETE",
    path: "/api/v1/networks/{name}/identities/{organization}/{user}",
    summary: "Revoke a user's certificate: a revocation list goes into every channel of the organisation",
    permission: "identities.write",
    params: z.object({ name: networkName, organization: organizationName, user: userName }),
    response: { status: 202, body: acceptedSchema },
    errors: [
      ...changeErrors,
      "OPERATION_ORGANIZATION_UNKNOWN",
      "OPERATION_USER_UNKNOWN",
      "OPERATION_USER_NEEDED",
      "OPERATION_USER_REVOKED",
      "OPERATION_AUTHORITY_ELSEWHERE",
      "STORE_SECRET_NOT_FOUND",
    ],
  }),
} as const;
