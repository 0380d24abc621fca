/** An account. Which roles there are, and what they may do, is the API's business. */
export interface AccountRecord {
  /** Unique whatever its case. */
  readonly name: string;
  readonly role: string;
  /** In PHC string format; `undefined`: it is entered by login links only. */
  readonly passwordHash: string | undefined;
  readonly createdAt: Date;
  readonly lastLoginAt: Date | undefined;
}

/** How a change of an account ended; `last`: it would have left no account of the role that must not die out. */
export type AccountOutcome = "done" | "missing" | "last";

/** Accounts by name, whatever its case. */
export interface AccountRepository {
  /** `undefined` if there is one of that name already. */
  insert(account: Pick<AccountRecord, "name" | "role" | "passwordHash">): Promise<AccountRecord | undefined>;
  get(name: string): Promise<AccountRecord | undefined>;
  list(): Promise<AccountRecord[]>;
  /** Changes the role and ends the account's sessions; `keep` is the role that must not die out. */
  setRole(name: string, role: string, keep: string): Promise<AccountOutcome>;
  /** Changes the password and ends the account's sessions but for `exceptSession`; false if there is no such account. */
  setPassword(name: string, passwordHash: string, exceptSession?: string): Promise<boolean>;
  /** Replaces a hash by one of the same password made at another cost, if it is still the one that was read; sessions go on. */
  replaceHash(name: string, from: string, to: string): Promise<boolean>;
  /** Removes the account with its sessions and login links. */
  delete(name: string, keep: string): Promise<AccountOutcome>;
}

/** A session. Its id is a hash of what the browser holds, so a copy of the store opens no session. */
export interface SessionRecord {
  readonly id: string;
  readonly account: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  /** Its end, however much it is used. */
  readonly expiresAt: Date;
}

/** When a session is over. */
export interface SessionLimits {
  readonly now: Date;
  /** A session not used since then is over. */
  readonly idleSince: Date;
}

/** Sessions by the hash of their token. */
export interface SessionRepository {
  /** Begins a session and notes the login in its account. */
  insert(session: Omit<SessionRecord, "lastUsedAt">): Promise<void>;
  /** A session that is not over, with its account. */
  find(id: string, limits: SessionLimits): Promise<{ readonly session: SessionRecord; readonly account: AccountRecord } | undefined>;
  touch(id: string, at: Date): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Removes those that are over; returns how many. */
  prune(limits: SessionLimits): Promise<number>;
}

/** One-time login links by the hash of their code. */
export interface LoginLinkRepository {
  insert(link: { readonly id: string; readonly account: string; readonly expiresAt: Date }): Promise<void>;
  /** Uses a link up: its account, once, and only before its end. */
  take(id: string, now: Date): Promise<string | undefined>;
  /** Removes those that have run out; returns how many. */
  prune(now: Date): Promise<number>;
}

/** How quickly attempts to log in may follow each other. */
export interface ThrottlePolicy {
  /** Milliseconds that have to pass after so many failures in a row before the next attempt. */
  readonly wait: (failures: number) => number;
  /** Milliseconds without an attempt after which failures are forgotten. */
  readonly forgetMs: number;
}

/** Counts attempts to log in by key, for every server on the store. */
export interface LoginThrottleRepository {
  /** Counts an attempt as failed before it is made, so that attempts at the same time count; the time to wait for where it is too early. */
  attempt(key: string, now: Date, policy: ThrottlePolicy): Promise<Date | undefined>;
  /** Takes back one attempt that succeeded; earlier failures stay counted. */
  takeBack(key: string): Promise<void>;
  /** Forgets every failure of a key. */
  forget(key: string): Promise<void>;
  /** Removes what was not touched since `before`; returns how many. */
  prune(before: Date): Promise<number>;
}

/** One line of the audit trail. */
export interface AuditRecord {
  readonly id: number;
  readonly at: Date;
  /** Name of the account, `local` for the bearer of the server's own token, `undefined` for somebody unknown. */
  readonly actor: string | undefined;
  /** Name of the endpoint. */
  readonly action: string;
  /** What it was done to, such as `trade/basic`. */
  readonly target: string | undefined;
  /** `done`, or the code of the error it was answered with. */
  readonly outcome: string;
  /** Operation that it began. */
  readonly operation: string | undefined;
  /** Address it came from. */
  readonly address: string | undefined;
}

/** Filter of {@link AuditRepository.list}; newest first. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  /** Only entries with a smaller id. */
  readonly before?: number | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
}

/** Who did what: append-only. */
export interface AuditRepository {
  append(entry: Omit<AuditRecord, "id" | "at">): Promise<void>;
  list(filter?: AuditFilter): Promise<AuditRecord[]>;
  /** Removes entries before `date`; returns how many. */
  prune(before: Date): Promise<number>;
}
