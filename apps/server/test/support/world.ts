import { readdirSync, readFileSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import path from "node:path";

/** Tables whose rows say what there is and what is being done; the others count, measure and keep notes by themselves. */
const TABLES = ["networks", "chaincodes", "operations", "journal", "events", "data_keys", "secrets", "settings", "accounts", "login_links"];
/** The server's own files, which it writes while it runs. */
const OWN = /^(heddle\.db|logs\/|server\.)/;

/** What exists because of a home: rows, files and processes. Two of these are equal when nothing was changed. */
export interface World {
  readonly rows: Readonly<Record<string, readonly unknown[]>>;
  /** Paths below the home, with the size of each file that nothing writes to by itself. */
  readonly files: readonly string[];
  /** Processes marked with the home, by what they are. */
  readonly processes: readonly string[];
}

/** Looks at the world of a home whose store is SQLite. Needs Linux. */
export function worldOf(home: string): World {
  const database = new DatabaseSync(path.join(home, "heddle.db"), { readOnly: true });
  try {
    const rows = Object.fromEntries(TABLES.map((table) => [table, database.prepare(`select * from ${table} order by 1, 2`).all()]));
    return { rows, files: filesBelow(home), processes: processesOf(home) };
  } finally {
    database.close();
  }
}

function filesBelow(home: string): string[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, file: path.relative(home, path.join(entry.parentPath, entry.name)) }))
    .filter(({ file }) => !OWN.test(file) && !file.startsWith("cache/"))
    .map(({ entry, file }) =>
      entry.isFile() && !/\.(log|db(-\w+)?)$/.test(file) ? `${file} ${statSync(path.join(home, file)).size}` : file,
    )
    .toSorted();
}

function processesOf(home: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
        const role = environment.find((entry) => entry.startsWith("HEDDLE_ROLE="));
        return environment.includes(`HEDDLE_HOME=${home}`) && role !== undefined ? [`${pid} ${role}`] : [];
      } catch {
        return [];
      }
    })
    .toSorted();
}
