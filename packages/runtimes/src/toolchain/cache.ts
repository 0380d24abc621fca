import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { readJson, writeJson } from "../embedded/files.ts";
import { toolchainErrors } from "./errors.ts";
import { compareVersions, releaseVersion } from "./release.ts";

/** How an archive's digest came to be known when it was pinned. */
export type PinOrigin = "given" | "published" | "first use";

/** What a version was when it was first installed; every later installation and check compares with it. */
export interface Pin {
  readonly archive: string;
  /** SHA-256 of the archive. */
  readonly sha256: string;
  readonly origin: PinOrigin;
  /** SHA-256 of each file of the release that can be run, by its path below the version's folder. */
  readonly programs: Readonly<Record<string, string>>;
  readonly pinnedAt: string;
}

interface LockFile {
  readonly pins?: Readonly<Record<string, Pin>>;
}

/**
 * Where installed versions are below `HEDDLE_HOME`: `toolchain/versions/VERSION-PLATFORM`, each put there whole by a
 * rename, so that a folder of that name is an installed version and nothing else is. Pins are kept beside, and
 * outlive what they pin.
 */
export class ToolchainCache {
  readonly folder: string;

  constructor(home: string) {
    this.folder = path.join(home, "toolchain");
  }

  get versions(): string {
    return path.join(this.folder, "versions");
  }

  get lockFile(): string {
    return path.join(this.folder, "lock.json");
  }

  get #selectionFile(): string {
    return path.join(this.folder, "selected.json");
  }

  /** What an installation is made in until it is complete. */
  get staging(): string {
    return path.join(this.folder, "staging");
  }

  download(archive: string): string {
    return path.join(this.folder, "downloads", `${archive}.part`);
  }

  version(version: string, platform: string): string {
    return path.join(this.versions, `${version}-${platform}`);
  }

  bin(version: string, platform: string): string {
    return path.join(this.version(version, platform), "bin");
  }

  /** Makes the folders. */
  prepare(): void {
    for (const folder of [this.versions, this.staging, path.join(this.folder, "downloads")])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Removes what interrupted installations left. Only for who holds the lock. */
  sweep(): void {
    rmSync(this.staging, { recursive: true, force: true });
    mkdirSync(this.staging, { mode: 0o700 });
  }

  isInstalled(version: string, platform: string): boolean {
    return existsSync(this.version(version, platform));
  }

  /** Installed versions for a platform, the newest first. */
  installed(platform: string): readonly string[] {
    if (!existsSync(this.versions)) return [];
    const ending = `-${platform}`;
    return readdirSync(this.versions)
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .filter(isVersion)
      .toSorted((left, right) => compareVersions(right, left));
  }

  /** Throws TOOLCHAIN_FILE_DAMAGED. */
  pin(version: string, platform: string): Pin | undefined {
    return this.#pins()[`${version}-${platform}`];
  }

  setPin(version: string, platform: string, pin: Pin): void {
    writeJson(this.lockFile, { pins: { ...this.#pins(), [`${version}-${platform}`]: pin } } satisfies LockFile);
  }

  #pins(): Readonly<Record<string, Pin>> {
    return (read(this.lockFile) as LockFile | undefined)?.pins ?? {};
  }

  /** The version that is used where several fit. Throws TOOLCHAIN_FILE_DAMAGED. */
  selected(): string | undefined {
    const selection = read(this.#selectionFile) as { readonly version?: unknown } | undefined;
    return typeof selection?.version === "string" ? selection.version : undefined;
  }

  select(version: string): void {
    writeJson(this.#selectionFile, { version });
  }
}

function isVersion(text: string): boolean {
  try {
    return releaseVersion(text) === text;
  } catch {
    return false;
  }
}

function read(file: string): unknown {
  try {
    const value = readJson(file);
    // What is there and cannot be read is not the same as what is not there: a pin must not be forgotten so.
    if (value === undefined ? !existsSync(file) : typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw toolchainErrors.create("TOOLCHAIN_FILE_DAMAGED", { file }, { cause });
  }
  throw toolchainErrors.create("TOOLCHAIN_FILE_DAMAGED", { file });
}
