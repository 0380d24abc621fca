import { isHeddleError } from "@heddle/network";
import type { NetworkRecord, Store } from "@heddle/store";
import type { Logger } from "pino";

/** Time between two looks. Each costs a query and, for what runs, one read of the process table a process. */
const LOOK_MS = 1000;
/** What ends again and again is started after twice the time each time, up to this. */
const LONGEST_WAIT_MS = 10_000;
/** What has run for so long before it ended is started at once. */
const STEADY_MS = 10_000;
/** Networks looked after at the same time. */
const HANDS = 4;

/** What supervision needs. */
export interface Supervised {
  readonly store: Pick<Store, "networks">;
  /** Starts what has ended of a network; what was started. Throws OPERATION_LEDGER_GONE where that is of no use. */
  readonly revive: (network: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly logger: Pick<Logger, "warn" | "error">;
}

interface Patience {
  readonly until: number;
  readonly wait: number;
}

/**
 * Keeps running what should run: looks at once, then every second, and starts what has ended although its
 * network has been proven. Returns the way to stop it, which resolves when no start is under way any more.
 */
export function supervise({ store, revive, logger }: Supervised): () => Promise<void> {
  const patience = new Map<string, Patience>();
  const busy = new Set<string>();
  const looks = new Set<Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;

  const look = async (): Promise<void> => {
    const due = (await store.networks.list()).filter(
      (network) => shouldRun(network) && !busy.has(network.name) && (patience.get(network.name)?.until ?? 0) <= Date.now(),
    );
    await Promise.all(
      Array.from({ length: HANDS }, async () => {
        for (let next = due.shift(); next !== undefined && !signal.aborted; next = due.shift()) await tend(next.name);
      }),
    );
  };

  const tend = async (network: string): Promise<void> => {
    busy.add(network);
    try {
      const started = await revive(network, signal);
      if (started.length === 0) return;
      logger.warn({ network, started }, "started again what had ended");
      wait(network);
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error, network }, "what had ended could not be started again");
      wait(network);
      // Its proof was of ledgers that are no more: the network is not looked after any longer.
      if (isHeddleError(error, "OPERATION_LEDGER_GONE")) await store.networks.update(network, { state: "failed", proof: null });
    } finally {
      busy.delete(network);
    }
  };

  const wait = (network: string): void => {
    const before = patience.get(network);
    const isRecent = before !== undefined && before.until + STEADY_MS > Date.now();
    const next = isRecent ? Math.min(LONGEST_WAIT_MS, before.wait * 2) : LOOK_MS;
    patience.set(network, { until: Date.now() + next, wait: next });
  };

  const begin = (): void => {
    const looking = look()
      .catch((error: unknown) => {
        if (!signal.aborted) logger.error({ err: error }, "supervision failed");
      })
      .finally(() => looks.delete(looking));
    looks.add(looking);
  };
  const timer = setInterval(begin, LOOK_MS);
  timer.unref();
  begin();
  return async () => {
    clearInterval(timer);
    stopping.abort(new Error("the server is closing"));
    await Promise.all(looks);
  };
}

/** A network that has been proven should go on running, also while it is changed or when a change of it has failed. */
function shouldRun({ state, proof }: NetworkRecord): boolean {
  return state === "ready" || ((state === "changing" || state === "failed") && proof !== undefined);
}
