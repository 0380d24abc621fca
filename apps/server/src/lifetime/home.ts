import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { serverErrors } from "../errors.ts";

/** Where everything of one Heddle lives. */
export interface Home {
  readonly folder: string;
  readonly lock: string;
  readonly serverFile: string;
  readonly masterKey: string;
  readonly database: string;
  readonly metricsToken: string;
}

/** Folder of `HEDDLE_HOME`, default `~/.heddle`. */
export function defaultHome(): string {
  return process.env["HEDDLE_HOME"] ?? path.join(homedir(), ".heddle");
}

/** Makes the folder (mode 0700) where it is missing. Throws SERVER_HOME_UNUSABLE. */
export function openHome(folder: string): Home {
  const home = path.resolve(folder);
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw serverErrors.create("SERVER_HOME_UNUSABLE", { home, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
  return {
    folder: home,
    lock: path.join(home, "server.lock"),
    serverFile: path.join(home, "server.json"),
    masterKey: path.join(home, "master.key"),
    database: path.join(home, "heddle.db"),
    metricsToken: path.join(home, "metrics.token"),
  };
}
