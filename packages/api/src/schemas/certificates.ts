import { organizationName } from "@heddle/network";
import { z } from "zod";
import { plainName, time } from "./common.ts";

/** A place in which a certificate is used. */
export const certificateUseSchema = z
  .object({
    in: z.enum(["organization", "node", "user", "channel"]),
    name: z.string().describe("of the organisation, node, user or channel"),
    as: z.enum([
      "issues",
      "signs",
      "serves-tls",
      "client-tls",
      "root",
      "intermediate",
      "tls-root",
      "tls-intermediate",
      "admin",
      "consenter-identity",
      "consenter-client-tls",
      "consenter-server-tls",
    ]),
    consenter: z.string().optional().describe("host:port of the consenter that a channel states it for"),
  })
  .meta({ id: "CertificateUse" });

/** A certificate with every place in which it is used. */
export const certificateSchema = z
  .object({
    organization: z.string(),
    mspId: z.string(),
    owner: z.string().describe("a user's name, or a node's or an authority's host name"),
    role: z.enum(["ca", "peer", "orderer", "admin", "client"]),
    purpose: z.enum(["root", "intermediate", "tls-root", "tls-intermediate", "enrolment", "tls"]),
    serial: z.string().describe("hex"),
    fingerprint: z.string().describe("SHA-256 of the certificate, hex"),
    notBefore: time,
    notAfter: time,
    daysLeft: z.int().describe("whole days until it expires; negative once it has"),
    state: z.enum(["valid", "expiring", "expired", "not-yet-valid"]).describe("expiring: within 30 days"),
    uses: z.array(certificateUseSchema),
    superseded: z
      .boolean()
      .describe("a later certificate of the same key has taken its place; only a channel's configuration still states this one"),
    revokedAt: time.optional(),
  })
  .meta({ id: "Certificate" });

/** The certificates of a network at a time, those that expire first at the beginning. */
export const certificateCalendarSchema = z
  .object({
    at: time,
    certificates: z.array(certificateSchema),
    unread: z.array(z.string()).describe("channels that no peer could be asked for: what only they state is missing"),
  })
  .meta({ id: "CertificateCalendar" });

/** One thing that stops working because of certificates, and for whom. */
export const consequenceSchema = z
  .object({
    code: z.enum([
      "node-unreachable",
      "node-does-not-start",
      "user-refused",
      "administration-refused",
      "nothing-issued",
      "tls-refused",
      "channel-stops",
    ]),
    organization: z.string(),
    name: z.string().describe("of the node, user, authority or channel"),
    orderers: z
      .object({ reachable: z.int(), needed: z.int(), all: z.int() })
      .optional()
      .describe("of a channel that stops: orderers that can be reached, and how many it needs"),
  })
  .meta({ id: "Consequence" });

/** Whose certificates to renew. */
export const renewalInput = z
  .strictObject({
    organizations: z.array(organizationName).min(1).max(100).optional().describe("only of these organisations"),
    names: z
      .array(plainName)
      .min(1)
      .max(1000)
      .optional()
      .describe("only of these: users by name, nodes by host name; whenever they expire"),
    withinDays: z.int().min(0).max(100_000).optional().describe("what expires within so many days; default 30 where no names are given"),
    newKeys: z.boolean().optional().describe("with new keys, which channels then know orderers by; default the keys that they have"),
  })
  .meta({ id: "RenewalInput" });

/** A certificate, as the API shows it. */
export type Certificate = z.output<typeof certificateSchema>;
/** The certificates of a network at a time, as the API shows them. */
export type CertificateCalendar = z.output<typeof certificateCalendarSchema>;
/** What stops working, as the API shows it. */
export type Consequence = z.output<typeof consequenceSchema>;
