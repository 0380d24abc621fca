import path from "node:path";
import { runtimeErrors } from "../errors.ts";
import { ToolchainCache, type PinOrigin } from "./cache.ts";
import { toolchainErrors } from "./errors.ts";
import { isProgram, locate, programVersion } from "./program.ts";
import { FABRIC_PROGRAMS, fits, releasePlatform, releaseVersion, type FabricProgram } from "./release.ts";
import { requirePinned } from "./verify.ts";

/** Full paths of the programs that nodes are. */
export interface Tools {
  readonly peer: string;
  readonly orderer: string;
}

/** Somewhere programs of Fabric are. */
export interface ToolPlace {
  readonly from: "HEDDLE_FABRIC_BIN" | "installed" | "PATH";
  /** What its peer says, or what was installed; undefined where it says none. */
  readonly version: string | undefined;
  readonly folder: string;
  readonly programs: Readonly<Partial<Record<FabricProgram, string>>>;
  /** Chosen by `heddle toolchain use`. */
  readonly selected: boolean;
  readonly pinned: PinOrigin | undefined;
}

function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

function givenFolder(env: NodeJS.ProcessEnv): string | undefined {
  const given = env["HEDDLE_FABRIC_BIN"] ?? "";
  return given === "" ? undefined : given;
}

function nodePrograms(folders: readonly string[]): Tools | undefined {
  const [peer, orderer] = [locate("peer", folders), locate("orderer", folders)];
  return peer === undefined || orderer === undefined ? undefined : { peer, orderer };
}

/** Finds the programs that nodes are in `HEDDLE_FABRIC_BIN` when that is set, else on PATH. Throws RUNTIME_TOOLS_MISSING. */
export function findTools(env: NodeJS.ProcessEnv = process.env): Tools {
  const given = givenFolder(env);
  const folders = given === undefined ? pathFolders(env) : [given];
  const tools = nodePrograms(folders.filter((folder) => path.isAbsolute(folder)));
  if (tools !== undefined) return tools;
  const missing = ["peer", "orderer"].filter((tool) => locate(tool, folders) === undefined);
  throw runtimeErrors.create("RUNTIME_TOOLS_MISSING", { missing: missing.join(", "), place: given ?? "PATH" });
}

/** The installed version that a network of this `fabricVersion` gets: the selected one where it fits, else the newest. */
function installedFor(cache: ToolchainCache, fabricVersion: string): string | undefined {
  const fitting = cache.installed(platformOrNone()).filter((version) => fits(version, fabricVersion));
  const selected = cache.selected();
  return selected !== undefined && fitting.includes(selected) ? selected : fitting[0];
}

/** What Fabric has no release for has nothing installed either. */
function platformOrNone(): string {
  try {
    return releasePlatform();
  } catch {
    return "none";
  }
}

/**
 * The programs for a network of this `fabricVersion`, such as `3.1`: those in `HEDDLE_FABRIC_BIN`, else an installed
 * version that fits, else those on PATH. A development build, which says no version, is taken at its word.
 * Throws RUNTIME_TOOLS_MISSING, TOOLCHAIN_VERSION_UNFIT.
 */
export async function toolsFor(home: string, fabricVersion: string, env: NodeJS.ProcessEnv = process.env): Promise<Tools> {
  if (givenFolder(env) === undefined) {
    const cache = new ToolchainCache(home);
    const version = installedFor(cache, fabricVersion);
    const tools = version === undefined ? undefined : nodePrograms([cache.bin(version, platformOrNone())]);
    if (tools !== undefined) return tools;
  }
  const tools = findTools(env);
  for (const program of [tools.peer, tools.orderer]) {
    const said = await programVersion(program);
    if (said === undefined || (said.version !== undefined && !fits(said.version, fabricVersion)))
      throw toolchainErrors.create("TOOLCHAIN_VERSION_UNFIT", { wanted: fabricVersion, program, found: said?.text ?? "of no version" });
  }
  return tools;
}

/** Every place with programs of Fabric, in the order in which they are looked for. */
export async function listToolchain(home: string, env: NodeJS.ProcessEnv = process.env): Promise<readonly ToolPlace[]> {
  const cache = new ToolchainCache(home);
  const platform = platformOrNone();
  const selected = cache.selected();
  const given = givenFolder(env);
  const installed = cache.installed(platform).map((version): ToolPlace => ({
    from: "installed",
    version,
    folder: cache.version(version, platform),
    programs: programsIn([cache.bin(version, platform)]),
    selected: version === selected,
    pinned: cache.pin(version, platform)?.origin,
  }));
  const folders = [...new Set(pathFolders(env))].filter((folder) => FABRIC_PROGRAMS.some((name) => isProgram(path.join(folder, name))));
  return [
    ...(given === undefined ? [] : [await foundIn("HEDDLE_FABRIC_BIN", given)]),
    ...installed,
    ...(await Promise.all(folders.map((folder) => foundIn("PATH", folder)))),
  ];
}

async function foundIn(from: "HEDDLE_FABRIC_BIN" | "PATH", folder: string): Promise<ToolPlace> {
  const programs = programsIn([folder]);
  const asked = programs.peer ?? programs.orderer;
  const said = asked === undefined ? undefined : await programVersion(asked);
  return { from, version: said?.version ?? said?.text, folder, programs, selected: false, pinned: undefined };
}

function programsIn(folders: readonly string[]): Partial<Record<FabricProgram, string>> {
  return Object.fromEntries(
    FABRIC_PROGRAMS.flatMap((program) => {
      const file = locate(program, folders);
      return file === undefined ? [] : [[program, file]];
    }),
  );
}

/**
 * Selects the installed version that networks use where several fit.
 * Throws TOOLCHAIN_VERSION_INVALID, TOOLCHAIN_NOT_INSTALLED, TOOLCHAIN_CHANGED.
 */
export async function selectToolchain(home: string, version: string): Promise<{ readonly version: string; readonly folder: string }> {
  const wanted = releaseVersion(version);
  const platform = releasePlatform();
  const cache = new ToolchainCache(home);
  if (!cache.isInstalled(wanted, platform)) throw toolchainErrors.create("TOOLCHAIN_NOT_INSTALLED", { version: wanted });
  await requirePinned(cache, wanted, platform);
  cache.select(wanted);
  return { version: wanted, folder: cache.version(wanted, platform) };
}
