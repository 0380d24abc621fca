import type { Store } from "@heddle/store";
import type { Logger } from "pino";
import type { Sessions } from "../auth/sessions.ts";
import { THROTTLE_MEMORY_MS } from "../auth/throttle.ts";

const HOUR_MS = 3_600_000;
/** How long the audit trail is kept. Milliseconds. */
const AUDIT_MS = 400 * 24 * HOUR_MS;

/** Removes, every hour, rows that say nothing any more. Resolves the returned function once none is being removed. */
export function keepHouse(parts: { readonly store: Store; readonly sessions: Sessions; readonly logger: Logger }): () => Promise<void> {
  const { store, sessions, logger } = parts;
  const tidy = async (): Promise<void> => {
    const now = Date.now();
    await sessions.prune();
    await store.loginLinks.prune(new Date(now));
    await store.loginThrottle.prune(new Date(now - THROTTLE_MEMORY_MS));
    await store.audit.prune(new Date(now - AUDIT_MS));
  };
  let tidying = Promise.resolve();
  const timer = setInterval(() => {
    tidying = tidying.then(tidy).catch((error: unknown) => logger.error({ err: error }, "old rows could not be removed"));
  }, HOUR_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await tidying;
  };
}
