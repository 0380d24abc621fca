import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { isHeddleError } from "@heddle/network";
import { extract, type Extract } from "tar-stream";
import { toolchainErrors } from "./errors.ts";
import { isDiskFailure } from "./disk.ts";
import { reasonOf } from "./fetcher.ts";

/** A release has about 20 files of together 300 MB; more than this is none. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 2_000_000_000;

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

/**
 * Unpacks a release archive into an empty folder. It takes files and folders below that folder and nothing else: a
 * release has no links, and a link is how an archive writes elsewhere. Throws TOOLCHAIN_ARCHIVE_UNSAFE and
 * TOOLCHAIN_ARCHIVE_DAMAGED; what was written until then is left for the caller to remove.
 * @param name what the archive is called in errors.
 */
export async function unpack(archive: string, folder: string, name: string, signal?: AbortSignal): Promise<void> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries, { signal });
  // Whoever reads the entries hears of it; this only keeps the process from taking it for forgotten.
  reading.catch(() => undefined);
  let count = 0;
  let bytes = 0;
  try {
    for await (const entry of entries) {
      count += 1;
      bytes += entry.header.size;
      if (count > MAX_ENTRIES || bytes > MAX_BYTES) throw unsafe(name, "it is larger than any release");
      await writeEntry(entry, folder, name);
    }
    await reading;
  } catch (error) {
    entries.destroy();
    signal?.throwIfAborted();
    if (isHeddleError(error) || isDiskFailure(error)) throw error;
    throw toolchainErrors.create("TOOLCHAIN_ARCHIVE_DAMAGED", { archive: name, reason: reasonOf(error) }, { cause: error });
  }
  if (count === 0) throw toolchainErrors.create("TOOLCHAIN_ARCHIVE_DAMAGED", { archive: name, reason: "it is empty" });
}

async function writeEntry(entry: Entry, folder: string, archive: string): Promise<void> {
  const { name, type, mode } = entry.header;
  const target = placeOf(name, folder, archive);
  if (type === "directory") {
    entry.resume();
    await mkdir(target, { recursive: true, mode: 0o755 });
    return;
  }
  if (type !== "file" && type !== "contiguous-file") throw unsafe(archive, `${shown(name)} is a ${type}`);
  if (target === folder) throw unsafe(archive, `${shown(name)} is no name of a file`);
  await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
  // Never over another: two entries of one name are how a harmless file becomes something else.
  const handle = await open(target, "wx", (mode & 0o111) === 0 ? 0o644 : 0o755).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw unsafe(archive, `it has ${shown(name)} twice`);
    throw error;
  });
  try {
    for await (const chunk of entry) await handle.writeFile(chunk as Uint8Array);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Where an entry goes. Throws TOOLCHAIN_ARCHIVE_UNSAFE for every name that leads out of the folder, or might. */
function placeOf(name: string, folder: string, archive: string): string {
  const words = name.split("/").filter((word) => word !== "" && word !== ".");
  if (name.startsWith("/") || words.some((word) => word === ".." || /[\\\0:]/.test(word)))
    throw unsafe(archive, `${shown(name)} leads out of its folder`);
  return path.join(folder, ...words);
}

function unsafe(archive: string, reason: string): Error {
  return toolchainErrors.create("TOOLCHAIN_ARCHIVE_UNSAFE", { archive, reason });
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
