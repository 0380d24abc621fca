// Imports go down the ladder only (ARCHITECTURE.md). Reads every source file of
// packages/ and apps/, compares its @heddle/* imports with the table below and
// with the package's own package.json, and refuses to pass without having read any.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");

/** What each package may import. `static` imports of a lazily loaded package are refused too. */
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
  cli: ["api", "network", "server"],
  console: ["api", "network"],
};

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
    for (const match of readFileSync(file, "utf8").matchAll(importPattern)) {
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

const folders = ["packages", "apps"].flatMap((group) =>
  readdirSync(path.join(root, group), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(root, group, entry.name)),
);
const results = folders.map((folder) => check(path.basename(folder), folder));
const findings = results.flatMap((result) => result.findings);
for (const finding of findings) console.error(`${path.relative(root, finding.file)}: ${finding.what}`);
const files = results.reduce((sum, result) => sum + result.files, 0);
if (files === 0) throw new Error("the ladder check read no files");
console.log(`ladder: ${files} files in ${folders.length} packages, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
