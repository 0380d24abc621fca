import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { runProgram } from "@heddle/cli";

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stream that keeps what is written to it. */
export function sink(): Writable & { text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString("utf8"));
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join("") });
}

/** Runs one command line in this process. */
export async function heddle(...argv: readonly string[]): Promise<Ran> {
  const stdout = sink();
  const stderr = sink();
  const code = await runProgram(argv, { stdout, stderr });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Throws with what a command wrote, unless it ended with 0. */
export function succeeded({ code, stderr }: Ran): void {
  if (code !== 0) throw new Error(`ended with ${code}:\n${stderr}`);
}

/** The code of the error a command reported as JSON. */
export function errorCode({ stderr }: Ran): string | undefined {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  return line.startsWith("{") ? (JSON.parse(line) as { error: { code: string } }).error.code : undefined;
}

/** An empty home for the time of a test. */
export function temporaryHome(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-cli-"));
  // Any free port: what runs on this machine already keeps the usual one.
  const own: Readonly<Record<string, string>> = { HEDDLE_HOME: folder, HEDDLE_PORT: "0", HEDDLE_CONSOLE: "as-is", HEDDLE_COMMAND: "" };
  const before = Object.keys(own).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, own);
  return {
    folder,
    remove() {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
