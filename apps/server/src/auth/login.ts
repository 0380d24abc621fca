import { isHeddleError } from "@heddle/network";
import type { AccountRecord, Store } from "@heddle/store";
import { authErrors } from "./errors.ts";
import { hashPassword, isOutdated, verifyPassword } from "./passwords.ts";
import { digest, newSecret } from "./secrets.ts";
import type { NewSession, Sessions } from "./sessions.ts";
import { beginAttempt } from "./throttle.ts";

/** Milliseconds for which a login link works. */
const LINK_MS = 10 * 60_000;

/** Account that a store without one begins with; its first login is by a link. */
export const FIRST_OWNER = "admin";

/** What a login gives. */
export interface Entered {
  readonly account: AccountRecord;
  readonly session: NewSession;
}

/** The two ways in: name and password, or a one-time link. Both leave a line in the audit trail, whatever their end. */
export class Login {
  readonly #store: Store;
  readonly #sessions: Sessions;
  readonly #now: () => Date;

  constructor(store: Store, sessions: Sessions, now: () => number = Date.now) {
    this.#store = store;
    this.#sessions = sessions;
    this.#now = () => new Date(now());
  }

  /** Throws AUTH_LOGIN_REFUSED, AUTH_THROTTLED. */
  async byPassword(name: string, password: string, address: string): Promise<Entered> {
    const account = await this.#store.accounts.get(name);
    return this.#audited("login", { account: account?.name }, address, async () =>
      this.#enter(await this.#prove(name, account, password, address)),
    );
  }

  /** Throws AUTH_LINK_REFUSED, AUTH_THROTTLED. */
  async byLink(code: string, address: string): Promise<Entered> {
    const who: Who = {};
    return this.#audited("loginByLink", who, address, async () => {
      const attempt = await beginAttempt(this.#store, { address }, this.#now());
      const name = await this.#store.loginLinks.take(digest(code), this.#now());
      const account = name === undefined ? undefined : await this.#store.accounts.get(name);
      if (account === undefined) throw authErrors.create("AUTH_LINK_REFUSED", {});
      who.account = account.name;
      await attempt.succeeded();
      return this.#enter(account);
    });
  }

  /** A one-time link for an account. Throws AUTH_ACCOUNT_NOT_FOUND. */
  async createLink(name: string): Promise<{ readonly code: string; readonly expiresAt: Date }> {
    const account = await this.#store.accounts.get(name);
    if (account === undefined) throw authErrors.create("AUTH_ACCOUNT_NOT_FOUND", { account: name });
    const code = newSecret();
    const expiresAt = new Date(this.#now().getTime() + LINK_MS);
    await this.#store.loginLinks.insert({ id: digest(code), account: account.name, expiresAt });
    return { code, expiresAt };
  }

  /**
   * Changes one's own password; the session it is done in goes on, the others end.
   *
   * Throws AUTH_LOGIN_REFUSED, AUTH_THROTTLED where there is a password already and `current` is not it.
   */
  async changePassword(name: string, change: { readonly current?: string | undefined; readonly next: string }, from: Where): Promise<void> {
    const account = await this.#store.accounts.get(name);
    if (account?.passwordHash !== undefined) await this.#prove(name, account, change.current ?? "", from.address);
    await this.setPassword(name, change.next, from.session);
  }

  /** Gives an account a password and ends its sessions but for one. Throws AUTH_ACCOUNT_NOT_FOUND. */
  async setPassword(name: string, password: string, exceptSession?: string): Promise<void> {
    if (!(await this.#store.accounts.setPassword(name, await hashPassword(password), exceptSession))) {
      throw authErrors.create("AUTH_ACCOUNT_NOT_FOUND", { account: name });
    }
    await this.#sessions.recheck();
  }

  /** Makes the first owner where there is no account yet. */
  async ensureOwner(): Promise<void> {
    if ((await this.#store.accounts.list()).length > 0) return;
    await this.#store.accounts.insert({ name: FIRST_OWNER, role: "owner", passwordHash: undefined });
  }

  async #prove(name: string, account: AccountRecord | undefined, password: string, address: string): Promise<AccountRecord> {
    const attempt = await beginAttempt(this.#store, { account: name, address }, this.#now());
    const right = await verifyPassword(password, account?.passwordHash);
    if (!right || account?.passwordHash === undefined) throw authErrors.create("AUTH_LOGIN_REFUSED", {});
    await attempt.succeeded();
    if (isOutdated(account.passwordHash)) {
      await this.#store.accounts.replaceHash(account.name, account.passwordHash, await hashPassword(password));
    }
    return account;
  }

  async #enter(account: AccountRecord): Promise<Entered> {
    return { account, session: await this.#sessions.begin(account.name) };
  }

  async #audited<Result>(action: string, who: Who, address: string, work: () => Promise<Result>): Promise<Result> {
    const note = (outcome: string): Promise<void> =>
      this.#store.audit.append({ actor: who.account, action, target: undefined, outcome, operation: undefined, address });
    try {
      const result = await work();
      await note("done");
      return result;
    } catch (error) {
      // What the throttle refuses is not noted: nobody may fill the store by knocking.
      if (!isHeddleError(error, "AUTH_THROTTLED")) await note(isHeddleError(error) ? error.code : "API_INTERNAL");
      throw error;
    }
  }
}

/** Who tries to log in, once that is known. A name that no account has is not kept: it may be a password in the wrong field. */
interface Who {
  account?: string | undefined;
}

/** Where a change of password comes from. */
export interface Where {
  readonly address: string;
  readonly session: string | undefined;
}
