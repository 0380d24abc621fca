import type { JournalEntry, NewEvent, Store } from "@heddle/store";

type Entry = Omit<JournalEntry, "operation">;

/** Milliseconds for which log lines and progress may wait for a write they can share. */
const LAZY_MS = 40;

/**
 * Group commit of one operation's journal. Everything appended in the same turn
 * of the event loop, or while a write is under way, goes to disk in one
 * transaction: the end of a step and the start of what waited for it cost one fsync.
 */
export class JournalWriter {
  readonly #store: Store;
  readonly #operation: string;
  readonly #fence: number;
  #entries: Entry[] = [];
  #events: NewEvent[] = [];
  #next: Promise<void> | undefined;
  #current: Promise<void> = Promise.resolve();
  #lazy: NodeJS.Timeout | undefined;

  constructor(store: Store, operation: string, fence: number) {
    this.#store = store;
    this.#operation = operation;
    this.#fence = fence;
  }

  /** Appends; resolves when it is on disk. Rejects with STORE_LEASE_LOST. */
  append(entries: readonly Entry[], events: readonly NewEvent[]): Promise<void> {
    this.#entries.push(...entries);
    this.#events.push(...events);
    return this.flush();
  }

  /** Appends an event that may be lost with the process. */
  note(event: NewEvent): void {
    this.#events.push(event);
    this.#lazy ??= setTimeout(() => {
      // A lost lease is told to those who append; a note does not matter then.
      this.flush().catch(() => undefined);
    }, LAZY_MS);
  }

  /** Resolves when all that was appended is on disk. */
  flush(): Promise<void> {
    if (this.#entries.length === 0 && this.#events.length === 0) return this.#current;
    this.#next ??= this.#write(this.#current);
    return this.#next;
  }

  async #write(previous: Promise<void>): Promise<void> {
    await previous.catch(() => undefined);
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const entries = this.#entries;
    const events = this.#events;
    this.#entries = [];
    this.#events = [];
    clearTimeout(this.#lazy);
    this.#lazy = undefined;
    this.#current = this.#next ?? Promise.resolve();
    this.#next = undefined;
    await this.#store.operations.record(this.#operation, this.#fence, entries, events);
  }
}
