import { EventSourceParserStream } from "eventsource-parser/stream";
import { apiErrors } from "../errors.ts";

/** A response whose body is server-sent events. */
export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/** Reads server-sent events from a response until it ends. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
  if (response.body === null) throw apiErrors.create("API_RESPONSE_INVALID", { url: response.url, reason: "no body" });
  const decoder = new TextDecoderStream();
  const events = response.body.pipeThrough(decoder as ReadableWritablePair<string, Uint8Array>).pipeThrough(new EventSourceParserStream());
  for await (const event of events) yield { id: event.id, data: event.data };
}

/** Waits `milliseconds`, or less if `signal` is aborted; never rejects. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(stop, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
