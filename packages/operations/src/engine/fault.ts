/** Where the engine lets itself be killed, around each step; steps add their own with `faultPoint`, named by {@link StepDefinition.points}. */
export const enginePoints = ["before-run", "after-run", "after-record", "in-undo", "after-undo"] as const;

/** Where it lets itself be killed outside the steps: `KIND/operation/POINT`. */
export const operationPoints = ["accepted", "settled"] as const;

/**
 * Whether `HEDDLE_FAULT` names this point. Its form is `KIND/STEP/POINT`, such as
 * `network.create/start/after-run`; for tests only.
 */
export function faultArmed(kind: string, step: string, point: string): boolean {
  const armed = process.env["HEDDLE_FAULT"];
  return armed !== undefined && armed === `${kind}/${step}/${point}`;
}

/**
 * Ends this process as a power cut would, if the point is armed; with `HEDDLE_FAULT_SIGNAL=SIGSTOP` it stands
 * still there instead, so that a test can end something else at this moment. A point goes off once.
 */
export function faultPoint(kind: string, step: string, point: string): void {
  if (!faultArmed(kind, step, point)) return;
  delete process.env["HEDDLE_FAULT"];
  process.kill(process.pid, process.env["HEDDLE_FAULT_SIGNAL"] ?? "SIGKILL");
}
