import { statSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { olderLog } from "./log-rotation.ts";
import { pause } from "./table.ts";

/** How often a followed file is looked at, in milliseconds. */
const POLL_MS = 200;
const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;

/** Which lines to read. */
export interface ReadOptions<Item> {
  /** Lines from the end to begin with, of those that `read` keeps. */
  readonly tail: number;
  /** Goes on with the lines that are added, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** What a line becomes; undefined leaves it out. */
  readonly read: (line: string) => Item | undefined;
}

/**
 * The last lines of a log, oldest first, from as many of its older files as it takes, then those that are added. A missing
 * file is empty; one that is rotated goes on, one that is replaced or emptied otherwise begins anew.
 */
export async function* readLines<Item>(file: string, options: ReadOptions<Item>): AsyncGenerator<Item> {
  const { signal, read, tail } = options;
  const begun = await withFile(file, (handle, identity) => readEnd(handle, identity, options));
  const items = begun?.items ?? [];
  yield* await readOlder(file, 1, { ...options, tail: tail - items.length });
  yield* items;
  // Bytes, not text: a character may be cut where a write ends.
  let rest = begun?.rest ?? EMPTY;
  if (!options.follow) {
    yield* kept(rest, read);
    return;
  }
  let at = begun?.identity;
  while (!signal.aborted) {
    const added = await withFile(file, (handle, identity) => readAdded(handle, identity, at));
    if (added !== undefined) {
      const before = added.again && at !== undefined ? await readLeft(file, at) : undefined;
      const lines = splitLines(added.again && before === undefined ? added.bytes : Buffer.concat([rest, before ?? EMPTY, added.bytes]));
      ({ rest } = lines);
      at = added.identity;
      for (const line of lines.whole) yield* kept(line, read);
    }
    try {
      await pause(POLL_MS, signal);
    } catch {
      return;
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** Which file it is and how far it has been read. */
interface Identity {
  readonly inode: number;
  readonly size: number;
  /** The file that its content went to when it was rotated last. */
  readonly older: number | undefined;
}

/** The last lines of older files, oldest first. */
async function readOlder<Item>(file: string, index: number, options: ReadOptions<Item>): Promise<Item[]> {
  if (options.tail <= 0) return [];
  const found = await withFile(olderLog(file, index), (handle, identity) => readEnd(handle, identity, options));
  if (found === undefined) return [];
  const items = [...found.items, ...kept(found.rest, options.read)].slice(-options.tail);
  return [...(await readOlder(file, index + 1, { ...options, tail: options.tail - items.length })), ...items];
}

/** What was added to a file before it was rotated and had not been read; undefined where it was not rotated. */
function readLeft(file: string, { size, older }: Identity): Promise<Buffer | undefined> {
  return withFile(olderLog(file, 1), (handle, now) =>
    now.inode === older || now.size < size ? Promise.resolve(undefined) : readRange(handle, size, now.size),
  );
}

async function withFile<Result>(
  file: string,
  work: (handle: FileHandle, identity: Identity) => Promise<Result>,
): Promise<Result | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch {
    return undefined;
  }
  try {
    const { ino, size } = await handle.stat();
    return await work(handle, { inode: ino, size, older: statSync(olderLog(file, 1), { throwIfNoEntry: false })?.ino });
  } finally {
    await handle.close();
  }
}

async function readAdded(
  handle: FileHandle,
  now: Identity,
  before: Identity | undefined,
): Promise<{ bytes: Buffer; identity: Identity; again: boolean }> {
  const again = before === undefined || before.inode !== now.inode || before.size > now.size || before.older !== now.older;
  const bytes = await readRange(handle, again ? 0 : before.size, now.size);
  const size = (again ? 0 : before.size) + bytes.length;
  return { bytes, identity: { ...now, size }, again };
}

/** Reads backwards from the end, only as far as the lines asked for reach. `rest` is what follows the last newline. */
async function readEnd<Item>(
  handle: FileHandle,
  identity: Identity,
  { tail, read }: ReadOptions<Item>,
): Promise<{ items: Item[]; rest: Buffer; identity: Identity }> {
  const newestFirst: Item[] = [];
  let rest: Buffer | undefined;
  /** What has been read and is no line yet, because the newline before it has not. */
  let pending: Buffer = Buffer.alloc(0);
  const take = (line: Buffer): void => {
    if (rest === undefined) rest = line;
    else newestFirst.push(...kept(line, read));
  };
  const isEnough = (): boolean => rest !== undefined && newestFirst.length >= tail;
  let from = identity.size;
  while (from > 0 && !isEnough()) {
    const to = from;
    from = Math.max(0, to - CHUNK);
    pending = Buffer.concat([await readRange(handle, from, to), pending]);
    for (let cut = pending.lastIndexOf(NEWLINE); cut >= 0 && !isEnough(); cut = pending.lastIndexOf(NEWLINE)) {
      take(pending.subarray(cut + 1));
      pending = pending.subarray(0, cut);
    }
  }
  if (from === 0 && !isEnough()) take(pending);
  return { items: newestFirst.toReversed(), rest: rest ?? Buffer.alloc(0), identity };
}

async function readRange(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.alloc(to - from);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytesRead);
}

function splitLines(bytes: Buffer): { whole: Buffer[]; rest: Buffer } {
  const whole: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    whole.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { whole, rest: bytes.subarray(start) };
}

function kept<Item>(line: Buffer, read: (line: string) => Item | undefined): Item[] {
  if (line.length === 0) return [];
  const item = read(line.toString("utf8"));
  return item === undefined ? [] : [item];
}
