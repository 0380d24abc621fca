import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** What the console is built from, below the repository's root: folders and files. */
const sources = [
  "apps/console/index.html",
  "apps/console/package.json",
  "apps/console/public",
  "apps/console/src",
  "apps/console/vite.config.ts",
  "packages/api/package.json",
  "packages/api/src",
  "packages/network/package.json",
  "packages/network/src",
  "package-lock.json",
] as const;

/** Name of the file in a build that says what it was built from. */
export const STAMP_FILE = ".heddle-stamp";

/** SHA-256 over the names and contents of everything the console is built from; `undefined` where the sources are not there. */
export async function sourceStamp(root: string): Promise<string | undefined> {
  const files = (await Promise.all(sources.map((name) => filesBelow(root, name)))).flat().toSorted();
  if (!files.includes("apps/console/vite.config.ts")) return undefined;
  const hash = createHash("sha256");
  for (const name of files) {
    const content = await readFile(path.join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** What a build says it was built from; `undefined` where there is none. */
export async function builtStamp(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(path.join(folder, STAMP_FILE), "utf8")).trim();
  } catch {
    return undefined;
  }
}

async function filesBelow(root: string, name: string): Promise<string[]> {
  try {
    const entries = await readdir(path.join(root, name), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTDIR") return [name];
    if (code === "ENOENT") return [];
    throw error;
  }
}
