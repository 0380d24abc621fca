import { isHeddleError } from "@heddle/network";
import type { OperationRecord, Store } from "@heddle/store";
import { describeError, StopError } from "./failure.ts";
import { faultPoint } from "./fault.ts";
import { planSteps, walk, type Plan } from "./graph.ts";
import { JournalWriter } from "./journal-writer.ts";
import { foldJournal, outlineOf, phaseSeconds } from "./progress.ts";
import { StepRunner } from "./step-runner.ts";
import type { OperationContext, OperationFailure, OperationKind, Settlement } from "./types.ts";

/** Options of {@link OperationRun}. */
export interface RunOptions {
  readonly store: Store;
  readonly kind: OperationKind;
  /** The operation with its lease taken. */
  readonly operation: OperationRecord;
  /** Steps at the same time. */
  readonly parallelism: number;
}

type Outcome = Pick<Settlement, "state" | "undone" | "error">;

/** One operation being carried out by this process under one lease. */
export class OperationRun {
  readonly #store: Store;
  readonly #kind: OperationKind;
  readonly #operation: OperationRecord;
  readonly #context: OperationContext;
  readonly #parallelism: number;
  readonly #writer: JournalWriter;
  readonly #cancel = new AbortController();
  readonly #leave = new AbortController();

  constructor({ store, kind, operation, parallelism }: RunOptions) {
    this.#store = store;
    this.#kind = kind;
    this.#operation = operation;
    this.#parallelism = parallelism;
    this.#context = { operationId: operation.id, network: operation.network, input: operation.input };
    this.#writer = new JournalWriter(store, operation.id, operation.fence);
    if (operation.cancelRequested) this.cancel();
  }

  /** Stops the steps under way and undoes what was done. */
  cancel(): void {
    this.#cancel.abort(new StopError("the operation was cancelled"));
  }

  /** Stops without undoing: this process ends, or another one has the lease. The operation is taken up again later. */
  leave(reason: string): void {
    this.#leave.abort(new StopError(reason));
  }

  /** Carries the operation to its end. Rejects where the store cannot be written or the lease was lost. */
  async execute(): Promise<void> {
    try {
      const outcome = await this.#outcome();
      if (outcome !== undefined) await this.#settle(outcome.runner, outcome);
    } finally {
      if (this.#leave.signal.aborted) await this.#giveBack();
    }
  }

  /** Forward, backward where needed; `undefined` when told to leave. */
  async #outcome(): Promise<(Outcome & { runner: StepRunner | undefined }) | undefined> {
    let plan: Plan;
    try {
      plan = planSteps(this.#kind.name, await this.#kind.plan(this.#context));
      if (this.#operation.state !== "undoing") await this.#kind.begins?.(this.#context);
    } catch (error) {
      return { runner: undefined, state: "failed", undone: false, error: describeError(this.#operation.id, error) };
    }
    const runner = await this.#begin(plan);
    let failure = this.#operation.error as OperationFailure | undefined;
    if (this.#operation.state !== "undoing") {
      failure = await this.#forward(plan, runner);
      if (this.#leave.signal.aborted) return undefined;
      if (!this.#cancel.signal.aborted) {
        if (failure === undefined) return { runner, state: "succeeded", undone: false, error: undefined };
        if (this.#kind.onFailure !== "undo") return { runner, state: "failed", undone: false, error: failure };
      }
      const { id, fence } = this.#operation;
      await this.#store.operations.transition(id, fence, { state: "undoing", error: this.#cancel.signal.aborted ? undefined : failure });
    }
    const undoFailure = await this.#backward(plan, runner);
    if (this.#leave.signal.aborted) return undefined;
    if (undoFailure !== undefined) return { runner, state: "failed", undone: false, error: undoFailure };
    if (this.#cancel.signal.aborted) return { runner, state: "cancelled", undone: true, error: undefined };
    return { runner, state: "failed", undone: true, error: failure };
  }

  /** Journals the outline of the plan and reads what was done before. */
  async #begin(plan: Plan): Promise<StepRunner> {
    const { id, fence, network, state } = this.#operation;
    const outline = outlineOf(plan);
    const journal = await this.#store.transaction(async ({ operations }) => {
      if (state === "queued") await operations.transition(id, fence, { state: "running" });
      const planned = { type: "planned", step: "", attempt: 0, at: new Date(), data: outline } as const;
      await operations.record(id, fence, [planned], [{ type: "operation.planned", network, operation: id, data: { steps: outline } }]);
      return operations.journal(id);
    });
    return new StepRunner({ kind: this.#kind.name, context: this.#context, writer: this.#writer, steps: foldJournal(journal) });
  }

  /** Runs what is missing; returns the first failure. A failure stops the steps beside it. */
  async #forward(plan: Plan, runner: StepRunner): Promise<OperationFailure | undefined> {
    let first: OperationFailure | undefined;
    const siblings = new AbortController();
    const signal = AbortSignal.any([this.#cancel.signal, this.#leave.signal, siblings.signal]);
    const options = { direction: "forward", parallelism: this.#parallelism, stopped: () => signal.aborted } as const;
    await walk(plan, options, async (step) => {
      const failure = await runner.run(step, signal);
      if (failure !== undefined && !signal.aborted) {
        first = failure;
        siblings.abort(new StopError("another step failed"));
      }
      return failure === undefined;
    });
    await this.#writer.flush();
    return first;
  }

  /** Undoes what was begun, in reverse; returns the first failure. */
  async #backward(plan: Plan, runner: StepRunner): Promise<OperationFailure | undefined> {
    let first: OperationFailure | undefined;
    const { signal } = this.#leave;
    await walk(plan, { direction: "backward", parallelism: this.#parallelism, stopped: () => signal.aborted }, async (step) => {
      const failure = await runner.undo(step, signal);
      first ??= failure;
      return failure === undefined;
    });
    await this.#writer.flush();
    return first;
  }

  async #settle(runner: StepRunner | undefined, outcome: Outcome): Promise<void> {
    const { id, fence, createdAt } = this.#operation;
    const steps = foldJournal(await this.#store.operations.journal(id));
    const settlement: Settlement = {
      state: outcome.state,
      undone: outcome.undone,
      error: outcome.error,
      phases: phaseSeconds(steps),
      seconds: (Date.now() - createdAt.getTime()) / 1000,
      resultOf: <Result>(step: string): Result | undefined => runner?.resultOf(step) as Result | undefined,
    };
    try {
      const result = await this.#kind.settled?.(this.#context, settlement);
      faultPoint(this.#kind.name, "operation", "settled");
      await this.#store.operations.transition(id, fence, { state: outcome.state, error: outcome.error, result });
    } catch (error) {
      if (isHeddleError(error, "STORE_LEASE_LOST")) throw error;
      await this.#store.operations.transition(id, fence, { state: "failed", error: outcome.error ?? describeError(id, error) });
    }
  }

  /** Gives the lease back, so that the next process need not wait for its end. Nothing where it was lost. */
  async #giveBack(): Promise<void> {
    await this.#writer.flush().catch(() => undefined);
    await this.#store.operations.release(this.#operation.id, this.#operation.fence);
  }
}
