import { accessSync, constants } from "node:fs";
import path from "node:path";
import { runtimeErrors } from "../errors.ts";

/** Fabric's programs that nodes are. */
const TOOLS = ["peer", "orderer"] as const;

/** Full paths of Fabric's programs. */
export type Tools = Readonly<Record<(typeof TOOLS)[number], string>>;

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Finds Fabric's programs: in `HEDDLE_FABRIC_BIN` when that is set, else on PATH. Throws RUNTIME_TOOLS_MISSING. */
export function findTools(env: NodeJS.ProcessEnv = process.env): Tools {
  const given = env["HEDDLE_FABRIC_BIN"] ?? "";
  const folders = (given === "" ? (env["PATH"] ?? "").split(path.delimiter) : [given]).filter((folder) => path.isAbsolute(folder));
  const locate = (tool: string): string => folders.map((folder) => path.join(folder, tool)).find(isProgram) ?? "";
  const tools = { peer: locate("peer"), orderer: locate("orderer") };
  const missing = TOOLS.filter((tool) => tools[tool] === "");
  if (missing.length === 0) return tools;
  throw runtimeErrors.create("RUNTIME_TOOLS_MISSING", { missing: missing.join(", "), place: given === "" ? "PATH" : given });
}
