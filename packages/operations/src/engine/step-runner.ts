import type { NewEvent } from "@heddle/store";
import { delay, withDeadline } from "./deadline.ts";
import { engineErrors } from "./errors.ts";
import { describeFailure, isWorthRetrying, timeoutOf } from "./failure.ts";
import { faultArmed, faultPoint } from "./fault.ts";
import type { PlannedStep } from "./graph.ts";
import type { JournalWriter } from "./journal-writer.ts";
import { wasBegun, type StepProgress, type StepState } from "./progress.ts";
import type { OperationContext, OperationFailure, StepContext } from "./types.ts";

const DEFAULT_RETRY_DELAY_MS = 200;
const UNDO_ATTEMPTS = 3;
/** Limits of a step's log, so that a chatty step does not fill the event table. */
const LOG_LINES = 2_000;
const LOG_LINE_CHARACTERS = 4_000;

/** What a step runner needs of its operation. */
export interface StepRunnerOptions {
  readonly kind: string;
  readonly context: OperationContext;
  readonly writer: JournalWriter;
  /** Progress read from the journal when the operation was taken up. */
  readonly steps: readonly StepProgress[];
}

/** Runs, probes and undoes single steps of one operation, with their records and events. */
export class StepRunner {
  readonly #kind: string;
  readonly #context: OperationContext;
  readonly #writer: JournalWriter;
  readonly #states = new Map<string, StepState>();
  readonly #results = new Map<string, unknown>();
  readonly #lines = new Map<string, number>();

  constructor({ kind, context, writer, steps }: StepRunnerOptions) {
    this.#kind = kind;
    this.#context = context;
    this.#writer = writer;
    for (const step of steps) {
      this.#states.set(step.name, step.state);
      if (step.result !== undefined) this.#results.set(step.name, step.result);
    }
  }

