import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const TIMEOUT_MS = 20_000;
const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x3e, "amd64"],
  [0xb7, "arm64"],
]);

/** What a program of Fabric says of itself. */
export interface ProgramVersion {
  /** Without its `v`; undefined where it does not say one, as a development build. */
  readonly version: string | undefined;
  /** As it says it: `v3.1.1`, or `latest`. */
  readonly text: string;
  /** Such as `linux-amd64`. */
  readonly platform: string | undefined;
}

/** Whether a file is there and may be run. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first folder's program of that name. */
export function locate(program: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => path.join(folder, program)).find(isProgram);
}

const known = new Map<string, Promise<ProgramVersion | undefined>>();

/**
 * Asks `peer` or `orderer` for its version (Fabric: cmd/common, `PROGRAM version`); undefined where it cannot be run.
 * A file that has not changed is asked once.
 */
export function programVersion(file: string): Promise<ProgramVersion | undefined> {
  let facts: string;
  try {
    const { mtimeMs, size, ino } = statSync(file);
    facts = `${file} ${mtimeMs} ${size} ${ino}`;
  } catch {
    return Promise.resolve(undefined);
  }
  const asked = known.get(facts) ?? askVersion(file);
  known.set(facts, asked);
  return asked;
}

async function askVersion(file: string): Promise<ProgramVersion | undefined> {
  try {
    const { stdout } = await promisify(execFile)(file, ["version"], {
      env: { PATH: process.env["PATH"] ?? "" },
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const [, text] = /^\s*Version:\s*(\S+)\s*$/m.exec(stdout) ?? [];
    if (text === undefined) return undefined;
    const [, version] = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(text) ?? [];
    const [, platform] = /^\s*OS\/Arch:\s*(\S+)\s*$/m.exec(stdout) ?? [];
    return { version, text, platform: platform?.replace("/", "-") };
  } catch {
    return undefined;
  }
}

/**
 * The platform that a program is compiled for, from its first bytes; undefined for what is not compiled, such as
 * a script. Read before it is run: a shell makes no sense of a foreign program, but tries.
 */
export async function compiledFor(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(20), 0, 20, 0);
    if (bytesRead < 20) return undefined;
    const magic = buffer.readUInt32BE(0);
    if (magic === 0x7f_45_4c_46) return `linux-${MACHINES.get(buffer.readUInt16LE(18)) ?? "another processor"}`;
    if (magic === 0xcf_fa_ed_fe) return `darwin-${buffer.readUInt32LE(4) === 0x01_00_00_0c ? "arm64" : "amd64"}`;
    return buffer.toString("latin1", 0, 2) === "MZ" ? "windows" : undefined;
  } finally {
    await handle.close();
  }
}
