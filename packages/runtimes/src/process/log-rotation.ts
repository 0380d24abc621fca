import { constants, copyFileSync, existsSync, readdirSync, renameSync, statSync, truncateSync } from "node:fs";
import path from "node:path";

/** How much of a log is kept: the file that is written to, and older ones beside it. */
export interface LogBounds {
  readonly maxBytes: number;
  /** Older files: `NAME.log.1`, the youngest, to `NAME.log.KEEP`. */
  readonly keep: number;
}

/** Of every node and chaincode: 128 MiB at most, and what is written within one look of the server. */
export const LOG_BOUNDS: LogBounds = { maxBytes: 32 * 1024 * 1024, keep: 3 };

/** The file that a log's content went to when it had grown too large; 1 is the youngest. */
export function olderLog(file: string, index: number): string {
  return `${file}.${index}`;
}

/**
 * Takes the content of every log of a folder that has grown too large to a file beside it, and empties it. The
 * process that writes goes on with the same file, which is open for appending: what it writes in the moment
 * between the copy and the emptying is lost. Interrupted, it leaves lines twice, never a log without them.
 */
export function rotateLogs(folder: string, { maxBytes, keep }: LogBounds = LOG_BOUNDS): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".log"))) {
    const file = path.join(folder, name);
    if (sizeOf(file) <= maxBytes) continue;
    const part = `${file}.part`;
    // A clone where the file system can, so that it takes no time.
    copyFileSync(file, part, constants.COPYFILE_FICLONE);
    for (let index = keep; index > 1; index -= 1) {
      const younger = olderLog(file, index - 1);
      if (existsSync(younger)) renameSync(younger, olderLog(file, index));
    }
    renameSync(part, olderLog(file, 1));
    truncateSync(file);
  }
}

/** Zero for a file that is gone by now. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