  /** Whether the step may have left something in the world. */
  wasBegun(step: string): boolean {
    return wasBegun(this.#states.get(step) ?? "pending");
  }

  /** What a step returned. */
  resultOf(step: string): unknown {
    return this.#results.get(step);
  }

  /**
   * Brings about the effect of a step, with as many attempts as it allows.
   * `undefined`, or the failure. Rejects only where the journal cannot be written.
   */
  async run(step: PlannedStep, signal: AbortSignal): Promise<OperationFailure | undefined> {
    const attempts = 1 + (step.definition.retries ?? 0);
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (this.wasBegun(step.name) && (await this.#isDone(step, signal, attempt))) return undefined;
        await this.#attempt(step, signal, attempt);
        return undefined;
      } catch (error) {
        if (error instanceof JournalError) throw error.cause;
        const failure = describeFailure(this.#context.operationId, step, error);
        const last = attempt >= attempts || signal.aborted || !isWorthRetrying(error);
        // A step that was told to stop before it began has nothing to tell.
        if (this.wasBegun(step.name)) await this.#record(step, "failed", attempt, failure, { error: failure, retrying: !last });
        if (last) return failure;
        await delay((step.definition.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS) * 2 ** (attempt - 1), signal).catch(() => undefined);
      }
    }
  }

  /** Takes the effect of a step away. Returns the failure, if it could not. */
  async undo(step: PlannedStep, signal: AbortSignal): Promise<OperationFailure | undefined> {
    const { definition, name } = step;
    // Without `undo` the step stays as it is, and is probed if the operation is retried.
    if (definition.undo === undefined || !this.wasBegun(name)) return undefined;
    for (let attempt = 1; ; attempt += 1) {
      await this.#record(step, "undo-started", attempt, undefined, {});
      const started = performance.now();
      try {
        faultPoint(this.#kind, name, "in-undo");
        await withDeadline(signal, timeoutOf(step), (inner) => definition.undo?.(this.#stepContext(step, inner, attempt)));
        faultPoint(this.#kind, name, "after-undo");
      } catch (error) {
        const cause = describeFailure(this.#context.operationId, step, error);
        const last = attempt >= UNDO_ATTEMPTS || signal.aborted;
        const failed = engineErrors.create("OPERATION_UNDO_FAILED", {
          step: definition.title ?? name,
          reason: cause.message,
          id: this.#context.operationId,
        });
        const failure = { ...cause, code: failed.code, message: failed.message, next: failed.next, args: failed.args };
        await this.#record(step, "undo-failed", attempt, failure, { error: failure, retrying: !last });
        if (last) return failure;
        await delay(DEFAULT_RETRY_DELAY_MS * 2 ** (attempt - 1), signal).catch(() => undefined);
        continue;
      }
      this.#results.delete(name);
      await this.#record(step, "undone", attempt, undefined, { seconds: secondsSince(started) });
      return undefined;
    }
  }

  async #isDone(step: PlannedStep, signal: AbortSignal, attempt: number): Promise<boolean> {
    const wasDone = this.#states.get(step.name) === "done";
    const outcome = await withDeadline(signal, timeoutOf(step), (inner) => step.definition.probe(this.#stepContext(step, inner, attempt)));
    if (outcome === false) return false;
    const result = outcome === true ? this.#results.get(step.name) : toPlain(outcome.result);
    this.#results.set(step.name, result);
    if (!wasDone) await this.#record(step, "done", attempt, result, { found: true });
    return true;
  }

  async #attempt(step: PlannedStep, signal: AbortSignal, attempt: number): Promise<void> {
    const { definition, name } = step;
    signal.throwIfAborted();
    await this.#record(step, "started", attempt, undefined, {});
    faultPoint(this.#kind, name, "before-run");
    const started = performance.now();
    const result = toPlain(
      await withDeadline(signal, timeoutOf(step), async (inner) => definition.run(this.#stepContext(step, inner, attempt))),
    );
    faultPoint(this.#kind, name, "after-run");
    this.#results.set(name, result);
    const recorded = this.#record(step, "done", attempt, result, { seconds: secondsSince(started) });
    if (faultArmed(this.#kind, name, "after-record")) {
      await recorded;
      faultPoint(this.#kind, name, "after-record");
    }
    // Not awaited: what waits for this step journals its own start in the same write, and does await it.
    recorded.catch(() => undefined);
  }

  /** Appends to the journal, with the event that tells of it. */
  async #record(
    step: PlannedStep,
    type: "started" | "done" | "failed" | "undo-started" | "undone" | "undo-failed",
    attempt: number,
    data: unknown,
    told: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const state = stateAfter[type];
    this.#states.set(step.name, state);
    const event = this.#event("step.changed", step, { state, attempt, ...told });
    try {
      await this.#writer.append([{ type, step: step.name, attempt, at: new Date(), data }], [event]);
    } catch (error) {
      throw new JournalError(error);
    }
  }

  #event(type: string, { name, definition }: PlannedStep, data: Readonly<Record<string, unknown>>): NewEvent {
    const about = { step: name, title: definition.title ?? name, phase: definition.phase, node: definition.node };
    return { type, network: this.#context.network, operation: this.#context.operationId, data: { ...about, ...data } };
  }

  #stepContext(step: PlannedStep, signal: AbortSignal, attempt: number): StepContext {
    return {
      ...this.#context,
      signal,
      attempt,
      log: (line) => {
        const count = (this.#lines.get(step.name) ?? 0) + 1;
        this.#lines.set(step.name, count);
        if (count > LOG_LINES) return;
        const text = count === LOG_LINES ? "(further lines are not kept)" : line.slice(0, LOG_LINE_CHARACTERS);
        this.#writer.note(this.#event("step.log", step, { line: text }));
      },
      progress: (fraction, detail) => {
        this.#writer.note(this.#event("step.progress", step, { fraction: Math.min(1, Math.max(0, fraction)), detail }));
      },
      result: <Result>(name: string): Result => {
        if (!this.#results.has(name)) throw engineErrors.create("OPERATION_RESULT_MISSING", { step: name });
        return this.#results.get(name) as Result;
      },
      resultOf: <Result>(name: string): Result | undefined => this.#results.get(name) as Result | undefined,
      faultPoint: (point) => faultPoint(this.#kind, step.name, point),
    };
  }
}

const stateAfter = {
  started: "running",
  done: "done",
  failed: "failed",
  "undo-started": "undoing",
  undone: "undone",
  "undo-failed": "failed",
} as const satisfies Record<string, StepState>;

/** The journal could not be written: not a failure of the step. */
class JournalError extends Error {
  constructor(cause: unknown) {
    super("the journal could not be written", { cause });
  }
}

/** What later steps will see after a restart is what they see now: JSON. */
function toPlain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
