import { z } from "zod";
import { accountName, accountSchema, auditSchema, newPassword, roleSchema, sessionSchema } from "../schemas/accounts.ts";
import { endpoint } from "./endpoint.ts";

const account = z.object({ account: accountName });
const password = z.string().min(1).max(256);

/** Endpoints about accounts and sessions. A session is a cookie that scripts cannot read; programs use the server's token. */
export const accountEndpoints = {
  login: endpoint({
    method: "POST",
    path: "/api/v1/session",
    summary: "Begin a session with name and password",
    permission: "anyone",
    body: z.strictObject({ account: accountName, password }).meta({ id: "LoginInput" }),
    response: { status: 200, body: sessionSchema },
    errors: ["AUTH_LOGIN_REFUSED", "AUTH_THROTTLED"],
  }),
  loginByLink: endpoint({
    method: "POST",
    path: "/api/v1/session/link",
    summary: "Begin a session with the code of a one-time login link",
    permission: "anyone",
    body: z.strictObject({ code: z.string().min(1).max(128) }).meta({ id: "LinkInput" }),
    response: { status: 200, body: sessionSchema },
    errors: ["AUTH_LINK_REFUSED", "AUTH_THROTTLED"],
  }),
  getSession: endpoint({
    method: "GET",
    path: "/api/v1/session",
    summary: "Who asks, and what they may do",
    permission: "session.own",
    response: { status: 200, body: sessionSchema },
    errors: [],
  }),
  logout: endpoint({
    method: "DELETE",
    path: "/api/v1/session",
    summary: "End the session",
    permission: "session.own",
    response: { status: 200, body: z.object({}) },
    errors: [],
  }),
  changePassword: endpoint({
    method: "PUT",
    path: "/api/v1/session/password",
    summary: "Choose one's own password; ends the account's other sessions",
    permission: "session.own",
    body: z
      .strictObject({ current: password.optional().describe("needed when there is one"), next: newPassword })
      .meta({ id: "PasswordInput" }),
    response: { status: 200, body: z.object({}) },
    errors: ["AUTH_LOGIN_REFUSED", "AUTH_THROTTLED", "AUTH_NO_ACCOUNT", "AUTH_ACCOUNT_NOT_FOUND"],
  }),
  createLoginLink: endpoint({
    method: "POST",
    path: "/api/v1/accounts/{account}/link",
    summary: "A one-time link by which an account can be entered within ten minutes",
    permission: "accounts.write",
    params: account,
    response: {
      status: 200,
      body: z.object({ code: z.string(), path: z.string().describe("below the console's address"), expiresAt: z.iso.datetime() }),
    },
    errors: ["AUTH_ACCOUNT_NOT_FOUND"],
  }),
  listAccounts: endpoint({
    method: "GET",
    path: "/api/v1/accounts",
    summary: "All accounts",
    permission: "accounts.read",
    response: { status: 200, body: z.object({ accounts: z.array(accountSchema) }) },
    errors: [],
  }),
  createAccount: endpoint({
    method: "POST",
    path: "/api/v1/accounts",
    summary: "Add an account; without a password it is entered by a login link",
    permission: "accounts.write",
    body: z.strictObject({ name: accountName, role: roleSchema, password: newPassword.optional() }).meta({ id: "AccountInput" }),
    response: { status: 200, body: accountSchema },
    errors: ["AUTH_ACCOUNT_EXISTS"],
  }),
  changeAccount: endpoint({
    method: "PUT",
    path: "/api/v1/accounts/{account}",
    summary: "Give an account another role; ends its sessions",
    permission: "accounts.write",
    params: account,
    body: z.strictObject({ role: roleSchema }).meta({ id: "AccountChange" }),
    response: { status: 200, body: accountSchema },
    errors: ["AUTH_ACCOUNT_NOT_FOUND", "AUTH_LAST_OWNER"],
  }),
  setPassword: endpoint({
    method: "PUT",
    path: "/api/v1/accounts/{account}/password",
    summary: "Give an account a new password; ends its sessions",
    permission: "accounts.write",
    params: account,
    body: z.strictObject({ next: newPassword }).meta({ id: "NewPassword" }),
    response: { status: 200, body: z.object({}) },
    errors: ["AUTH_ACCOUNT_NOT_FOUND"],
  }),
  deleteAccount: endpoint({
    method: "DELETE",
    path: "/api/v1/accounts/{account}",
    summary: "Remove an account and end its sessions",
    permission: "accounts.write",
    params: account,
    response: { status: 200, body: z.object({}) },
    errors: ["AUTH_ACCOUNT_NOT_FOUND", "AUTH_LAST_OWNER"],
  }),
  listAudit: endpoint({
    method: "GET",
    path: "/api/v1/audit",
    summary: "Who changed what, newest first",
    permission: "accounts.read",
    query: z.strictObject({
      actor: z.string().min(1).max(64).optional().describe("name of an account, or local"),
      before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().describe("only entries with a smaller id"),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: { status: 200, body: z.object({ entries: z.array(auditSchema) }) },
    errors: [],
  }),
} as const;
