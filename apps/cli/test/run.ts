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

/** The code of the error a command reported as JSON. */
export function errorCode({ stderr }: Ran): string | undefined {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  return line.startsWith("{") ? (JSON.parse(line) as { error: { code: string } }).error.code : undefined;
}

/** An empty home for the time of a test. */
export function temporaryHome(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-cli-"));
  const before = process.env["HEDDLE_HOME"];
  process.env["HEDDLE_HOME"] = folder;
  return {
    folder,
    remove() {
      if (before === undefined) delete process.env["HEDDLE_HOME"];
      else process.env["HEDDLE_HOME"] = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
