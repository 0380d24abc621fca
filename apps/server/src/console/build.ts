import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { getPriority, setPriority } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stripVTControlCharacters, promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { tryLock } from "../lifetime/lock.ts";
import { consoleErrors } from "./errors.ts";
import { builtStamp, STAMP_FILE } from "./stamp.ts";

/** How often to look whether another process has finished its build. Milliseconds. */
const LOOK_MS = 200;
/** Files smaller than this are not worth compressing. Bytes. */
const SMALL = 1_024;
/** Lines of a failed build's output that its error carries at most. */
const MOST_LINES = 12;
/** Behind the processes of networks. */
const NICE = 10;

/** What to build, and where. */
export interface BuildOptions {
  /** The console's folder, with its sources; the build goes to `dist` in it. */
  readonly folder: string;
  readonly stamp: string;
  readonly signal: AbortSignal;
}

/**
 * Builds the console with Vite in a process of its own, compresses what it made and
 * puts it in the place of the build before in one step. Of several processes one builds.
 *
 * Throws CONSOLE_BUILD_FAILED, or the reason of `signal`.
 */
export async function buildConsole({ folder, stamp, signal }: BuildOptions): Promise<void> {
  const cache = path.join(folder, ".cache");
  const target = path.join(folder, "dist");
  const staging = path.join(cache, `build-${process.pid}`);
  let release: (() => void) | undefined;
  try {
    await mkdir(cache, { recursive: true });
    while ((release = tryLock(path.join(cache, "build.lock"))) === undefined) await pause(LOOK_MS, undefined, { signal });
    if ((await builtStamp(target)) === stamp) return;
    await rm(staging, { recursive: true, force: true });
    await runVite(folder, staging, signal);
    await compress(staging);
    await writeFile(path.join(staging, STAMP_FILE), `${stamp}\n`);
    await replace(target, staging, path.join(cache, `old-${process.pid}`));
  } catch (cause) {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw consoleErrors.create("CONSOLE_BUILD_FAILED", { reason }, { cause });
  } finally {
    await rm(staging, { recursive: true, force: true });
    release?.();
  }
}

function runVite(folder: string, target: string, signal: AbortSignal): Promise<void> {
  const manifest = createRequire(path.join(folder, "package.json")).resolve("vite/package.json");
  const program = path.join(path.dirname(manifest), "bin", "vite.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, "build", "--outDir", target, "--emptyOutDir", "--logLevel", "warn"], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    // Ordinary users may only step further back.
    if (child.pid !== undefined && getPriority(child.pid) < NICE) setPriority(child.pid, NICE);
    let output = "";
    const take = (chunk: Buffer): void => {
      output = `${output}${chunk.toString("utf8")}`.slice(-16_384);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(summarize(output) || `vite ended with ${code}`));
    });
  });
}

/** Lays `.br` and `.gz` beside every text file that gets smaller by it. */
async function compress(folder: string): Promise<void> {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css|svg|json|html|txt|webmanifest)$/.test(name));
  for (const name of names) {
    const file = path.join(folder, name);
    const content = await readFile(file);
    if (content.length < SMALL) continue;
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
    const [br, gz] = await Promise.all([brotli(content, options), zip(content, { level: 9 })]);
    if (br.length < content.length) await writeFile(`${file}.br`, br);
    if (gz.length < content.length) await writeFile(`${file}.gz`, gz);
  }
}

/** Puts `made` where `target` is. */
async function replace(target: string, made: string, old: string): Promise<void> {
  await rm(old, { recursive: true, force: true });
  try {
    await rename(target, old);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  await rename(made, target);
  await rm(old, { recursive: true, force: true });
}

/** What a person needs of Vite's output: where and what, without the way it went through Vite. */
function summarize(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !/^\s+at |^\s*errors: \[|^\}$/.test(line));
  return lines.slice(0, MOST_LINES).join("\n");
}
