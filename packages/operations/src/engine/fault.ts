/** Where the engine lets itself be killed, around each step; steps add their own names with `faultPoint`. */
export const enginePoints = ["before-run", "after-run", "after-record", "in-undo", "after-undo"] as const;

/**
 * Whether `HEDDLE_FAULT` names this point. Its form is `KIND/STEP/POINT`, such as
 * `network.create/start/after-run`; for tests only.
 */
export function faultArmed(kind: string, step: string, point: string): boolean {
  const armed = process.env["HEDDLE_FAULT"];
  return armed !== undefined && armed === `${kind}/${step}/${point}`;
}

/** Ends this process as a power cut would, if the point is armed. */
export function faultPoint(kind: string, step: string, point: string): void {
  if (faultArmed(kind, step, point)) process.kill(process.pid, "SIGKILL");
}
