interface Waiter {
  readonly height: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Those who wait for a height. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();
  readonly #closedError: () => Error;
  #closed = false;

  /** @param closedError what a waiter gets when the ledger closes. */
  constructor(closedError: () => Error) {
    this.#closedError = closedError;
  }

  wait(height: number, current: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(this.#closedError());
    if (current >= height) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = () => settle(() => reject(signal?.reason));
      const settle = (finish: () => void) => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", abort);
        finish();
      };
      const waiter: Waiter = { height, resolve: () => settle(resolve), reject: (reason) => settle(() => reject(reason)) };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", abort);
    });
  }

  reached(height: number): void {
    for (const waiter of this.#waiters) if (waiter.height <= height) waiter.resolve();
  }

  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.reject(this.#closedError());
  }
}
