import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { operationErrors } from "../errors.ts";

/** Where a chaincode comes from. */
export type ChaincodeSource = { readonly scenario: string } | { readonly path: string };

/** Languages whose chaincode this version starts itself. */
const STARTED = new Set(["typescript", "javascript"]);

/** The folder of a chaincode's source. Throws OPERATION_SCENARIO_UNKNOWN, OPERATION_SOURCE_UNUSABLE, OPERATION_LANGUAGE_NOT_SUPPORTED. */
export function sourceFolder(source: ChaincodeSource, language: string, scenarios: string): string {
  if (!STARTED.has(language)) throw operationErrors.create("OPERATION_LANGUAGE_NOT_SUPPORTED", { language });
  if ("scenario" in source) {
    const folder = path.join(scenarios, source.scenario);
    if (existsSync(path.join(folder, "package.json"))) return folder;
    const known = readdirSync(scenarios, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    throw operationErrors.create("OPERATION_SCENARIO_UNKNOWN", {
      scenario: source.scenario,
      known: known.map(({ name }) => name).join(", "),
    });
  }
  const unusable = (reason: string): Error => operationErrors.create("OPERATION_SOURCE_UNUSABLE", { source: source.path, reason });
  if (!path.isAbsolute(source.path)) throw unusable("the path is not absolute");
  if (!existsSync(path.join(source.path, "package.json"))) throw unusable("there is no package.json");
  return source.path;
}
