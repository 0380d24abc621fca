import { z } from "zod";
import { roles } from "../roles.ts";
import { time } from "./common.ts";

/** Name of an account. */
export const accountName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, "must be letters, digits and . _ @ -");

/** A password as it is chosen: long rather than odd (NIST SP 800-63B, 3.1.1.2). */
export const newPassword = z.string().min(12, "must have 12 characters or more").max(256);

/** What an account may do: everything, everything but accounts and other people's keys, or look. */
export const roleSchema = z.enum(roles).meta({ id: "Role" });

/** An account, without its password. */
export const accountSchema = z
  .object({
    name: accountName,
    role: roleSchema,
    createdAt: time,
    lastLoginAt: time.optional(),
    hasPassword: z.boolean().describe("false: it can be entered by a login link only"),
  })
  .meta({ id: "Account" });

/** Who asks, and what that role may do. */
export const sessionSchema = z
  .object({
    account: z.string(),
    role: roleSchema,
    permissions: z.array(z.string()),
    hasPassword: z.boolean(),
    expiresAt: time.optional().describe("none for the token of the server's own machine"),
  })
  .meta({ id: "Session" });

/** One line of the audit trail. */
export const auditSchema = z
  .object({
    id: z.int(),
    at: time,
    actor: z.string().optional().describe("name of an account, local for the server's own token; none for somebody unknown"),
    action: z.string().describe("name of the endpoint"),
    target: z.string().optional().describe("what it was done to, such as trade/basic"),
    outcome: z.string().describe("done, or the code of the error"),
    operation: z.string().optional().describe("operation that it began"),
    address: z.string().optional(),
  })
  .meta({ id: "AuditEntry" });

/** An account, as the API shows it. */
export type Account = z.output<typeof accountSchema>;
/** A line of the audit trail, as the API shows it. */
export type AuditEntry = z.output<typeof auditSchema>;
/** A session, as the API shows it. */
export type Session = z.output<typeof sessionSchema>;
