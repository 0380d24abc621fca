import { readdirSync, statSync } from "node:fs";
import path from "node:path";

/** A file of the built console. */
export interface ConsoleFile {
  readonly file: string;
  readonly type: string;
  /** Its name carries a hash of its content: it never changes. */
  readonly immutable: boolean;
  readonly etag: string;
  /** Encodings that lie beside it, best first, with their endings. */
  readonly encodings: readonly (readonly [encoding: string, ending: string])[];
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Encodings that a build may leave beside a file. */
const encodings = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/**
 * The files of a built console by their path in an address, such as `/assets/index-1a2b.js`.
 * What is not in the list is not served, whatever path a request names. Names that
 * begin with a dot and types that no page needs stay out.
 */
export function listFiles(folder: string): ReadonlyMap<string, ConsoleFile> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.split(path.sep).join("/"));
  const known = new Set(names);
  const files = new Map<string, ConsoleFile>();
  for (const name of names) {
    const type = types[path.extname(name)];
    const file = path.join(folder, name);
    if (type === undefined || name.split("/").some((part) => part.startsWith("."))) continue;
    const stat = statSync(file);
    if (!stat.isFile()) continue;
    files.set(`/${name}`, {
      file,
      type,
      immutable: name.startsWith("assets/"),
      etag: `W/"${stat.size.toString(36)}-${Math.floor(stat.mtimeMs).toString(36)}"`,
      encodings: encodings.filter(([, ending]) => known.has(`${name}${ending}`)),
    });
  }
  return files;
}
