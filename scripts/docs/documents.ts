import { readFileSync } from "node:fs";
import path from "node:path";
import { renderEndpoints } from "./api.ts";
import { renderCommands, renderEnvironment, renderExitCodes } from "./cli.ts";
import { renderErrors } from "./errors.ts";
import { renderConformance, renderDifferences, renderScenarios } from "./fidelity.ts";
import { renderFields, renderSchema } from "./network-file.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** A part of a document that is written by a program, between its two marks. */
const PART = /(<!-- generated: ([\w-]+) -->\n)[^]*?(<!-- end of \2 -->)/g;

const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  commands: renderCommands,
  environment: renderEnvironment,
  "exit-codes": renderExitCodes,
  errors: renderErrors,
  fields: renderFields,
  endpoints: renderEndpoints,
  conformance: renderConformance,
  differences: renderDifferences,
  scenarios: renderScenarios,
};

/** Documents with generated parts. */
export const documents = [
  "docs/api.md",
  "docs/cli.md",
  "docs/devnet-fidelity.md",
  "docs/errors.md",
  "docs/exit-codes.md",
  "docs/network-file.md",
] as const;

/** Where the JSON Schema of the network file is kept. */
export const schemaFile = "schemas/network.schema.json";

/** A file of the repository as it is. */
export function currentText(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

/** Every generated file with the text it ought to have. Throws where a mark names no part, or a document has none. */
export async function generatedFiles(): Promise<{ readonly file: string; readonly text: string }[]> {
  const written = await Promise.all(documents.map(async (file) => ({ file, text: await fill(file, currentText(file)) })));
  return [...written, { file: schemaFile, text: renderSchema() }];
}

async function fill(file: string, text: string): Promise<string> {
  const names = [...text.matchAll(PART)].map(([, , name = ""]) => name);
  if (names.length === 0) throw new Error(`${file} has no generated part`);
  const rendered = new Map<string, string>();
  for (const name of names) {
    const render = parts[name];
    if (render === undefined) throw new Error(`${file} asks for ${name}, which nothing makes`);
    rendered.set(name, await render());
  }
  return text.replaceAll(PART, (_part, begin: string, name: string, end: string) => `${begin}\n${rendered.get(name) ?? ""}\n\n${end}`);
}
