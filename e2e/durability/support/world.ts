// All that a Heddle has in the world, to be compared before and after.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Heddle } from "./heddle.ts";
import { listeningPorts, processesOf } from "./processes.ts";

/** A snapshot: what there is, sorted, as text. */
export interface Snapshot {
  /** Roles, with their networks; the server has none. */
  readonly processes: readonly string[];
  /** Ports that nodes and chaincodes listen on; the server has another one at each start. */
  readonly ports: readonly number[];
  /** Files and folders, but for what the server itself keeps and caches. */
  readonly files: readonly string[];
  /** Whole rows by table. */
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

/** What belongs to the server and not to a network: its database, logs, lock, address and cache of compiled code. */
const SERVERS = /^home\/(heddle\.db(-wal|-shm)?|server\.(json|lock(-journal)?)|master\.key|logs(\/.*)?|cache(\/.*)?)$/;
/** Folders that are there once a network has been. */
const SHARED_FOLDERS = new Set(["home", "tmp", "home/networks", "home/ports"]);

export function snapshot(heddle: Heddle): Snapshot {
  const processes = processesOf(heddle.home).filter(({ role }) => role !== undefined);
  return {
    processes: processes.map(({ network, role }) => `${network}/${role}`).toSorted(),
    ports: listeningPorts(processes.map(({ pid }) => pid)).toSorted((a, b) => a - b),
    files: filesBelow(heddle.base).filter((file) => !SERVERS.test(file) && !SHARED_FOLDERS.has(file)),
    rows: rowsOf(path.join(heddle.home, "heddle.db")),
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}

/** All rows of all tables, read beside the running server. What an index of texts keeps inside shows in its own rows. */
export function rowsOf(file: string): Record<string, Record<string, unknown>[]> {
  if (!existsSync(file)) return {};
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database.prepare("pragma table_list").all();
    const kept = tables.filter(({ type, name }) => type !== "shadow" && type !== "view" && !String(name).startsWith("sqlite_"));
    return Object.fromEntries(
      kept.map(({ name, type }) => {
        const query = database.prepare(`select ${type === "virtual" ? "rowid, " : ""}* from "${String(name)}"`);
        query.setReadBigInts(true);
        return [String(name), query.all().map((row) => ({ ...row }))];
      }),
    );
  } finally {
    database.close();
  }
}

/** Rows that name a network in any column, as `table: column=value`. */
export function rowsNaming(
  rows: Snapshot["rows"],
  network: string,
): { readonly table: string; readonly row: Readonly<Record<string, unknown>> }[] {
  const names = new RegExp(`(^|[^a-z0-9-])${network}($|[^a-z0-9-])`);
  return Object.entries(rows).flatMap(([table, all]) =>
    all.filter((row) => Object.values(row).some((value) => typeof value === "string" && names.test(value))).map((row) => ({ table, row })),
  );
}
