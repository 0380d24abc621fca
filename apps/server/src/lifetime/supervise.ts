import type { Runtime } from "@heddle/runtimes";
import type { Store } from "@heddle/store";
import type { Logger } from "pino";

const LOOK_MS = 2000;
/** After a failed restart the next try waits, each time twice as long, up to this. */
const LONGEST_WAIT_MS = 60_000;

interface Patience {
  readonly until: number;
  readonly wait: number;
}

/** Starts again what ended although its network is ready. Resolves the returned function once no restart is under way. */
export function supervise(parts: { store: Store; runtimes: ReadonlyMap<string, Runtime>; logger: Logger }): () => Promise<void> {
  const patience = new Map<string, Patience>();
  let stopped = false;
  const look = async (): Promise<void> => {
    const networks = await parts.store.networks.list();
    for (const { name, runtime, state } of networks) {
      if (stopped || state !== "ready" || (patience.get(name)?.until ?? 0) > Date.now()) continue;
      await restart(name, parts.runtimes.get(runtime));
    }
  };
  const restart = async (name: string, runtime: Runtime | undefined): Promise<void> => {
    try {
      const place = await runtime?.find(name);
      if (runtime === undefined || place === undefined) return;
      const started = await runtime.ensure(place);
      if (started.length > 0) parts.logger.warn({ network: name, started }, "started again what had ended");
      patience.delete(name);
    } catch (error) {
      const wait = Math.min(LONGEST_WAIT_MS, (patience.get(name)?.wait ?? LOOK_MS) * 2);
      patience.set(name, { until: Date.now() + wait, wait });
      parts.logger.error({ err: error, network: name }, "what had ended could not be started again");
    }
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => parts.logger.error({ err: error }, "supervision failed"));
  }, LOOK_MS);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await looking;
  };
}
