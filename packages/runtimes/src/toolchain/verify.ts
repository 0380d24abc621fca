import { accessSync, constants, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { toolchainErrors } from "./errors.ts";
import { ToolchainCache, type Pin } from "./cache.ts";
import { fileDigest } from "./digest.ts";
import { releasePlatform, releaseVersion } from "./release.ts";

/** One program of an installed version, held against its pin. */
export interface ProgramCheck {
  /** Below the version's folder, such as `bin/peer`. */
  readonly program: string;
  readonly state: "as pinned" | "changed" | "missing" | "not pinned";
}

/** An installed version, held against its pin. */
export interface VersionCheck {
  readonly version: string;
  readonly platform: string;
  readonly folder: string;
  readonly pin: Pin | undefined;
  readonly programs: readonly ProgramCheck[];
}

/** Whether everything of a version is as it was pinned. */
export function isSound({ pin, programs }: VersionCheck): boolean {
  return pin !== undefined && programs.length > 0 && programs.every(({ state }) => state === "as pinned");
}

/** SHA-256 of every file below a folder that can be run, by its path. */
export async function programDigests(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter(isExecutable);
  const digests: Record<string, string> = {};
  for (const file of files.toSorted()) digests[path.relative(folder, file)] = await fileDigest(file);
  return digests;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Holds installed versions, or one of them, against what they were when they were pinned.
 * Throws TOOLCHAIN_NOT_INSTALLED where there is nothing to check.
 */
export async function verifyToolchain(home: string, version?: string): Promise<readonly VersionCheck[]> {
  const cache = new ToolchainCache(home);
  const platform = releasePlatform();
  const wanted = version === undefined ? undefined : releaseVersion(version);
  const versions = cache.installed(platform).filter((one) => wanted === undefined || one === wanted);
  if (versions.length === 0) throw toolchainErrors.create("TOOLCHAIN_NOT_INSTALLED", { version: wanted ?? "of any version" });
  return Promise.all(versions.map((one) => checkVersion(cache, one, platform)));
}

/** The error that says what of some versions is not as it was pinned; undefined where all is. */
export function changeOf(home: string, checks: readonly VersionCheck[]): Error | undefined {
  const faults = checks.flatMap((check) => {
    if (isSound(check)) return [];
    const wrong = check.programs.filter(({ state }) => state !== "as pinned");
    return wrong.map(({ program, state }) => `${program} of ${check.version} (${state})`);
  });
  const [first] = faults;
  const { versions } = new ToolchainCache(home);
  return first === undefined ? undefined : toolchainErrors.create("TOOLCHAIN_CHANGED", { count: faults.length, first, folder: versions });
}

/** The pin of an installed version whose programs are as it says. Throws TOOLCHAIN_CHANGED. */
export async function requirePinned(cache: ToolchainCache, version: string, platform: string): Promise<Pin> {
  const check = await checkVersion(cache, version, platform);
  const error = changeOf(path.dirname(cache.folder), [check]);
  if (error !== undefined) throw error;
  if (check.pin === undefined) throw toolchainErrors.create("TOOLCHAIN_FILE_DAMAGED", { file: cache.lockFile });
  return check.pin;
}

async function checkVersion(cache: ToolchainCache, version: string, platform: string): Promise<VersionCheck> {
  const folder = cache.version(version, platform);
  const pin = cache.pin(version, platform);
  const pinned = pin?.programs ?? {};
  const found = existsSync(folder) ? await programDigests(folder) : {};
  const names = [...new Set([...Object.keys(pinned), ...Object.keys(found)])].toSorted();
  // A folder without a single program is not as anything was pinned.
  const programs = (names.length === 0 ? ["bin/peer"] : names).map((program): ProgramCheck => ({
    program,
    state: stateOf(pinned[program], found[program]),
  }));
  return { version, platform, folder, pin, programs };
}

function stateOf(pinned: string | undefined, found: string | undefined): ProgramCheck["state"] {
  if (found === undefined) return "missing";
  if (pinned === undefined) return "not pinned";
  return pinned === found ? "as pinned" : "changed";
}
