// Every check of `./heddle test`, in order, with one line each and the output of
// what failed. Ends with the plain line "N passed, N failed" over checks and tests.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { summarise } from "./lib/test-report.ts";

const root = path.resolve(import.meta.dirname, "..");
const bin = (name: string): string => path.join(root, "node_modules", ".bin", name);

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** Runs one program, with its output kept for a failure and, where asked, shown as it comes. */
function run(command: string, args: readonly string[], live: boolean): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    const take = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
      chunks.push(chunk);
      if (live) stream.write(chunk);
    };
    child.stdout.on("data", take(process.stdout));
    child.stderr.on("data", take(process.stderr));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8"), seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** Suites that take minutes and programs of their own; `--all` runs them too, as CI does. */
const longer: readonly string[] = ["e2e/browser/**"];

const wanted = process.argv.slice(2).filter((word) => word !== "--all");
const all = wanted.length < process.argv.length - 2;

const checks: ReadonlyArray<readonly [string, string, readonly string[]]> = [
  ["types", bin("tsc"), ["-b"]],
  ["lint", bin("oxlint"), ["--type-aware", "--quiet", "."]],
  ["format", bin("oxfmt"), ["--check", "."]],
  ["ladder", process.execPath, ["scripts/check-ladder.ts"]],
  ["dead code", bin("knip"), ["--no-progress"]],
];

let passed = 0;
let failed = 0;
let skipped = 0;

for (const [name, command, args] of checks) {
  const outcome = await run(command, args, false);
  if (outcome.code === 0) passed += 1;
  else failed += 1;
  console.log(`${outcome.code === 0 ? "ok  " : "FAIL"}  ${name}  ${outcome.seconds.toFixed(1)} s`);
  if (outcome.code !== 0) console.log(outcome.output);
}

const scratch = mkdtempSync(path.join(tmpdir(), "heddle-verify-"));
try {
  const reportFile = path.join(scratch, "report.json");
  const outcome = await run(
    bin("vitest"),
    [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportFile}`,
      ...(all || wanted.length > 0 ? [] : longer.map((suite) => `--exclude=${suite}`)),
      ...wanted,
    ],
    true,
  );
  const chosen = process.argv.some((word) => word === "-t" || word.startsWith("--testNamePattern"));
  const summary = summarise(reportFile, root, chosen);
  passed += summary.passed;
  skipped += summary.skipped;
  // A runner that ended badly counts also where no test failed.
  failed += Math.max(summary.failed, outcome.code === 0 ? 0 : 1) + summary.faults.length;
  for (const skip of summary.skips) console.log(`skipped  ${skip}`);
  for (const fault of summary.faults) console.log(`FAIL  ${fault}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

if (!all && wanted.length === 0) console.log(`not run: ${longer.join(", ")} (./heddle test --all)`);
if (skipped > 0) console.log(`${skipped} skipped, for the reasons above`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
