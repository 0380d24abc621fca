import { roles, type Caller, type Role } from "@heddle/api";
import type { SessionLimits, Store } from "@heddle/store";
import { digest, newSecret } from "./secrets.ts";

/** A session ends when it was not used for this long, and at the latest after {@link LONGEST_MS}. Milliseconds. */
const IDLE_MS = 12 * 3_600_000;
const LONGEST_MS = 7 * 24 * 3_600_000;
/** A use is written down at most this often; how often open streams look whether their session still is. Milliseconds. */
const TOUCH_MS = 60_000;
const WATCH_MS = 15_000;

/** A session as its browser gets it. */
export interface NewSession {
  readonly token: string;
  readonly expiresAt: Date;
}

interface Watched {
  readonly id: string;
  readonly controller: AbortController;
}

/** Sessions of this server: begun with a fresh token each, found by its hash, ended for every stream that is open in them. */
export class Sessions {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #watched = new Set<Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
    this.#timer = setInterval(() => void this.recheck(), WATCH_MS);
    this.#timer.unref();
  }

  /** Begins a session. Its token is always a new one, so that nobody can hand somebody a session to log in to. */
  async begin(account: string): Promise<NewSession> {
    const token = newSecret();
    const createdAt = new Date(this.#now());
    const expiresAt = new Date(createdAt.getTime() + LONGEST_MS);
    await this.#store.sessions.insert({ id: digest(token), account, createdAt, expiresAt });
    return { token, expiresAt };
  }

  /** Who the bearer of a token is; `undefined` where there is no such session, or it is over. */
  async resolve(token: string): Promise<Caller | undefined> {
    const limits = this.#limits();
    const found = await this.#store.sessions.find(digest(token), limits);
    if (found === undefined) return undefined;
    const { session, account } = found;
    if (limits.now.getTime() - session.lastUsedAt.getTime() > TOUCH_MS) await this.#store.sessions.touch(session.id, limits.now);
    return { account: account.name, role: toRole(account.role), session: { id: session.id, expiresAt: session.expiresAt } };
  }

  async end(id: string): Promise<void> {
    await this.#store.sessions.delete(id);
    await this.recheck();
  }

  /** Aborted when a session is over. `release` has to be called when nobody listens any more. */
  watch(id: string): { readonly signal: AbortSignal; readonly release: () => void } {
    const watched = { id, controller: new AbortController() };
    this.#watched.add(watched);
    return { signal: watched.controller.signal, release: () => this.#watched.delete(watched) };
  }

  /** Ends the streams of sessions that are over; to be called when an account has changed. */
  async recheck(): Promise<void> {
    const limits = this.#limits();
    for (const watched of this.#watched) {
      try {
        if ((await this.#store.sessions.find(watched.id, limits)) !== undefined) continue;
      } catch {
        // A store that does not answer now is asked again.
        continue;
      }
      this.#watched.delete(watched);
      watched.controller.abort();
    }
  }

  /** Removes the rows of sessions that are over. */
  prune(): Promise<number> {
    return this.#store.sessions.prune(this.#limits());
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #limits(): SessionLimits {
    const now = this.#now();
    return { now: new Date(now), idleSince: new Date(now - IDLE_MS) };
  }
}

/** A role this version knows; of any other the least. */
export function toRole(text: string): Role {
  return roles.find((role) => role === text) ?? "viewer";
}
