import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A program of Fabric in `HEDDLE_FABRIC_BIN` or on PATH, or any other on PATH; undefined when it is not there. */
export function findTool(name: string): string | undefined {
  const folders = [process.env["HEDDLE_FABRIC_BIN"] ?? "", ...(process.env["PATH"] ?? "").split(path.delimiter)];
  return folders
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find(existsSync);
}

/** What the title of a suite ends in that needs Fabric's programs: nothing, or why it is skipped. */
export function withoutTools(...tools: readonly (string | undefined)[]): string {
  return tools.includes(undefined) ? " (skipped: Fabric's programs are neither on PATH nor in HEDDLE_FABRIC_BIN)" : "";
}

/** Runs a program and answers what it printed; throws with its complaints when it fails. */
export function runTool(
  tool: string | undefined,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; input?: Uint8Array } = {},
): Buffer {
  if (tool === undefined) throw new Error("the program is not there");
  return execFileSync(tool, args, { ...options, env: { ...process.env, ...options.env }, stdio: ["pipe", "pipe", "pipe"] });
}

/** Runs a test in a folder of its own, which is gone afterwards. */
export async function inFolder<Value>(run: (folder: string) => Promise<Value> | Value): Promise<Value> {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-fabric-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
