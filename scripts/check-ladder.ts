// Imports go down the ladder only (ARCHITECTURE.md). Reads every source file of
// packages/, apps/ and scenarios/, compares its @heddle/* imports with the tables below
// and with the package's own package.json, and refuses to pass without having read any.
// Usage: node scripts/check-ladder.ts [ROOT]
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, ".."));

/** What each package may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  network: [],
  fabric: ["network"],
  devnet: ["fabric", "network"],
  store: ["network"],
  runtimes: ["devnet", "network"],
  operations: ["runtimes", "fabric", "store", "network"],
  explorer: ["fabric", "store", "network"],
  api: ["network"],
  server: ["api", "operations", "explorer", "runtimes", "fabric", "store", "network"],
  cli: ["api", "network", "runtimes", "server"],
  console: ["api", "network"],
};

/** What a package loads only when it is needed, or starts as a program: it may name its types, nothing else, statically. */
const lazy: Readonly<Record<string, readonly string[]>> = { cli: ["runtimes", "server"], runtimes: ["devnet"] };

const staticImport = /^(?:import|export)\s+(?!type\b)(?:[^;"']*?\bfrom\s+)?["']@heddle\/([^"'/]+)[^"']*["']/gm;

const importPattern = /(?:from\s+|import\s*\(\s*|import\s+|import\.meta\.resolve\(\s*)["'](@heddle\/[^"']+|\.{1,2}\/[^"']+)["']/g;

interface Finding {
  readonly file: string;
  readonly what: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes(`${path.sep}wire`))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function declaredDependencies(folder: string): Set<string> {
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { dependencies?: Record<string, string> };
  return new Set(Object.keys(manifest.dependencies ?? {}));
}

function check(name: string, folder: string): { files: number; findings: Finding[] } {
  const rule = allowed[name];
  if (rule === undefined) return { files: 0, findings: [{ file: folder, what: `package ${name} has no row in scripts/check-ladder.ts` }] };
  const declared = declaredDependencies(folder);
  const findings: Finding[] = [];
  const files = sourceFiles(path.join(folder, "src"));
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    for (const [, imported = ""] of text.matchAll(staticImport)) {
      if (lazy[name]?.includes(imported) === true) findings.push({ file, what: `${name} may load ${imported} only when it is needed` });
    }
    for (const match of text.matchAll(importPattern)) {
      const target = match[1] ?? "";
      if (target.startsWith(".")) {
        const resolved = path.resolve(path.dirname(file), target);
        if (!resolved.startsWith(folder + path.sep)) findings.push({ file, what: `leaves its package: ${target}` });
        continue;
      }
      const imported = target.split("/")[1] ?? "";
      if (!rule.includes(imported)) findings.push({ file, what: `${name} may not import ${imported}` });
      if (!declared.has(`@heddle/${imported}`)) findings.push({ file, what: `@heddle/${imported} is not in ${name}'s package.json` });
    }
  }
  if (files.length === 0) findings.push({ file: folder, what: "no source files were found" });
  return { files: files.length, findings };
}

/** Scenarios are for people to copy: official libraries only. */
function checkScenario(folder: string): { files: number; findings: Finding[] } {
  const files = sourceFiles(folder).filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
  const ours = files.filter((file) => readFileSync(file, "utf8").includes("@heddle/"));
  return { files: files.length, findings: ours.map((file) => ({ file, what: "a scenario uses official libraries only" })) };
}

function foldersOf(group: string): string[] {
  return readdirSync(path.join(root, group), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(root, group, entry.name));
}

const folders = ["packages", "apps"].flatMap(foldersOf);
const scenarios = foldersOf("scenarios");
const results = [...folders.map((folder) => check(path.basename(folder), folder)), ...scenarios.map(checkScenario)];
const findings = results.flatMap((result) => result.findings);
for (const finding of findings) console.error(`${path.relative(root, finding.file)}: ${finding.what}`);
const files = results.reduce((sum, result) => sum + result.files, 0);
if (files === 0) throw new Error("the ladder check read no files");
console.log(`ladder: ${files} files in ${results.length} packages and scenarios, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
