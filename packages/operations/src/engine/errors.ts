import { defineErrors } from "@heddle/network";

/** Errors of the operations engine. */
export const engineErrors = defineErrors({
  OPERATION_KIND_UNKNOWN: {
    status: 422,
    message: "There is no operation of kind {kind}.",
    next: "Upgrade Heddle: the operation was submitted by another version.",
  },
  OPERATION_NOT_FOUND: {
    status: 404,
    message: "There is no operation {id}.",
    next: "See the operations there are with: heddle operations list",
  },
  OPERATION_OVER: {
    status: 409,
    message: "Operation {id} is over ({state}).",
    next: "A failed operation can be retried or, unless it was undone, cancelled; otherwise submit a new one.",
  },
  OPERATION_NOT_CANCELLABLE: {
    status: 409,
    message: "An operation of kind {kind} cannot be cancelled.",
    next: "Wait for its end: heddle operations watch {id}",
  },
  OPERATION_PLAN_INVALID: {
    status: 500,
    message: "The plan of {kind} is not a graph of steps: {reason}",
    next: "This is a bug in Heddle; please report it.",
  },
  OPERATION_RESULT_MISSING: {
    status: 500,
    message: "Step {step} has left no result.",
    next: "This is a bug in Heddle; please report it.",
  },
  OPERATION_STEP_FAILED: {
    status: 500,
    message: "{step}: {reason}",
    next: "Read the step's log, mend the cause, then: heddle operations retry {id}",
  },
  OPERATION_STEP_TIMEOUT: {
    status: 504,
    message: "{step} was not done within {seconds} s.",
    next: "See what the node says with heddle logs, then: heddle operations retry {id}",
  },
  OPERATION_STEP_STOPPED: {
    status: 409,
    message: "{step} was stopped: {reason}",
    next: "Nothing to do: the operation tells how it goes on.",
  },
  OPERATION_UNDO_FAILED: {
    status: 500,
    message: "Undoing {step} failed: {reason}",
    next: "Mend the cause, then go on undoing with: heddle operations retry {id}",
  },
});
