import path from "node:path";
import { runProgram } from "../../real-fabric/support/tools.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../apps/cli/src/main.ts");

/** Runs the heddle command against the server of a home. Throws with what it said when it fails. */
export async function heddleCommand(home: string, ...args: readonly string[]): Promise<string> {
  const command = ["--conditions=@heddle/source", "--disable-warning=ExperimentalWarning", MAIN, ...args];
  const { code: exit, stdout, stderr } = await runProgram(process.execPath, command, { env: { HEDDLE_HOME: home } });
  if (exit !== 0) throw new Error(`heddle ${args.join(" ")} ended with ${exit}:\n${stderr}\n${stdout}`);
  return stdout;
}
