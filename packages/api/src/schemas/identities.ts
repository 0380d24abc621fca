import { userName } from "@heddle/network";
import { z } from "zod";
import { time } from "./common.ts";

/** An identity that an organisation's CA issued: a node, the administrator, a user. */
export const identitySchema = z
  .object({
    organization: z.string(),
    mspId: z.string(),
    name: z.string().describe("a user's name, or a node's host name"),
    kind: z.enum(["ca", "admin", "client", "peer", "orderer", "tls"]),
    serial: z.string().describe("hex"),
    notBefore: time,
    notAfter: time,
    revokedAt: time.optional(),
  })
  .meta({ id: "Identity" });

/** A user to issue an identity for. */
export const issueInput = z
  .strictObject({
    organization: z.string().min(1).max(40),
    user: userName,
    attributes: z
      .record(z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), z.string().max(256))
      .optional()
      .describe("attributes in the certificate, as Fabric CA writes them"),
  })
  .meta({ id: "IssueInput" });

/** An identity, as the API shows it. */
export type Identity = z.output<typeof identitySchema>;
