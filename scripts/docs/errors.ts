import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { ErrorCatalogue, ErrorDescriptor } from "@heddle/network";
import { code, markdownTable } from "./table.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** The catalogues of one file. */
export interface CatalogueFile {
  /** Package, such as `packages/store`. */
  readonly owner: string;
  readonly file: string;
  readonly descriptors: Readonly<Record<string, ErrorDescriptor>>;
}

/** The source files of every package and application, the generated ones left out. */
export function sourceFiles(): string[] {
  const folders = ["packages", "apps"].flatMap((group) =>
    readdirSync(path.join(root, group)).map((name) => path.join(root, group, name, "src")),
  );
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes(`${path.sep}wire`))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Loads every file that defines errors; none can be forgotten. Throws where one exports no catalogue. */
export async function errorCatalogues(): Promise<CatalogueFile[]> {
  const defining = sourceFiles().filter((file) => /=\s*defineErrors\(/.test(readFileSync(file, "utf8")));
  const files = await Promise.all(
    defining.map(async (file): Promise<CatalogueFile> => {
      const exported = Object.values((await import(file)) as Record<string, unknown>).filter(isCatalogue);
      if (exported.length === 0) throw new Error(`${file} exports no catalogue of errors`);
      const relative = path.relative(root, file);
      const descriptors = Object.assign({}, ...exported.map((catalogue) => catalogue.descriptors)) as CatalogueFile["descriptors"];
      return { owner: relative.split(path.sep).slice(0, 2).join("/"), file: relative, descriptors };
    }),
  );
  if (files.length === 0) throw new Error("no catalogue of errors was found");
  return files.toSorted((left, right) => left.file.localeCompare(right.file));
}

function isCatalogue(value: unknown): value is ErrorCatalogue<Record<string, ErrorDescriptor>> {
  return typeof value === "object" && value !== null && "descriptors" in value && "create" in value;
}

/** The tables of docs/errors.md: one for each package. */
export async function renderErrors(): Promise<string> {
  const owners = Map.groupBy(await errorCatalogues(), ({ owner }) => owner);
  const sections = [...owners].map(([owner, files]) => {
    const rows = files
      .flatMap(({ descriptors }) => Object.entries(descriptors))
      .toSorted(([left], [right]) => left.localeCompare(right))
      .map(([name, { status, message, next }]) => [code(name), String(status), plain(message), plain(next)]);
    return `## ${owner}\n\n${markdownTable(["code", "status", "what happened", "what to do"], rows)}`;
  });
  return sections.join("\n\n");
}

/** Tags such as `{network}` are filled in when the error is made. */
function plain(text: string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_tag, name: string) => name.toUpperCase()).replaceAll("<", "&lt;");
}
