import type { SQLInputValue } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { TableRows } from "./bulk-insert.ts";
import { packRows } from "./packed-rows.ts";
import type { WriteLock } from "./write-lock.ts";

/** Rows of a table on their way to the thread. */
export interface PackedTable extends Omit<TableRows, "rows"> {
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is done in one transaction: nothing of it where the guard changes no row. */
export interface IndexWork {
  readonly guard: { readonly sql: string; readonly parameters: SQLInputValue[] };
  readonly tables: readonly PackedTable[];
}

/** What the thread says. */
export type IndexAnswer =
  | { readonly kind: "ready" | "written" | "moved" }
  | {
      readonly kind: "failed";
      readonly error: unknown;
    };

/** Milliseconds without work after which the thread ends. */
const IDLE_MS = 10_000;

/**
 * Writes large parts of the explorer's index on a thread of its own, with a connection of its own: more than a third of
 * the time of indexing a backlog is SQLite's, during which the server would answer nobody. The thread is there while
 * there is a backlog only; until it is up, and for small parts, whoever writes does so himself.
 */
export class IndexWriter {
  readonly #file: string;
  readonly #lock: WriteLock;
  #thread: Thread | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** Pieces of work that wait or are being written. */
  #waiting = 0;
  #closed = false;

  constructor(file: string, lock: WriteLock) {
    this.#file = file;
    this.#lock = lock;
  }

  /** Whether the thread can take work now. Where there is none one is started, and takes the work that comes later. */
  ready(): boolean {
    if (this.#closed) return false;
    if (this.#thread?.state === "ended") this.#thread = undefined;
    this.#thread ??= new Thread(this.#file);
    this.#rest();
    return this.#thread.state === "ready";
  }

  /** Writes all of it, or nothing; false where the guard changed no row. Rejects with what SQLite says. */
  async write(guard: IndexWork["guard"], tables: readonly TableRows[]): Promise<boolean> {
    clearTimeout(this.#idle);
    this.#waiting += 1;
    const packed = tables.map(({ table, columns, rows }) => ({ table, columns, ...packRows(rows) }));
    const release = await this.#lock.acquire();
    try {
      if (this.#thread === undefined) throw new Error("the store is closed");
      return await this.#thread.write({ guard, tables: packed });
    } finally {
      release();
      this.#waiting -= 1;
      this.#rest();
    }
  }

  /** Ends the thread after what it has begun. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#closed || this.#waiting > 0) return;
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const release = await this.#lock.acquire();
    const thread = this.#thread;
    this.#thread = undefined;
    try {
      await thread?.close();
    } finally {
      release();
    }
  }
}

/** One thread, from its start to its end. */
class Thread {
  readonly #worker: Worker;
  readonly #ended = Promise.withResolvers<void>();
  #answer: PromiseWithResolvers<boolean> | undefined;
  state: "starting" | "ready" | "ended" = "starting";

  constructor(file: string) {
    const url = import.meta.url.replace(/index-writer(\.[jt]s)$/, "index-writer-thread$1");
    this.#worker = new Worker(new URL(url), { workerData: { file } });
    this.#worker.unref();
    this.#worker.on("message", (answer: IndexAnswer) => this.#take(answer));
    this.#worker.on("error", (error) => this.#over(error));
    this.#worker.on("exit", () => this.#over(new Error("the thread that writes the explorer's index has ended")));
  }

  async write(work: IndexWork): Promise<boolean> {
    if (this.state !== "ready") throw new Error("the thread that writes the explorer's index has ended");
    this.#answer = Promise.withResolvers();
    // The process does not end in the middle of it.
    this.#worker.ref();
    try {
      this.#worker.postMessage(
        work,
        work.tables.map(({ bytes }) => bytes.buffer),
      );
      return await this.#answer.promise;
    } finally {
      this.#worker.unref();
    }
  }

  async close(): Promise<void> {
    if (this.state === "ended") return;
    this.#worker.ref();
    this.#worker.postMessage("close");
    await this.#ended.promise;
  }

  #take(answer: IndexAnswer): void {
    if (answer.kind === "ready") this.state = "ready";
    else if (answer.kind === "failed") this.#answer?.reject(answer.error);
    else this.#answer?.resolve(answer.kind === "written");
  }

  #over(error: unknown): void {
    this.state = "ended";
    this.#answer?.reject(error);
    this.#ended.resolve();
  }
}
