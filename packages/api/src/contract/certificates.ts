import { networkName } from "@heddle/network";
import { z } from "zod";
import { certificateCalendarSchema, consequenceSchema, renewalInput } from "../schemas/certificates.ts";
import { time } from "../schemas/common.ts";
import { acceptedSchema } from "../schemas/operations.ts";
import { endpoint } from "./endpoint.ts";
import { changeErrors } from "./error-groups.ts";

const network = z.object({ name: networkName });

/** Endpoints about when the certificates of a network expire. */
export const certificateEndpoints = {
  listCertificates: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/certificates",
    summary: "Every certificate of a network with where it is used and when it expires",
    permission: "networks.read",
    params: network,
    response: { status: 200, body: certificateCalendarSchema },
    errors: ["STORE_NETWORK_NOT_FOUND", "STORE_SECRET_DAMAGED"],
  }),
  rehearseCertificates: endpoint({
    method: "GET",
    path: "/api/v1/networks/{name}/certificates/rehearsal",
    summary: "Which certificates are expired at a time, and what stops working then; nothing is changed",
    permission: "networks.read",
    params: network,
    query: z.strictObject({ at: time }),
    response: {
      status: 200,
      body: certificateCalendarSchema.extend({ consequences: z.array(consequenceSchema) }).meta({ id: "CertificateRehearsal" }),
    },
    errors: ["STORE_NETWORK_NOT_FOUND", "STORE_SECRET_DAMAGED"],
  }),
  renewCertificates: endpoint({
    method: "POST",
    path: "/api/v1/networks/{name}/certificates/renew",
    summary: "Renew certificates: nodes restart one by one, the orderers' leader last, and a transaction proves the network",
    permission: "identities.write",
    params: network,
    body: renewalInput,
    response: { status: 202, body: acceptedSchema },
    errors: [
      ...changeErrors,
      "STORE_SECRET_NOT_FOUND",
      "STORE_SECRET_DAMAGED",
      "OPERATION_ORGANIZATION_UNKNOWN",
      "OPERATION_MEMBER_UNKNOWN",
      "OPERATION_NOTHING_TO_RENEW",
      "OPERATION_AUTHORITY_ENDS",
      "OPERATION_RENEWAL_NEEDS_ORDERERS",
    ],
  }),
} as const;
