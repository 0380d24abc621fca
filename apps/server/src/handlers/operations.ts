import { createOpenApi, type Handlers, type StreamItem } from "@heddle/api";
import type { EventRecord, Store } from "@heddle/store";
import type { HandlerContext } from "../ports.ts";
import { optional, viewEvent, viewOperation, viewOperationDetail } from "./views.ts";

type Names = "health" | "openapi" | "getConsole" | "listOperations" | "getOperation" | "cancelOperation" | "retryOperation" | "events";

/** Milliseconds after which a reader looks for events of other servers on the same store. */
const POLL_MS = 1_000;

/** Handlers about the server and its operations. */
export function createOperationHandlers({ store, backend, version, startedAt, site }: HandlerContext): Pick<Handlers, Names> {
  return {
    async health() {
      await store.settings.get("health");
      return { status: "ok", version, pid: process.pid, startedAt: startedAt.toISOString(), store: store.dialect };
    },

    async openapi() {
      const { statusOf } = await import("../error-catalogue.ts");
      return createOpenApi(version, statusOf);
    },

    async getConsole() {
      const { state, seconds, error } = await site.ensure({ again: true });
      const failure = error && { code: error.code, message: error.message, next: error.next };
      return { state, ...optional("seconds", seconds), ...optional("error", failure) };
    },

    async listOperations({ query }) {
      const operations = await store.operations.list({
        network: query.network,
        states: query.state === undefined ? undefined : [query.state],
        limit: query.limit,
      });
      return { operations: operations.map(viewOperation) };
    },

    async getOperation({ params }) {
      const { engine } = await backend();
      return viewOperationDetail(await engine.get(params.id));
    },

    async cancelOperation({ params }) {
      const { engine } = await backend();
      await engine.cancel(params.id);
      return { operation: viewOperation(await engine.get(params.id)) };
    },

    async retryOperation({ params }) {
      const { engine } = await backend();
      await engine.retry(params.id);
      return { operation: viewOperation(await engine.get(params.id)) };
    },

    async events({ query, lastEventId, signal }) {
      const after = lastEventId ?? query.after ?? (await store.events.lastId());
      return follow(store, after, { network: query.network, operation: query.operation }, signal);
    },
  };
}

/** Events after `after`, then those to come, until `signal` is aborted. */
async function* follow(
  store: Store,
  after: number,
  filter: { readonly network: string | undefined; readonly operation: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<StreamItem<ReturnType<typeof viewEvent>>> {
  let last = after;
  let news = Promise.withResolvers<void>();
  const wake = (): void => news.resolve();
  const unsubscribe = store.onEvents(wake);
  const timer = store.dialect === "sqlite" ? undefined : setInterval(wake, POLL_MS);
  signal.addEventListener("abort", wake, { once: true });
  try {
    while (!signal.aborted) {
      // Taken before reading: what is appended meanwhile wakes the next round.
      const { promise } = news;
      const events: EventRecord[] = await store.events.after(last, filter);
      for (const event of events) {
        last = event.id;
        yield { id: event.id, value: viewEvent(event) };
      }
      if (events.length > 0) continue;
      await promise;
      news = Promise.withResolvers<void>();
    }
  } finally {
    unsubscribe();
    clearInterval(timer);
    signal.removeEventListener("abort", wake);
  }
}
