import { readFile } from "node:fs/promises";
import { addressFile } from "./home.ts";

/** How to reach a server, as it wrote it down. */
export interface ServerAddress {
  readonly pid: number;
  readonly url: string;
  /** What people open in a browser. */
  readonly console: string;
  readonly token: string;
}

/** Reads the address that a server left; `undefined` where there is none, or the file is damaged. */
export async function readAddress(home: string): Promise<ServerAddress | undefined> {
  let text: string;
  try {
    text = await readFile(addressFile(home), "utf8");
  } catch {
    return undefined;
  }
  return parseAddress(text);
}

/** The address in a file's text, if it is one. */
export function parseAddress(text: string): ServerAddress | undefined {
  try {
    const value = JSON.parse(text) as Partial<ServerAddress> | null;
    const { pid, url, token, console = url } = value ?? {};
    if (typeof pid !== "number" || typeof url !== "string" || typeof token !== "string" || !URL.canParse(url)) return undefined;
    return { pid, url, token, console: typeof console === "string" && URL.canParse(console) ? console : url };
  } catch {
    return undefined;
  }
}
