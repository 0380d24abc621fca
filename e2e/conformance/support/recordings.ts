// Transcripts as files: what real Fabric came to in every scenario, and the embedded network where it is listed to differ.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Scenario } from "./features.ts";
import type { Runtime } from "./network.ts";

const FOLDER = path.resolve(import.meta.dirname, "../recorded");
const ORIGIN = path.join(FOLDER, "origin.json");
const MARK = "## ";

/** What recordings are there are of. */
export type Recorded = "fabric" | "embedded";

/** Where the recordings of real Fabric come from. */
export interface Origin {
  /** Version of Fabric, as people say it. */
  readonly fabric: string;
  /** Day, as ISO 8601 has it. */
  readonly date: string;
}

/** The recording that a scenario's transcript has to be like on a runtime. */
export function recordedAs({ difference }: Scenario, runtime: Runtime): Recorded {
  return runtime === "embedded" && difference !== undefined ? "embedded" : "fabric";
}

/** Transcripts by feature and scenario, written `feature: scenario`. */
export function readRecordings(kind: Recorded): Map<string, string> {
  const folder = path.join(FOLDER, kind);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(
    files.flatMap((file) => {
      const [, ...sections] = `\n${readFileSync(path.join(folder, file), "utf8")}`.split(`\n${MARK}`);
      return sections.map((section): [string, string] => {
        const end = section.indexOf("\n");
        return [`${path.basename(file, ".txt")}: ${section.slice(0, end)}`, section.slice(end + 1).trimEnd()];
      });
    }),
  );
}

/** Writes the transcripts of a feature. */
export function writeRecording(kind: Recorded, feature: string, transcripts: ReadonlyMap<string, string>): void {
  mkdirSync(path.join(FOLDER, kind), { recursive: true });
  const sections = [...transcripts].map(([name, transcript]) => `${MARK}${name}\n${transcript}\n`);
  writeFileSync(path.join(FOLDER, kind, `${feature}.txt`), sections.join("\n"));
}

export function readOrigin(): Origin {
  return JSON.parse(readFileSync(ORIGIN, "utf8")) as Origin;
}

export function writeOrigin(origin: Origin): void {
  writeFileSync(ORIGIN, `${JSON.stringify(origin, undefined, 2)}\n`);
}
