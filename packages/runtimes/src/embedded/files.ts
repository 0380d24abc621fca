import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runtimeErrors } from "../errors.ts";

/** What a file is called until it is whole. */
export const PART = ".part";

/** Writes a JSON file whole or not at all. */
export function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}${PART}`, JSON.stringify(value, undefined, 2), { mode: 0o600 });
  renameSync(`${file}${PART}`, file);
}

/** Reads a JSON file; undefined when it is not there. Throws RUNTIME_FILE_DAMAGED. */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw runtimeErrors.create("RUNTIME_FILE_DAMAGED", { file }, { cause });
  }
}
