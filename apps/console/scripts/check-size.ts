// The first load of the console may weigh 250 KB of compressed script: what the entry
// and the list of networks import, with the larger of the two catalogues. Run after a build.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT = 250 * 1000;
const dist = path.resolve(import.meta.dirname, "..", process.argv[2] ?? "dist");

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const manifest = JSON.parse(readFileSync(path.join(dist, ".vite", "manifest.json"), "utf8")) as Record<string, Chunk>;

/** Files that have to be there before the chunks named can run. */
function filesOf(names: readonly string[]): Set<string> {
  const files = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`${name} is not in the build's manifest`);
    if (files.has(chunk.file)) continue;
    files.add(chunk.file);
    open.push(...(chunk.imports ?? []));
  }
  return files;
}

function weigh(files: ReadonlySet<string>): number {
  const scripts = [...files].filter((file) => file.endsWith(".js"));
  if (scripts.length === 0) throw new Error("the build has no scripts to weigh");
  return scripts.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length, 0);
}

const weights = ["src/i18n/en/index.ts", "src/i18n/zh/index.ts"].map((catalogue) =>
  weigh(filesOf(["index.html", "src/networks/networks-page.tsx", catalogue])),
);
const weight = Math.max(...weights);
console.log(`first load: ${(weight / 1000).toFixed(1)} KB of compressed script, at most ${LIMIT / 1000} KB`);
process.exitCode = weight <= LIMIT ? 0 : 1;
