import { DatabaseSync } from "node:sqlite";

/**
 * Opens a SQLite file: WAL, synchronous FULL (a commit is on disk when it returns), foreign keys, and
 * secure_delete so that removed sealed keys are overwritten. Every connection of the process is opened so.
 */
export function openSqliteFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma busy_timeout = 5000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma secure_delete = on;
  `);
  return database;
}
