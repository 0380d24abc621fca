/**
 * Lets one writer of this process at a SQLite file, in the order in which they came. The file's own lock would do the
 * same between two connections, but who waits for it blocks the thread, and whoever comes back first gets it.
 */
export class WriteLock {
  #last: Promise<void> = Promise.resolve();

  /** Resolves once it is the caller's turn, with what ends that; ending twice is ending once. */
  async acquire(): Promise<() => void> {
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    await before;
    return turn.resolve;
  }
}
