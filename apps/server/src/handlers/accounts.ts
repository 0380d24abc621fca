import { permissionsOf, type Account, type Caller, type Handlers, type Session } from "@heddle/api";
import type { AccountOutcome, AccountRecord, Store } from "@heddle/store";
import { authErrors } from "../auth/errors.ts";
import type { Entered, Login } from "../auth/login.ts";
import { hashPassword } from "../auth/passwords.ts";
import { toRole, type Sessions } from "../auth/sessions.ts";
import { LOCAL } from "../http/guard.ts";
import { optional } from "./views.ts";

type Names =
  | "login"
  | "loginByLink"
  | "getSession"
  | "logout"
  | "changePassword"
  | "createLoginLink"
  | "listAccounts"
  | "createAccount"
  | "changeAccount"
  | "setPassword"
  | "deleteAccount"
  | "listAudit";

/** The role that always has an account. */
const OWNER = "owner";

/** What the handlers of accounts work with. */
export interface AccountContext {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly login: Login;
}

/** Handlers about accounts and sessions. */
export function createAccountHandlers({ store, sessions, login }: AccountContext): Pick<Handlers, Names> {
  /** Hands the new session's cookie over; the one that was there before is over. */
  const enter = async ({ account, session }: Entered, before: Caller | undefined, setSession: SetSession): Promise<Session> => {
    if (before?.session !== undefined) await sessions.end(before.session.id);
    setSession(session);
    return viewSession(account, session.expiresAt);
  };
  return {
    login: async ({ body, address, caller, setSession }) =>
      enter(await login.byPassword(body.account, body.password, address), caller, setSession),

    loginByLink: async ({ body, address, caller, setSession }) => enter(await login.byLink(body.code, address), caller, setSession),

    async getSession({ caller }) {
      const account = caller.session === undefined ? undefined : await store.accounts.get(caller.account);
      return viewSession(account ?? { name: caller.account, role: caller.role, passwordHash: undefined }, caller.session?.expiresAt);
    },

    async logout({ caller, setSession }) {
      if (caller.session !== undefined) await sessions.end(caller.session.id);
      setSession(undefined);
      return {};
    },

    async changePassword({ caller, body, address }) {
      if (caller.session === undefined) throw authErrors.create("AUTH_NO_ACCOUNT", {});
      await login.changePassword(caller.account, body, { address, session: caller.session.id });
      return {};
    },

    async createLoginLink({ params }) {
      const { code, expiresAt } = await login.createLink(params.account);
      return { code, path: `/#/login/${code}`, expiresAt: expiresAt.toISOString() };
    },

    async listAccounts() {
      return { accounts: (await store.accounts.list()).map(viewAccount) };
    },

    async createAccount({ body }) {
      const { name, role, password } = body;
      const exists = (): Error => authErrors.create("AUTH_ACCOUNT_EXISTS", { account: name });
      // The audit trail calls the bearer of the server's token by this name.
      if (name.toLowerCase() === LOCAL) throw exists();
      const passwordHash = password === undefined ? undefined : await hashPassword(password);
      const made = await store.accounts.insert({ name, role, passwordHash });
      if (made === undefined) throw exists();
      return viewAccount(made);
    },

    async changeAccount({ params, body }) {
      requireDone(params.account, await store.accounts.setRole(params.account, body.role, OWNER));
      await sessions.recheck();
      const account = await store.accounts.get(params.account);
      if (account === undefined) throw authErrors.create("AUTH_ACCOUNT_NOT_FOUND", { account: params.account });
      return viewAccount(account);
    },

    async setPassword({ params, body }) {
      await login.setPassword(params.account, body.next);
      return {};
    },

    async deleteAccount({ params }) {
      requireDone(params.account, await store.accounts.delete(params.account, OWNER));
      await sessions.recheck();
      return {};
    },

    async listAudit({ query }) {
      const entries = await store.audit.list(query);
      return { entries: entries.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })) };
    },
  };
}

type SetSession = Parameters<Handlers["login"]>[0]["setSession"];

/** Throws AUTH_ACCOUNT_NOT_FOUND, AUTH_LAST_OWNER. */
function requireDone(account: string, outcome: AccountOutcome): void {
  if (outcome === "missing") throw authErrors.create("AUTH_ACCOUNT_NOT_FOUND", { account });
  if (outcome === "last") throw authErrors.create("AUTH_LAST_OWNER", { account });
}

function viewAccount(account: AccountRecord): Account {
  return {
    name: account.name,
    role: toRole(account.role),
    createdAt: account.createdAt.toISOString(),
    ...optional("lastLoginAt", account.lastLoginAt?.toISOString()),
    hasPassword: account.passwordHash !== undefined,
  };
}

function viewSession({ name, role: text, passwordHash }: Pick<AccountRecord, "name" | "role" | "passwordHash">, end?: Date): Session {
  const role = toRole(text);
  return {
    account: name,
    role,
    permissions: [...permissionsOf[role]],
    hasPassword: passwordHash !== undefined,
    ...optional("expiresAt", end?.toISOString()),
  };
}
