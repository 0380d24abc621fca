import { closeSync, openSync } from "node:fs";
import path from "node:path";

/** Longest path of a Unix socket, with its final zero (unix(7)). */
const MAX_PATH = 108;

/**
 * Calls `use` with a name of a socket that the kernel takes however deep its folder lies: where the path is too long,
 * through a descriptor of the folder, which is open as long as `use` runs.
 */
export async function reachSocket<Result>(file: string, use: (name: string) => Promise<Result>): Promise<Result> {
  if (Buffer.byteLength(file) < MAX_PATH) return use(file);
  const folder = openSync(path.dirname(file), "r");
  try {
    return await use(`/proc/self/fd/${folder}/${path.basename(file)}`);
  } finally {
    closeSync(folder);
  }
}
