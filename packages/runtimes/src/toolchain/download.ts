import { existsSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Response } from "undici";
import { readJson, writeJson } from "../embedded/files.ts";
import { Transient, reasonOf, type Fetcher } from "./fetcher.ts";
import { isDiskFailure } from "./disk.ts";

/** How far a download is, in bytes; the total where the server tells it. */
export type Progress = (received: number, total: number | undefined) => void;

/** What a part of a file belongs to. */
interface PartNote {
  readonly url: string;
  /** ETag or date by which the server knows the file; a part without one cannot be gone on with. */
  readonly validator: string;
}

/**
 * Downloads a file into `target`, going on with the part that an earlier attempt left there as long as the server
 * still has the same file (RFC 9110: Range with If-Range). The file is complete when this resolves; what it holds
 * is for the caller to check. Throws TOOLCHAIN_RELEASE_UNKNOWN, TOOLCHAIN_DOWNLOAD_FAILED.
 */
export async function download(fetcher: Fetcher, url: string, target: string, progress: Progress = () => undefined): Promise<void> {
  let before = 0;
  const size = (): number => (existsSync(target) ? statSync(target).size : 0);
  await fetcher.retry(
    url,
    async () => {
      before = size();
      await attempt(fetcher, url, target, progress);
    },
    () => size() > before,
  );
}

/** Removes a download and what is noted of it. */
export function discard(target: string): void {
  for (const file of [target, noteOf(target)]) rmSync(file, { force: true });
}

async function attempt(fetcher: Fetcher, url: string, target: string, progress: Progress): Promise<void> {
  const part = resumable(url, target);
  const headers: Record<string, string> = part === undefined ? {} : { range: `bytes=${part.size}-`, "if-range": part.validator };
  const response = await fetcher.get(url, headers, [416]);
  const start = response.status === 206 ? part?.size : 0;
  if (response.status === 416 || start === undefined || !continues(response, start)) {
    await response.body?.cancel();
    discard(target);
    throw new Transient("the server does not go on where the download stopped");
  }
  if (start === 0) rmSync(noteOf(target), { force: true });
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : start + Number(length);
  const received = await receive(fetcher, response, { url, target, start, total, progress });
  if (total !== undefined && received !== total) throw new Transient(`the connection ended after ${received} of ${total} bytes`);
}

/** What is there already, if the server can be asked whether its file is still the same. */
function resumable(url: string, target: string): { readonly size: number; readonly validator: string } | undefined {
  const note = existsSync(target) ? (readJson(noteOf(target)) as PartNote | undefined) : undefined;
  if (note?.url !== url) return undefined;
  const { size } = statSync(target);
  return size === 0 ? undefined : { size, validator: note.validator };
}

/** Whether an answer begins at this byte. */
function continues(response: Response, start: number): boolean {
  if (response.status !== 206) return start === 0;
  return new RegExp(`^bytes ${start}-`).test(response.headers.get("content-range") ?? "");
}

/** If-Range takes strong validators only. */
function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get("etag");
  if (etag !== null && !etag.startsWith("W/")) return etag;
  return headers.get("last-modified") ?? undefined;
}

interface Receiving {
  readonly url: string;
  readonly target: string;
  readonly start: number;
  readonly total: number | undefined;
  readonly progress: Progress;
}

async function receive(fetcher: Fetcher, response: Response, receiving: Receiving): Promise<number> {
  const { url, target, start, total, progress } = receiving;
  const handle = await open(target, start === 0 ? "w" : "a", 0o600);
  let received = start;
  try {
    // Only now: a note of the new file beside bytes of the old one would be gone on with.
    const validator = validatorOf(response);
    if (validator !== undefined) writeJson(noteOf(target), { url, validator } satisfies PartNote);
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      await handle.writeFile(chunk);
      received += chunk.length;
      progress(received, total);
    }
    await handle.sync();
    return received;
  } catch (error) {
    fetcher.signal?.throwIfAborted();
    if (isDiskFailure(error)) throw error;
    throw new Transient(reasonOf(error), { cause: error });
  } finally {
    await handle.close();
  }
}

function noteOf(target: string): string {
  return `${target}.json`;
}
