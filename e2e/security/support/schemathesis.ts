import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const VERSION = "4.32.5";
const FOLDER = path.resolve(import.meta.dirname, "../../../node_modules/.cache", `schemathesis-${VERSION}`);
const PROGRAM = path.join(FOLDER, "bin", "schemathesis");
const run = promisify(execFile);

/** Why Schemathesis cannot run here; `undefined` where it can. Installs it from PyPI once, beside the packages. */
export function whyNoSchemathesis(): string | undefined {
  if (existsSync(path.join(FOLDER, "complete"))) return undefined;
  try {
    execFileSync("python3", ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"], { stdio: "ignore" });
  } catch {
    return "no python3 of 3.10 or newer with venv and pip";
  }
  try {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(path.dirname(FOLDER), { recursive: true });
    execFileSync("python3", ["-m", "venv", FOLDER], { stdio: "ignore" });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `schemathesis==${VERSION}`];
    execFileSync(path.join(FOLDER, "bin", "python3"), pip, { stdio: ["ignore", "ignore", "pipe"] });
    writeFileSync(path.join(FOLDER, "complete"), VERSION);
    return undefined;
  } catch (error) {
    return `pip could not install schemathesis ${VERSION}: ${error instanceof Error ? error.message.slice(-300) : String(error)}`;
  }
}

/** What a run has found (its own JSON report, as far as it is used here). */
export interface Report {
  readonly complete: boolean;
  readonly operations: { readonly selected: number; readonly tested: number; readonly errored: number };
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly unknown[];
  readonly errors: readonly unknown[];
}

/** One run over a live server's OpenAPI document. */
export interface RunOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Values for parameters by their name, whatever operation they belong to. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  readonly checks: readonly string[];
  /** Folder for the configuration and the report. */
  readonly scratch: string;
  readonly timeoutMs: number;
}

/** How invalid input may be refused: as Schemathesis has it, and with 413 where a text is longer than the largest body. */
const REJECTIONS = `[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
`;

/** Runs examples, boundary values and random input, valid and not, over the operations that are not excluded. */
export async function runSchemathesis(options: RunOptions): Promise<{ readonly report: Report; readonly output: string }> {
  const config = path.join(options.scratch, "schemathesis.toml");
  const reportFile = path.join(options.scratch, "report.json");
  rmSync(reportFile, { force: true });
  const parameters = Object.entries(options.parameters ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  writeFileSync(config, `${REJECTIONS}${parameters.length === 0 ? "" : `[parameters]\n${parameters.join("\n")}\n`}`);
  const argv = [
    ["--config-file", config, "run", `${options.url}/api/v1/openapi.json`],
    Object.entries(options.headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    (options.exclude ?? []).flatMap((name) => ["--exclude-operation-id", name]),
    (options.include ?? []).flatMap((name) => ["--include-operation-id", name]),
    ["--checks", options.checks.join(",")],
    ["--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--seed", "1", "--no-shrink", "--continue-on-failure"],
    ["--request-timeout", "30", "--warnings", "off", "--report", "json", "--report-json-path", reportFile],
  ].flat();
  const output = await run(PROGRAM, argv, { cwd: options.scratch, timeout: options.timeoutMs, maxBuffer: 1 << 26 }).then(
    ({ stdout }) => stdout,
    // It ends with 1 where it has found something; the report says what.
    (error: { stdout?: string; message: string }) => `${error.stdout ?? ""}\n${error.message}`,
  );
  if (!existsSync(reportFile)) throw new Error(`there is no report: ${output.slice(-4_000)}`);
  return { report: JSON.parse(await readFile(reportFile, "utf8")) as Report, output };
}
