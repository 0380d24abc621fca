import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { NodePlace } from "@heddle/runtimes";
import { readPrometheus, type ScrapedSample } from "./prometheus.ts";

// An import of node:http evaluates its WebSocket, which loads all of fetch: 10 MiB and 10 ms.
const { get } = process.getBuiltinModule("node:http");

const SCRAPE_TIMEOUT_MS = 5_000;

/** What a node's Prometheus endpoint shows; undefined where it does not answer. */
export async function scrape(node: Pick<NodePlace, "host" | "operations" | "reach">): Promise<ScrapedSample[] | undefined> {
  const place = metricsOf(node);
  if (place === undefined) return undefined;
  try {
    const body = await read(place.url, place.authority);
    return body === undefined ? undefined : readPrometheus(body);
  } catch {
    return undefined;
  }
}

/** Where a node's metrics are; undefined where that is not known of an imported one. */
export function metricsOf({
  host,
  operations,
  reach,
}: Pick<NodePlace, "host" | "operations" | "reach">): { readonly url: string; readonly authority?: string } | undefined {
  if (reach === undefined) return { url: `http://${host}:${operations}/metrics` };
  return reach.operations && { ...reach.operations, url: new URL("/metrics", reach.operations.url).href };
}

/** What stands at a URL of a node; undefined unless it answers 200. */
async function read(url: string, authority?: string): Promise<string | undefined> {
  const headers = authority === undefined ? {} : { host: authority };
  const request = get(url, { signal: AbortSignal.timeout(SCRAPE_TIMEOUT_MS), headers });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const body = await text(response);
  return response.statusCode === 200 ? body : undefined;
}
