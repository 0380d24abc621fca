// The thread of an IndexWriter: its own connection to the SQLite file, and one piece of work after the other.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { insertStatement, rowsAtOnce } from "./insert-statement.ts";
import type { IndexAnswer, IndexWork, PackedTable } from "./index-writer.ts";
import { PackedReader } from "./packed-rows.ts";
import { openSqliteFile } from "./sqlite-file.ts";

class Thread {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = openSqliteFile(file);
  }

  /** All of it in one transaction, or nothing. */
  write({ guard, tables }: IndexWork): IndexAnswer {
    this.#database.exec("begin immediate");
    try {
      const { changes } = this.#statement(guard.sql).run(...guard.parameters);
      if (changes === 0) {
        this.#database.exec("rollback");
        return { kind: "moved" };
      }
      for (const table of tables) this.#insert(table);
      this.#database.exec("commit");
      return { kind: "written" };
    } catch (error) {
      // SQLite may have rolled back by itself (disk full, I/O error).
      if (this.#database.isTransaction) this.#database.exec("rollback");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #insert({ table, columns, count, bytes }: PackedTable): void {
    const reader = new PackedReader(bytes);
    for (let done = 0; done < count;) {
      const rows = rowsAtOnce(count - done);
      this.#statement(insertStatement("sqlite", table, columns, rows)).run(...reader.take(rows * columns.length));
      done += rows;
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function serve(port: NonNullable<typeof parentPort>): void {
  const { file } = workerData as { readonly file: string };
  const thread = new Thread(file);
  const answer = (work: IndexWork): IndexAnswer => {
    try {
      return thread.write(work);
    } catch (error) {
      return { kind: "failed", error };
    }
  };
  port.on("message", (work: IndexWork | "close") => {
    if (work === "close") {
      thread.close();
      port.close();
    } else port.postMessage(answer(work));
  });
  port.postMessage({ kind: "ready" } satisfies IndexAnswer);
}

if (parentPort !== null) serve(parentPort);
