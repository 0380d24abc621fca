import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** A ready example that comes with Heddle. */
export interface ScenarioView {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
}

/** The scenarios in a folder, by name. A folder without a package.json is none. */
export async function listScenarios(folder: string): Promise<ScenarioView[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(entries.filter((entry) => entry.isDirectory()).map(({ name }) => readScenario(folder, name)));
  return found.filter((one) => one !== undefined).toSorted((a, b) => a.name.localeCompare(b.name));
}

async function readScenario(folder: string, name: string): Promise<ScenarioView | undefined> {
  let manifest: { description?: string };
  try {
    manifest = JSON.parse(await readFile(path.join(folder, name, "package.json"), "utf8")) as { description?: string };
  } catch {
    return undefined;
  }
  const words = name.replaceAll("-", " ");
  return { name, title: words.charAt(0).toUpperCase() + words.slice(1), description: manifest.description ?? "", language: "typescript" };
}
