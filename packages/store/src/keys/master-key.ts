import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, open as openFile, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { storeErrors } from "../errors.ts";
import { KEY_BYTES, open, seal } from "./seal.ts";

/**
 * Guards the data keys: a local file here; Vault, a cloud KMS or PKCS#11 fit the
 * same two calls, so the master key itself never has to be in this process.
 */
export interface MasterKeyProvider {
  /** Names the key, without telling anything about it. */
  readonly id: string;
  wrap(dataKey: Uint8Array, context: string): Promise<Uint8Array>;
  unwrap(sealed: Uint8Array, context: string): Promise<Uint8Array>;
}

const PREFIX = "heddle-master-key:v1:";

/**
 * The master key in `file` (mode 0600), made there once: of two processes that
 * try at the same time, both end with the same key.
 *
 * Throws STORE_MASTER_KEY_EXPOSED, STORE_MASTER_KEY_INVALID.
 */
export async function localMasterKey(file: string): Promise<MasterKeyProvider> {
  const key = (await readKey(file)) ?? (await createKey(file));
  const id = createHash("sha256").update("heddle master key id\n").update(key).digest("hex").slice(0, 16);
  return {
    id,
    wrap: (dataKey, context) => Promise.resolve(seal(key, dataKey, context)),
    // oxlint-disable-next-line require-await -- errors have to become rejections
    unwrap: async (sealed, context) => open(key, sealed, context),
  };
}

async function readKey(file: string): Promise<Buffer | undefined> {
  let handle: FileHandle;
  try {
    handle = await openFile(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const mode = (await handle.stat()).mode & 0o777;
    if ((mode & 0o077) !== 0) throw storeErrors.create("STORE_MASTER_KEY_EXPOSED", { file, mode: mode.toString(8) });
    const text = (await handle.readFile("utf8")).trim();
    const key = Buffer.from(text.slice(PREFIX.length), "base64");
    if (!text.startsWith(PREFIX) || key.length !== KEY_BYTES) throw storeErrors.create("STORE_MASTER_KEY_INVALID", { file });
    return key;
  } finally {
    await handle.close();
  }
}

async function createKey(file: string): Promise<Buffer> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const handle = await openFile(temporary, "wx", 0o600);
  try {
    await handle.writeFile(`${PREFIX}${randomBytes(KEY_BYTES).toString("base64")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // Unlike rename, link does not replace: the first process wins, and the file is never seen half written.
    await link(temporary, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  const key = await readKey(file);
  if (key === undefined) throw storeErrors.create("STORE_MASTER_KEY_INVALID", { file });
  return key;
}
