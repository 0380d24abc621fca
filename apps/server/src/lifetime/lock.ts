import { DatabaseSync } from "node:sqlite";
import { serverErrors } from "../errors.ts";
import type { Home } from "./home.ts";
import { readServerFile } from "./server-file.ts";

/**
 * Holds a home for this process alone. Node has no file locks, SQLite has: an
 * exclusive transaction on a file of its own is a lock of the operating system,
 * which goes when the process does, however it ends.
 *
 * Throws SERVER_ALREADY_RUNNING, SERVER_HOME_UNUSABLE.
 */
export function lockHome(home: Home): () => void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(home.lock, { timeout: 0 });
    database.exec("pragma journal_mode = delete; pragma locking_mode = exclusive; begin exclusive");
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) {
      const other = readServerFile(home);
      throw serverErrors.create("SERVER_ALREADY_RUNNING", {
        home: home.folder,
        where: other === undefined ? "" : ` (${other.url}, process ${other.pid})`,
      });
    }
    throw serverErrors.create(
      "SERVER_HOME_UNUSABLE",
      { home: home.folder, reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
  const held = database;
  return () => {
    if (held.isOpen) held.close();
  };
}

/** SQLITE_BUSY, extended codes included. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" && (error.errcode & 0xff) === 5;
}
