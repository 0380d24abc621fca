import { isHeddleError } from "@heddle/network";
import { DeadlineError } from "./deadline.ts";
import { engineErrors } from "./errors.ts";
import type { PlannedStep } from "./graph.ts";
import type { OperationFailure } from "./types.ts";

/** Why a step was told to stop before its end; the reason of its abort signal. */
export class StopError extends Error {
  override readonly name = "StopError";
}

/** Any other error of an operation, outside its steps. */
export function describeError(operation: string, error: unknown): OperationFailure {
  const known = isHeddleError(error)
    ? error
    : engineErrors.create("OPERATION_STEP_FAILED", { step: "The operation", reason: reasonOf(error), id: operation }, { cause: error });
  return { code: known.code, message: known.message, next: known.next, args: known.args };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error of a step as people see it: a HeddleError keeps its code, everything else becomes OPERATION_STEP_*. */
export function describeFailure(operation: string, step: PlannedStep, error: unknown): OperationFailure {
  const title = step.definition.title ?? step.name;
  const known = isHeddleError(error) ? error : translate(operation, title, step, error);
  return {
    code: known.code,
    message: known.message,
    next: known.next,
    args: known.args,
    step: step.name,
    node: step.definition.node,
    ...(known.problems.length === 0 ? {} : { problems: known.problems }),
  };
}

function translate(id: string, title: string, step: PlannedStep, error: unknown): ReturnType<typeof engineErrors.create> {
  if (error instanceof DeadlineError) {
    return engineErrors.create("OPERATION_STEP_TIMEOUT", { step: title, seconds: timeoutOf(step) / 1000, id }, { cause: error });
  }
  if (error instanceof StopError)
    return engineErrors.create("OPERATION_STEP_STOPPED", { step: title, reason: error.message }, { cause: error });
  return engineErrors.create("OPERATION_STEP_FAILED", { step: title, reason: reasonOf(error), id }, { cause: error });
}

/** Whether another attempt could end differently: not after a refusal of the input, nor when the step was told to stop. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof StopError) return false;
  return !isHeddleError(error) || error.status >= 500;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** Milliseconds for one attempt at a step. */
export function timeoutOf(step: PlannedStep): number {
  return step.definition.timeoutMs ?? DEFAULT_TIMEOUT_MS;
}
