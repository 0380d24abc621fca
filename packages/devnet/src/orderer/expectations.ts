/** For how long an endorsed transaction is expected to be submitted, in milliseconds. */
const FRESH_MS = 100;

/**
 * Transactions that gateways of this process endorse or have just endorsed, and that nobody has submitted
 * yet. A chain that cuts blocks at once looks here whether it pays to wait a moment.
 */
export class Expectations {
  /** When each was begun, oldest first. */
  readonly #begun = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds on a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Says that a transaction is being endorsed. */
  add(txId: string): void {
    this.#forgetOld();
    this.#begun.delete(txId);
    this.#begun.set(txId, this.#now());
  }

  /** It was submitted, or will not be. */
  remove(txId: string): void {
    this.#begun.delete(txId);
  }

  /** How many are still expected. */
  get count(): number {
    this.#forgetOld();
    return this.#begun.size;
  }

  #forgetOld(): void {
    const oldest = this.#now() - FRESH_MS;
    for (const [txId, at] of this.#begun) {
      if (at >= oldest) return;
      this.#begun.delete(txId);
    }
  }
}
