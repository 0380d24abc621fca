import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { z } from "zod";
import type { Home } from "./home.ts";

const schema = z.object({
  pid: z.int(),
  url: z.url(),
  console: z.url().optional(),
  token: z.string().min(1),
  startedAt: z.string(),
  version: z.string(),
});

/** How clients on this machine find the server: its address for them, the console's for people, and the token of its owner. */
export type ServerFile = z.output<typeof schema>;

/** Writes `server.json` (mode 0600) so that a reader sees the old one or the new one, whole. */
export function writeServerFile(home: Home, content: ServerFile): void {
  const temporary = `${home.serverFile}.${process.pid}`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, "wx", 0o600);
  try {
    writeSync(handle, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, home.serverFile);
}

/** What `server.json` says; `undefined` where it is missing or damaged. */
export function readServerFile(home: Pick<Home, "serverFile">): ServerFile | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(home.serverFile, "utf8")));
  } catch {
    return undefined;
  }
}

/** Removes `server.json` if it is this process's. */
export function removeServerFile(home: Home): void {
  if (readServerFile(home)?.pid === process.pid) rmSync(home.serverFile, { force: true });
}
