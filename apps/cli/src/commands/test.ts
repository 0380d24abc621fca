import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { flag, restArguments, type Invocation } from "../command.ts";

/** `heddle test`: the repository's own checks, with their exit code. */
export async function run(invocation: Invocation): Promise<number> {
  const root = path.resolve(import.meta.dirname, "../../../..");
  const checks = path.join(root, "scripts", "verify.ts");
  const program = existsSync(checks) ? [checks] : [path.join(root, "node_modules", "vitest", "vitest.mjs"), "run"];
  const all = flag(invocation, "all") ? ["--all"] : [];
  const child = spawn(process.execPath, [...program, ...all, ...restArguments(invocation, 0)], { cwd: root, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
