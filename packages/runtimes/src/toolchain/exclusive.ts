import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toolchainErrors } from "./errors.ts";

/**
 * Does something that one process at a time may do in a folder. The lock is an SQLite file's, which the operating
 * system takes back however the process ends. Throws TOOLCHAIN_BUSY.
 */
export async function exclusively<Result>(folder: string, task: () => Promise<Result>): Promise<Result> {
  const database = new DatabaseSync(path.join(folder, "install.lock"));
  try {
    try {
      database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    } catch (cause) {
      throw toolchainErrors.create("TOOLCHAIN_BUSY", { folder }, { cause });
    }
    return await task();
  } finally {
    database.close();
  }
}
