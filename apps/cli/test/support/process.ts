import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Ran } from "./run.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

/** The command line as a process of its own. */
export interface HeddleProcess {
  readonly child: ChildProcess;
  /** What it has written so far. */
  text(): { readonly stdout: string; readonly stderr: string };
  /** Resolves when what it wrote matches; rejects when it ends before. */
  wrote(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Ran>;
}

/** Where and as whom commands run. */
export interface Place {
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** User and group. */
  readonly user?: number;
  /** Whether something will be typed, to `child.stdin`; nothing otherwise. */
  readonly typed?: boolean;
}

/** The words that start the command from its source, as the wrapper does. */
export const heddleCommand: readonly string[] = [
  process.execPath,
  "--conditions=@heddle/source",
  "--disable-warning=ExperimentalWarning",
  path.join(root, "apps/cli/src/main.ts"),
];

/** What would change what a command says, wherever the tests run: Node shows no colours where `CI` is set, even on a terminal. */
const DECIDED_HERE = ["CI", "FORCE_COLOR", "NO_COLOR", "NODE_DISABLE_COLORS", "NODE_OPTIONS", "HEDDLE_COMMAND"];

/** Starts a program with a home of its own and no terminal. */
export function startProgram(
  command: readonly string[],
  { home, environment = {}, folder = home, user, typed = false }: Place,
): HeddleProcess {
  const inherited = { ...process.env };
  for (const name of DECIDED_HERE) delete inherited[name];
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...inherited, HEDDLE_HOME: home, HEDDLE_PORT: "0", HEDDLE_CONSOLE: "as-is", ...environment },
    stdio: [typed ? "pipe" : "ignore", "pipe", "pipe"],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const written = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (written.stdout += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (written.stderr += chunk.toString("utf8")));
  let over = false;
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      over = true;
      resolve({ code: code ?? (signal === null ? -1 : 128), ...written });
    });
  });
  return {
    child,
    text: () => written,
    async wrote(pattern) {
      while (!pattern.test(`${written.stdout}${written.stderr}`)) {
        if (over) throw new Error(`ended without writing ${pattern}:\n${written.stdout}${written.stderr}`);
        await pause(10);
      }
    },
    ended,
  };
}

/** Starts a command line of `heddle`. */
export function startHeddle(argv: readonly string[], place: Place): HeddleProcess {
  return startProgram([...heddleCommand, ...argv], place);
}

/** Runs a command line of `heddle` to its end. */
export function runHeddle(argv: readonly string[], place: Place): Promise<Ran> {
  return startHeddle(argv, place).ended;
}

/** An empty folder for the time of a test. */
export function temporaryFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-cli-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
