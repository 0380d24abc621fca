import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { operationErrors } from "../errors.ts";
import { BACKUP_FORMAT, type BackupManifest, type CopiedFile } from "./manifest.ts";

const MANIFEST = "manifest.json";
/** What a backup is called until it is whole. */
const PART = ".part";
/** Ids are folder names: nothing in them leads elsewhere. */
const ID = /^[a-z0-9][a-z0-9-]{0,80}$/;

/** The folder with all backups, one folder each. A backup is there whole or not at all, and never changed afterwards. */
export class BackupShelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Folder of a backup. */
  folder(id: string): string {
    if (!ID.test(id)) throw operationErrors.create("OPERATION_BACKUP_UNKNOWN", { backup: id });
    return path.join(this.#folder, id);
  }

  /** An empty folder to put a backup together in; what an interrupted attempt left there is gone. */
  async begin(id: string): Promise<string> {
    const part = this.folder(id) + PART;
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true, mode: 0o700 });
    return part;
  }

  /** Where {@link begin} said. */
  part(id: string): string {
    return this.folder(id) + PART;
  }

  has(id: string): boolean {
    return existsSync(path.join(this.folder(id), MANIFEST));
  }

  /** Makes a backup of what was put together, with the digests of all files; on disk when it returns. */
  async finish(content: Omit<BackupManifest, "format" | "files" | "digest">): Promise<BackupManifest> {
    const part = this.part(content.id);
    const files = await Promise.all(
      (await filesBelow(part)).map(async (file) => ({ path: file, ...(await digest(path.join(part, file))) })),
    );
    const stated = { format: BACKUP_FORMAT, ...content, files } as const;
    const manifest: BackupManifest = { ...stated, digest: digestOf(stated) };
    await writeFile(path.join(part, MANIFEST), JSON.stringify(manifest, undefined, 2), { mode: 0o600, flush: true });
    for (const file of files) await flush(path.join(part, file.path));
    await rename(part, this.folder(content.id));
    await flush(this.#folder);
    return manifest;
  }

  /** Throws OPERATION_BACKUP_UNKNOWN. */
  requireKnown(id: string): void {
    if (!this.has(id)) throw operationErrors.create("OPERATION_BACKUP_UNKNOWN", { backup: id });
  }

  /** All backups, newest first; those whose manifest cannot be read are left out. */
  async list(): Promise<BackupManifest[]> {
    const names = existsSync(this.#folder) ? await readdir(this.#folder) : [];
    const read = await Promise.all(
      names.filter((name) => ID.test(name) && this.has(name)).map((name) => this.read(name).catch(() => undefined)),
    );
    return read.filter((manifest) => manifest !== undefined).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** Throws OPERATION_BACKUP_UNKNOWN, OPERATION_BACKUP_DAMAGED. */
  async read(id: string): Promise<BackupManifest> {
    this.requireKnown(id);
    const damaged = (reason: string, cause?: unknown): Error =>
      operationErrors.create("OPERATION_BACKUP_DAMAGED", { backup: id, reason }, { cause });
    let manifest: Partial<BackupManifest>;
    try {
      manifest = JSON.parse(await readFile(path.join(this.folder(id), MANIFEST), "utf8")) as Partial<BackupManifest>;
    } catch (cause) {
      throw damaged(`its ${MANIFEST} cannot be read`, cause);
    }
    if (manifest.format !== BACKUP_FORMAT) throw damaged(`it has format ${String(manifest.format)}, this version reads ${BACKUP_FORMAT}`);
    if (manifest.id !== id) throw damaged(`its folder is called ${id}, but it is ${String(manifest.id)}`);
    const { digest: noted, ...stated } = manifest;
    if (noted !== digestOf(stated)) throw damaged(`its ${MANIFEST} was changed`);
    // Only `finish` writes one with such a digest.
    return manifest as BackupManifest;
  }

  /** Compares every file with its digest. Throws OPERATION_BACKUP_UNKNOWN, and OPERATION_BACKUP_DAMAGED for the first that differs, is missing or is one too many. */
  async verify(id: string): Promise<BackupManifest> {
    const manifest = await this.read(id);
    const damaged = (reason: string): Error => operationErrors.create("OPERATION_BACKUP_DAMAGED", { backup: id, reason });
    const present = new Set(await filesBelow(this.folder(id)));
    present.delete(MANIFEST);
    for (const file of manifest.files) {
      if (!present.delete(file.path)) throw damaged(`${file.path} is missing`);
      const { sha256 } = await digest(path.join(this.folder(id), file.path));
      if (sha256 !== file.sha256) throw damaged(`${file.path} was changed`);
    }
    const [more] = present;
    if (more !== undefined) throw damaged(`${more} does not belong to it`);
    return manifest;
  }

  /** Removes a backup, or what an interrupted attempt left of it. */
  async remove(id: string): Promise<void> {
    const gone = `${this.folder(id)}.gone`;
    // Out of the list in one step: half a backup is none.
    if (existsSync(this.folder(id))) await rename(this.folder(id), gone);
    for (const folder of [gone, this.part(id)]) await rm(folder, { recursive: true, force: true });
  }
}

function digestOf(stated: object): string {
  return createHash("sha256").update(JSON.stringify(stated)).digest("hex");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

async function digest(file: string): Promise<Pick<CopiedFile, "bytes" | "sha256">> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { bytes: (await stat(file)).size, sha256: hash.digest("hex") };
}

/** Has a file or folder written to disk. */
async function flush(target: string): Promise<void> {
  const handle = await open(target, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
