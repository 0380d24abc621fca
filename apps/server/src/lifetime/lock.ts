import { DatabaseSync } from "node:sqlite";
import { serverErrors } from "../errors.ts";
import type { Home } from "./home.ts";
import { readServerFile } from "./server-file.ts";

/**
 * Locks a file for this process alone; `undefined` where another has it. Node has no
 * file locks, SQLite has: an exclusive transaction on a file of its own is a lock of
 * the operating system, which goes when the process does, however it ends.
 */
export function tryLock(file: string): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec("pragma journal_mode = delete; pragma locking_mode = exclusive; begin exclusive");
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) return undefined;
    throw cause;
  }
  const held = database;
  return () => {
    if (held.isOpen) held.close();
  };
}

/**
 * Holds a home for this process alone.
 *
 * Throws SERVER_ALREADY_RUNNING, SERVER_HOME_UNUSABLE.
 */
export function lockHome(home: Home): () => void {
  let release: (() => void) | undefined;
  try {
    release = tryLock(home.lock);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw serverErrors.create("SERVER_HOME_UNUSABLE", { home: home.folder, reason }, { cause });
  }
  if (release !== undefined) return release;
  const other = readServerFile(home);
  const where = other === undefined ? "" : ` (${other.url}, process ${other.pid})`;
  throw serverErrors.create("SERVER_ALREADY_RUNNING", { home: home.folder, where });
}

/** SQLITE_BUSY, extended codes included. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" && (error.errcode & 0xff) === 5;
}
