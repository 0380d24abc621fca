/** How long a step that was told to stop may take to do so, in milliseconds. */
const GRACE_MS = 5_000;

/** Thrown by {@link withDeadline} when the time is over. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * Runs `work` with a signal that is aborted when `signal` is or after
 * `milliseconds`. Waits a grace period for `work` to stop, so that undo does not
 * race with it, then gives up on it. Throws DeadlineError, or the reason of `signal`.
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result> | Result,
): Promise<Result> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(() => controller.abort(new DeadlineError(`not done within ${milliseconds} ms`)), milliseconds);
  let grace: NodeJS.Timeout | undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener(
      "abort",
      () => {
        grace = setTimeout(() => reject(controller.signal.reason as Error), GRACE_MS);
      },
      { once: true },
    );
  });
  try {
    return await Promise.race([work(controller.signal), abandoned]);
  } catch (error) {
    // Whatever a stopped step throws, the reason is why it was stopped.
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    signal.removeEventListener("abort", stop);
  }
}

/** Waits; rejects with the reason of `signal` when it is aborted. */
export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
