import { open, stat } from "node:fs/promises";
import { pause } from "./table.ts";

/** How often a followed file is looked at, in milliseconds. */
const POLL_MS = 200;
const CHUNK = 256 * 1024;

/** The lines of a file from the last `tail` on; with `follow`, also those that are added, until the signal. A missing file is empty. */
export async function* readLines(file: string, options: { tail: number; follow: boolean; signal: AbortSignal }): AsyncGenerator<string> {
  let position = 0;
  let rest = "";
  for (let first = true; ; first = false) {
    const lines: string[] = [];
    for (;;) {
      const chunk = await readChunk(file, position);
      if (chunk.length === 0) break;
      position += chunk.length;
      const parts = (rest + chunk.toString("utf8")).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      if (first && lines.length > options.tail) lines.splice(0, lines.length - options.tail);
    }
    yield* first && options.tail === 0 ? [] : lines;
    if (!options.follow || options.signal.aborted) return;
    try {
      await pause(POLL_MS, options.signal);
    } catch {
      return;
    }
    if ((await size(file)) < position) position = 0;
  }
}

async function size(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}

async function readChunk(file: string, position: number): Promise<Buffer> {
  let handle;
  try {
    handle = await open(file, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const buffer = Buffer.alloc(CHUNK);
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
