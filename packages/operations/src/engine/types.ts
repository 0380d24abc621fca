import type { Repositories } from "@heddle/store";

/** What a step returns from {@link StepDefinition.probe}: whether its effect is already in the world, with the result where later steps need one. */
export type ProbeOutcome = boolean | { readonly result: unknown };

/** What a step sees of its operation. */
export interface StepContext<Input = unknown> {
  readonly operationId: string;
  /** The network the operation belongs to, as given to `submit`. */
  readonly network: string | undefined;
  readonly input: Input;
  /** Aborted on cancel, on time-out of the step, when the lease is lost and when the engine closes. Pass it to everything that waits. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt at this step in this process. */
  readonly attempt: number;
  /** Adds a line to the step's log; it becomes an event. Never put key material here. */
  log(line: string): void;
  /** Tells people how far the step is, 0 to 1. Kept in events only. */
  progress(fraction: number, detail?: string): void;
  /**
   * What an earlier step returned from `run` or `probe`, as JSON. The caller
   * names the type; throws OPERATION_RESULT_MISSING where the step has none.
   */
  result<Result>(step: string): Result;
  /** As {@link result}, `undefined` where the step has none (use it in `undo`). */
  resultOf<Result>(step: string): Result | undefined;
  /** A named place where a test may kill the process: `HEDDLE_FAULT=kind/step/NAME`. */
  faultPoint(name: string): void;
}

/**
 * One step of an operation. The engine writes to the journal before and after
 * `run`, so a step is at most *begun* twice. After a crash, and before another
 * attempt, it calls `probe` first and runs only what is missing; a step that the
 * journal calls done is probed again too, since the machine may have restarted.
 */
export interface StepDefinition<Input = unknown> {
  /** Key of the step in the journal: unique in the plan, the same whenever the plan is made again. Letters, digits, `-`, `_`, `.`, `:`, `@`. */
  readonly name: string;
  /** For people; default the name. */
  readonly title?: string | undefined;
  /** Phase for the summary of seconds, such as "identities" or "channels". */
  readonly phase?: string | undefined;
  /** Node the step is about. */
  readonly node?: string | undefined;
  /**
   * Names of the steps that have to be done first. Left out: the step before it
   * in the list. `[]`: at once. Independent steps run at the same time.
   */
  readonly after?: readonly string[] | undefined;
  /** Asks the world, never memory, whether the effect of `run` is there. Not called for a step that was never begun. */
  probe(context: StepContext<Input>): Promise<ProbeOutcome> | ProbeOutcome;
  /** Makes the effect; what it returns has to survive JSON and is kept for later steps. Must not hold secrets. */
  run(context: StepContext<Input>): unknown;
  /** Takes the effect away; has to succeed where there is nothing, or only a part, to take away. */
  undo?(context: StepContext<Input>): Promise<void> | void;
  /** Names of the fault points inside `run`, for tests that walk them all. */
  readonly points?: readonly string[] | undefined;
  /** Milliseconds for one attempt; default 60 000. */
  readonly timeoutMs?: number | undefined;
  /** Further attempts after a failed one; default 0. HeddleErrors with a status below 500 are not retried. */
  readonly retries?: number | undefined;
  /** Milliseconds before the second attempt, doubled for each further one; default 200. */
  readonly retryDelayMs?: number | undefined;
}

/** How an operation ended, told to {@link OperationKind.settled}. */
export interface Settlement {
  readonly state: "succeeded" | "failed" | "cancelled";
  /** Whether the finished steps were undone. */
  readonly undone: boolean;
  readonly error: OperationFailure | undefined;
  /** Seconds of each phase, first start to last end, by {@link StepDefinition.phase}. */
  readonly phases: Readonly<Record<string, number>>;
  /** Seconds since the operation was accepted. */
  readonly seconds: number;
  /** What a step returned, `undefined` where it has nothing. */
  resultOf<Result>(step: string): Result | undefined;
}

/** The error of an operation or a step, as people see it. */
export interface OperationFailure {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  /** What message and advice were filled with. */
  readonly args?: Readonly<Record<string, string | number>> | undefined;
  readonly step?: string | undefined;
  readonly node?: string | undefined;
}

/** What {@link OperationKind} functions get that are not steps. */
export interface OperationContext<Input = unknown> {
  readonly operationId: string;
  readonly network: string | undefined;
  readonly input: Input;
}

/**
 * A kind of operation. `Input` has to survive JSON and must not hold secrets: it
 * is kept in the store. (Methods, not properties: a registry holds kinds of every input.)
 */
export interface OperationKind<Input = unknown> {
  /** Such as `network.create`. */
  readonly name: string;
  /** One line for people, such as "Create network trade". */
  describe(input: Input): string;
  /**
   * Refuses, by throwing a HeddleError, after a look at the world: the store, the keys,
   * running nodes. Before the operation is recorded and outside its transaction, so
   * nothing that is read here is sure to hold still; the steps have to look again.
   */
  check?(context: OperationContext<Input>): Promise<void>;
  /**
   * Refuses (by throwing a HeddleError) or prepares, inside the transaction that
   * records the operation: rows written through `store` exist exactly if the operation does.
   */
  accept?(context: OperationContext<Input>, store: Repositories): Promise<void>;
  /** Called when the steps begin, and when they begin again after a crash or with a retry: says so to people. Not before undoing. */
  begins?(context: OperationContext<Input>): Promise<void>;
  /** The steps; called again, with the same input, on recovery and retry: same input, same names. */
  plan(context: OperationContext<Input>): Promise<readonly StepDefinition<Input>[]> | readonly StepDefinition<Input>[];
  /**
   * Called once the steps are over and before the final state is recorded; called
   * again if the process dies between. What it returns becomes the operation's
   * result, such as a proof or a receipt; if it throws, the operation failed.
   */
  settled?(context: OperationContext<Input>, settlement: Settlement): Promise<unknown>;
  /** `undo`: a failure undoes the finished steps. `keep` (default): they stay, for `retry` to go on or `cancel` to undo. */
  readonly onFailure?: "undo" | "keep" | undefined;
  /** `shared`: may run beside other operations of the same network. Default `exclusive`. */
  readonly concurrency?: "exclusive" | "shared" | undefined;
  /** Whether people may cancel it; default true. */
  readonly cancellable?: boolean | undefined;
}
