import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { NodePlace } from "@heddle/runtimes";
import { readPrometheus, type ScrapedSample } from "./prometheus.ts";

// An import of node:http evaluates its WebSocket, which loads all of fetch: 10 MiB and 10 ms.
const { get } = process.getBuiltinModule("node:http");

const SCRAPE_TIMEOUT_MS = 5_000;

/** What a node's Prometheus endpoint shows; undefined where it does not answer. */
export async function scrape({ host, operations }: Pick<NodePlace, "host" | "operations">): Promise<ScrapedSample[] | undefined> {
  try {
    const body = await read(`http://${host}:${operations}/metrics`);
    return body === undefined ? undefined : readPrometheus(body);
  } catch {
    return undefined;
  }
}

/** What stands at a URL of a node; undefined unless it answers 200. */
async function read(url: string): Promise<string | undefined> {
  const request = get(url, { signal: AbortSignal.timeout(SCRAPE_TIMEOUT_MS) });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const body = await text(response);
  return response.statusCode === 200 ? body : undefined;
}
