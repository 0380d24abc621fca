import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import type { StreamError, StreamItem } from "@heddle/api";
import type { z } from "zod";

/** Milliseconds between comments that keep a quiet connection open. */
const PING_MS = 15_000;

/** Headers of a stream of server-sent events. */
export const streamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
} as const;

interface StreamOptions {
  readonly signal: AbortSignal;
  /** What to tell the reader of a stream that breaks off. */
  readonly onError: (error: unknown) => StreamError;
  readonly onEnd: () => void;
}

/**
 * Items as server-sent events; waits for slow readers; ends with the items, or when `signal` is aborted.
 * The status is sent by then, so a failure becomes an event called `error`.
 */
export function toEventStream(items: AsyncIterable<StreamItem<unknown>>, schema: z.ZodType, options: StreamOptions): PassThrough {
  const output = new PassThrough();
  void write(items, schema, output, options);
  return output;
}

async function write(
  items: AsyncIterable<StreamItem<unknown>>,
  schema: z.ZodType,
  output: PassThrough,
  { signal, onError, onEnd }: StreamOptions,
): Promise<void> {
  // Sent at once, so that the client sees that the stream is open.
  output.write(": open\n\n");
  const ping = setInterval(() => output.write(": ping\n\n"), PING_MS);
  try {
    for await (const { id, value } of items) {
      if (signal.aborted) break;
      const data = JSON.stringify(schema.parse(value));
      const more = output.write(`${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`);
      if (!more) await once(output, "drain", { signal });
    }
  } catch (error) {
    if (!signal.aborted) output.write(`event: error\ndata: ${JSON.stringify(onError(error))}\n\n`);
  } finally {
    clearInterval(ping);
    onEnd();
    output.end();
  }
}

/** Aborted when the client goes away, or with `closing`. */
export function connectionSignal(response: ServerResponse, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return AbortSignal.any([gone.signal, closing]);
}
