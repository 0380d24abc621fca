import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { isHeddleError } from "@heddle/network";
import { activeStates, type OperationFilter, type OperationRecord, type Store } from "@heddle/store";
import { describeError } from "./failure.ts";
import { faultPoint } from "./fault.ts";
import { engineErrors } from "./errors.ts";
import { foldJournal, wasBegun, type StepProgress } from "./progress.ts";
import { OperationRun } from "./run.ts";
import type { OperationFailure, OperationKind } from "./types.ts";

/** Where the engine tells what it cannot tell anyone else. */
export interface EngineLogger {
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** Options of {@link OperationEngine}. */
export interface EngineOptions {
  readonly store: Store;
  readonly kinds: readonly OperationKind[];
  /** This process is the only one on the store: leases of processes that died are taken over at once. Default false. */
  readonly exclusive?: boolean;
  /** Milliseconds a lease lasts without being renewed; default 30 000. */
  readonly leaseMs?: number;
  /** Steps of one operation at the same time; default 16. */
  readonly parallelism?: number;
  readonly logger?: EngineLogger;
}

const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_PARALLELISM = 16;

/** An operation with the progress of its steps. */
export interface OperationDetail extends OperationRecord {
  readonly steps: readonly StepProgress[];
}

/**
 * Carries out operations durably: each is a row with a lease, its steps are
 * journaled before and after, and whatever a crash interrupts is taken up by
 * {@link recover} or, with several servers on one store, by whoever sees its lease run out.
 */
export class OperationEngine {
  readonly #store: Store;
  readonly #kinds: ReadonlyMap<string, OperationKind>;
  readonly #exclusive: boolean;
  readonly #leaseMs: number;
  readonly #parallelism: number;
  readonly #logger: EngineLogger | undefined;
  /** Unique to this process: a restarted server is another owner. */
  readonly #owner = `${hostname()}/${process.pid}/${randomBytes(4).toString("hex")}`;
  readonly #runs = new Map<string, { readonly run: OperationRun; readonly over: Promise<void> }>();
  readonly #timer: NodeJS.Timeout;
  #tending: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
    this.#exclusive = options.exclusive ?? false;
    this.#leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    this.#parallelism = options.parallelism ?? DEFAULT_PARALLELISM;
    this.#logger = options.logger;
    this.#timer = setInterval(() => {
      // One at a time, in order, however slow the store is.
      this.#tending = this.#tending.then(() => this.#tend());
    }, this.#leaseMs / 3);
    this.#timer.unref();
  }

  /**
   * Records an operation and begins it; resolves with its id once it is on disk. `actor` is the account that wants it.
   *
   * Throws OPERATION_KIND_UNKNOWN, STORE_NETWORK_BUSY, and what the kind's `check` and `accept` refuse.
   */
  async submit<Input>(
    kindName: string,
    input: Input,
    options: { readonly network?: string; readonly actor?: string } = {},
  ): Promise<string> {
    const kind = this.#kinds.get(kindName);
    if (kind === undefined) throw engineErrors.create("OPERATION_KIND_UNKNOWN", { kind: kindName });
    const id = randomUUID();
    const { network, actor } = options;
    const exclusive = network !== undefined && kind.concurrency !== "shared";
    await kind.check?.({ operationId: id, network, input });
    await this.#store.transaction(async (repositories) => {
      await kind.accept?.({ operationId: id, network, input }, repositories);
      await repositories.operations.insert({ id, kind: kindName, network, summary: kind.describe(input), input, exclusive, actor });
    });
    faultPoint(kindName, "operation", "accepted");
    await this.#takeUp(id, false);
    return id;
  }

  /** Takes up every operation that another process left unfinished; returns their ids. They go on in the background. */
  async recover(): Promise<string[]> {
    const taken: string[] = [];
    for (const operation of await this.#store.operations.list({ states: activeStates, limit: 10_000 })) {
      if (!this.#runs.has(operation.id) && (await this.#takeUp(operation.id, this.#exclusive))) taken.push(operation.id);
    }
    return taken;
  }

  /** Throws OPERATION_NOT_FOUND. */
  async get(id: string): Promise<OperationDetail> {
    const operation = await this.#operation(id);
    return { ...operation, steps: foldJournal(await this.#store.operations.journal(id)) };
  }

  /** Newest first. */
  list(filter?: OperationFilter): Promise<OperationRecord[]> {
    return this.#store.operations.list(filter);
  }

  /**
   * Stops an operation and undoes its steps; also undoes what a failed one left.
   *
   * Throws OPERATION_NOT_FOUND, OPERATION_OVER, OPERATION_NOT_CANCELLABLE.
   */
  async cancel(id: string): Promise<void> {
    const operation = await this.#operation(id);
    const { kind, state } = operation;
    const over = (): Error => engineErrors.create("OPERATION_OVER", { id, state });
    if (this.#kinds.get(kind)?.cancellable === false) throw engineErrors.create("OPERATION_NOT_CANCELLABLE", { kind, id });
    if (state === "failed") {
      const left = foldJournal(await this.#store.operations.journal(id)).some((step) => wasBegun(step.state));
      if (!left || !(await this.#store.operations.reopen(id, state, "undoing"))) throw over();
      await this.#takeUp(id, false);
      return;
    }
    if (!(await this.#store.operations.requestCancel(id))) throw over();
    // Without a run here, the owner sees the request when it renews its lease.
    this.#runs.get(id)?.run.cancel();
  }

  /**
   * Goes on with a failed operation: forward, or, where undoing it had failed, with undoing.
   *
   * Throws OPERATION_NOT_FOUND, OPERATION_OVER, STORE_NETWORK_BUSY.
   */
  async retry(id: string): Promise<void> {
    const { state, error } = await this.#operation(id);
    const backward = (error as OperationFailure | undefined)?.code === "OPERATION_UNDO_FAILED";
    const reopened = state === "failed" && (await this.#store.operations.reopen(id, state, backward ? "undoing" : "queued"));
    if (!reopened) throw engineErrors.create("OPERATION_OVER", { id, state });
    await this.#takeUp(id, false);
  }

  /** Resolves with the operation when it is over. Throws OPERATION_NOT_FOUND, or the reason of `signal`. */
  async wait(id: string, options: { readonly signal?: AbortSignal } = {}): Promise<OperationRecord> {
    for (;;) {
      options.signal?.throwIfAborted();
      let wake = (): void => undefined;
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const unsubscribe = this.#store.onEvents(wake);
      // Another server's events are not told here.
      const timer = setTimeout(wake, 1_000);
      options.signal?.addEventListener("abort", wake, { once: true });
      try {
        const operation = await this.#operation(id);
        if (!activeStates.includes(operation.state)) return operation;
        await changed;
      } finally {
        clearTimeout(timer);
        unsubscribe();
        options.signal?.removeEventListener("abort", wake);
      }
    }
  }

  /** Stops the steps under way without undoing them and gives the leases back; the next process goes on. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { run } of this.#runs.values()) run.leave("the server is closing");
    await Promise.all([this.#tending, ...[...this.#runs.values()].map(({ over }) => over)]);
  }

  async #operation(id: string): Promise<OperationRecord> {
    const operation = await this.#store.operations.get(id);
    if (operation === undefined) throw engineErrors.create("OPERATION_NOT_FOUND", { id });
    return operation;
  }

  /** Claims an operation and runs it in the background; false if another process has it. */
  async #takeUp(id: string, force: boolean): Promise<boolean> {
    if (this.#closed) return false;
    const now = new Date();
    const operation = await this.#store.operations.claim(id, this.#owner, { now, until: this.#leaseEnd(), force });
    if (operation === undefined) return false;
    const kind = this.#kinds.get(operation.kind);
    if (kind === undefined) {
      const error = describeError(id, engineErrors.create("OPERATION_KIND_UNKNOWN", { kind: operation.kind }));
      await this.#store.operations.transition(id, operation.fence, { state: "failed", error });
      return true;
    }
    const run = new OperationRun({ store: this.#store, kind, operation, parallelism: this.#parallelism });
    const over = run
      .execute()
      .catch((error: unknown) => {
        const lost = isHeddleError(error, "STORE_LEASE_LOST");
        this.#logger?.warn({ operation: id, err: error }, lost ? "another server has the operation" : "the operation was interrupted");
      })
      .finally(() => {
        this.#runs.delete(id);
      });
    this.#runs.set(id, { run, over });
    return true;
  }

  #leaseEnd(): Date {
    return new Date(Date.now() + this.#leaseMs);
  }

  /** Renews the leases held, hears cancel requests made elsewhere, takes up what others dropped. */
  async #tend(): Promise<void> {
    try {
      for (const [id, { run }] of this.#runs) await this.#renew(id, run);
      await this.#adopt();
    } catch (error) {
      this.#logger?.warn({ err: error }, "leases could not be renewed");
    }
  }

  async #renew(id: string, run: OperationRun): Promise<void> {
    const operation = await this.#store.operations.get(id);
    if (operation === undefined || !activeStates.includes(operation.state)) return;
    const renewed = operation.owner === this.#owner ? await this.#store.operations.renew(id, operation.fence, this.#leaseEnd()) : undefined;
    if (renewed === undefined) run.leave("another server has the operation");
    else if (renewed.cancelRequested) run.cancel();
  }

  async #adopt(): Promise<void> {
    for (const operation of await this.#store.operations.list({ states: activeStates })) {
      if (!this.#runs.has(operation.id)) await this.#takeUp(operation.id, false);
    }
  }
}
