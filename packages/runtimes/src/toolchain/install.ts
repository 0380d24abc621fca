import { existsSync } from "node:fs";
import { mkdtemp, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { toolchainErrors } from "./errors.ts";
import { ToolchainCache, type Pin, type PinOrigin } from "./cache.ts";
import { fileDigest, givenDigest, listedDigest, publishedDigest } from "./digest.ts";
import { withRoom } from "./disk.ts";
import { discard, download, type Progress } from "./download.ts";
import { exclusively } from "./exclusive.ts";
import { Fetcher, type Patience } from "./fetcher.ts";
import { compiledFor, isProgram, programVersion } from "./program.ts";
import { archiveName, archiveUrl, OFFICIAL, releasePlatform, releaseVersion, type ReleaseSource } from "./release.ts";
import { unpack } from "./unpack.ts";
import { programDigests, requirePinned } from "./verify.ts";

/** What to install, and from where. */
export interface InstallRequest {
  readonly home: string;
  readonly version: string;
  /** A folder of releases on another server; default the official one. */
  readonly mirror?: string | undefined;
  /** A file in place of a download. */
  readonly archive?: string | undefined;
  /** SHA-256 that the archive has to have. */
  readonly sha256?: string | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default the official releases. */
  readonly source?: ReleaseSource | undefined;
  readonly patience?: Patience | undefined;
}

/** What was installed. */
export interface Installed {
  readonly version: string;
  readonly platform: string;
  readonly folder: string;
  /** False where it was there, and is as it was pinned. */
  readonly installed: boolean;
  readonly pin: Pin;
}

/** A digest that the archive has to have. */
interface Expected {
  readonly sha256: string;
  readonly origin: Exclude<PinOrigin, "first use">;
}

/** An archive on this machine. */
interface LocalArchive {
  readonly file: string;
  readonly name: string;
  readonly expected: Expected | undefined;
}

/**
 * Installs a version of Fabric: downloads its archive or takes a local one, checks it against the digest that was
 * given or that the release publishes and against its pin, and puts it in place whole. Without any digest it is
 * pinned from this first use, which {@link Pin.origin} says. Throws the errors of {@link toolchainErrors}; nothing
 * is installed then.
 */
export async function installToolchain(request: InstallRequest): Promise<Installed> {
  const version = releaseVersion(request.version);
  const platform = releasePlatform();
  const sha256 = request.sha256 === undefined ? undefined : givenDigest(request.sha256);
  const source = sourceOf(request);
  const cache = new ToolchainCache(request.home);
  return withRoom(cache.folder, async () => {
    cache.prepare();
    return exclusively(cache.folder, async () => {
      cache.sweep();
      const installation = new Installation({ cache, version, platform, sha256, source, request });
      return installation.run();
    });
  });
}

function sourceOf({ mirror, source = OFFICIAL }: InstallRequest): ReleaseSource {
  if (mirror === undefined) return source;
  if (!URL.canParse(mirror) || !/^https?:$/.test(new URL(mirror).protocol))
    throw toolchainErrors.create("TOOLCHAIN_OPTION_INVALID", {
      option: "--mirror",
      value: mirror,
      expected: "Give an http or https address below which there is vVERSION/hyperledger-fabric-PLATFORM-VERSION.tar.gz.",
    });
  return { base: mirror, api: undefined };
}

interface Parts {
  readonly cache: ToolchainCache;
  readonly version: string;
  readonly platform: string;
  readonly sha256: string | undefined;
  readonly source: ReleaseSource;
  readonly request: InstallRequest;
}

/** One installation, by the one process that may. */
class Installation {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async run(): Promise<Installed> {
    const { cache, version, platform, request } = this.#parts;
    if (cache.isInstalled(version, platform)) return this.#confirm();
    if (request.archive !== undefined) return this.#install(await this.#localArchive(request.archive));
    const fetcher = new Fetcher({ patience: request.patience, signal: request.signal });
    try {
      return await this.#fetch(fetcher);
    } finally {
      await fetcher.close();
    }
  }

  /** What is there already has to be what was pinned, and what is asked for now. */
  async #confirm(): Promise<Installed> {
    const { cache, version, platform, sha256, request } = this.#parts;
    const pin = await requirePinned(cache, version, platform);
    if (sha256 !== undefined) this.#requirePin(sha256);
    if (request.archive !== undefined) this.#requirePin(await readable(request.archive, () => fileDigest(request.archive ?? "")));
    return { version, platform, folder: cache.version(version, platform), installed: false, pin };
  }

  async #fetch(fetcher: Fetcher): Promise<Installed> {
    const { cache, version, platform, sha256, source, request } = this.#parts;
    const published = sha256 === undefined ? await publishedDigest(fetcher, source, version, platform) : undefined;
    const name = archiveName(version, platform);
    const file = cache.download(name);
    await download(fetcher, archiveUrl(source, version, platform), file, request.progress);
    try {
      return await this.#install({ file, name, expected: expectedOf(sha256, published) });
    } finally {
      // Right or wrong, it is complete: there is nothing to go on with.
      if (request.signal?.aborted !== true) discard(file);
    }
  }

  async #localArchive(file: string): Promise<LocalArchive> {
    const name = path.basename(file);
    const beside = `${file}.sha256`;
    const { sha256 } = this.#parts;
    if (sha256 !== undefined || !existsSync(beside)) return { file, name, expected: expectedOf(sha256, undefined) };
    const listed = listedDigest(await readable(beside, () => readFile(beside, "utf8")), name);
    if (listed === undefined)
      throw toolchainErrors.create("TOOLCHAIN_ARCHIVE_UNREADABLE", { archive: beside, reason: "it holds no digest of the archive" });
    return { file, name, expected: expectedOf(undefined, listed) };
  }

  async #install({ file, name, expected }: LocalArchive): Promise<Installed> {
    const { cache, version, platform, request } = this.#parts;
    const found = await readable(file, () => fileDigest(file, request.signal));
    if (expected !== undefined && expected.sha256 !== found)
      throw toolchainErrors.create("TOOLCHAIN_DIGEST_WRONG", { archive: name, found, expected: expected.sha256, origin: expected.origin });
    this.#requirePin(found);
    const staged = await mkdtemp(path.join(cache.staging, "install-"));
    try {
      await unpack(file, staged, name, request.signal);
      await this.#requireUsable(staged, name);
      const programs = await programDigests(staged);
      const pin = cache.pin(version, platform) ?? {
        archive: name,
        sha256: found,
        origin: expected?.origin ?? "first use",
        programs,
        pinnedAt: new Date().toISOString(),
      };
      request.signal?.throwIfAborted();
      cache.setPin(version, platform, pin);
      const folder = cache.version(version, platform);
      await rename(staged, folder);
      await syncFolder(cache.versions);
      return { version, platform, folder, installed: true, pin };
    } finally {
      await rm(staged, { recursive: true, force: true });
    }
  }

  #requirePin(found: string): void {
    const { cache, version, platform } = this.#parts;
    const pin = cache.pin(version, platform);
    if (pin !== undefined && pin.sha256 !== found)
      throw toolchainErrors.create("TOOLCHAIN_PIN_CHANGED", { version, pinned: pin.sha256, found, lock: cache.lockFile });
  }

  /** The programs that nodes are have to be there, for this machine, and of the version that was asked for. */
  async #requireUsable(staged: string, archive: string): Promise<void> {
    const { version, platform } = this.#parts;
    for (const program of ["peer", "orderer"]) {
      const file = path.join(staged, "bin", program);
      if (!isProgram(file)) throw toolchainErrors.create("TOOLCHAIN_PROGRAM_ABSENT", { archive, program });
      const compiled = await compiledFor(file);
      if (compiled !== undefined && compiled !== platform) throw wrongPlatform(archive, compiled, platform);
      const said = await programVersion(file);
      if (said?.platform !== undefined && said.platform !== platform) throw wrongPlatform(archive, said.platform, platform);
      if (said?.version !== version)
        throw toolchainErrors.create("TOOLCHAIN_VERSION_WRONG", { archive, version, found: said?.text ?? "nothing that is a version" });
    }
  }
}

function wrongPlatform(archive: string, found: string, platform: string): Error {
  return toolchainErrors.create("TOOLCHAIN_PLATFORM_WRONG", { archive, found, platform });
}

function expectedOf(given: string | undefined, published: string | undefined): Expected | undefined {
  if (given !== undefined) return { sha256: given, origin: "given" };
  return published === undefined ? undefined : { sha256: published, origin: "published" };
}

/** Reads a file that a person named. Throws TOOLCHAIN_ARCHIVE_UNREADABLE. */
async function readable<Result>(file: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw toolchainErrors.create("TOOLCHAIN_ARCHIVE_UNREADABLE", { archive: file, reason: cause.message }, { cause });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
