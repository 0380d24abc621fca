import { watch } from "node:fs/promises";
import path from "node:path";

/** Files are written in several steps: this long nothing may have changed. Milliseconds. */
const QUIET_MS = 300;
/** Folders whose content is not the person's own. */
const IGNORED = new Set(["node_modules", ".git"]);

/** Yields each time a folder's content has changed and is quiet again, until the signal is aborted. */
export async function* changesOf(folder: string, signal: AbortSignal): AsyncGenerator<string> {
  let changed: string | undefined;
  let news = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const note = (file: string): void => {
    changed = file;
    clearTimeout(timer);
    timer = setTimeout(() => news.resolve(), QUIET_MS);
  };
  const looking = look(folder, signal, note).then(
    () => news.resolve(),
    (error: unknown) => news.reject(error),
  );
  try {
    while (!signal.aborted) {
      await news.promise;
      news = Promise.withResolvers<void>();
      const file = changed;
      changed = undefined;
      if (file !== undefined) yield file;
    }
  } finally {
    clearTimeout(timer);
    await looking;
  }
}

async function look(folder: string, signal: AbortSignal, note: (file: string) => void): Promise<void> {
  try {
    for await (const { filename } of watch(folder, { recursive: true, signal })) {
      if (filename !== null && !filename.split(path.sep).some((part) => IGNORED.has(part))) note(filename);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
