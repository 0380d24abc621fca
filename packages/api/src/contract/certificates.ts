import { networkName } from "@heddle/network";
import { z } from "zod";
import { certificateCalendarSchema, consequenceSchema } from "../schemas/certificates.ts";
import { time } from "../schemas/common.ts";
import { endpoint } from "./endpoint.ts";

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
} as const;
