import { EventSourceParserStream } from "eventsource-parser/stream";
import { apiErrors } from "../errors.ts";

/** A response whose body is server-sent events. */
export interface ServerSentEvent {
  readonly id: string | undefined;
  /** `message` where nothing else is said. */
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events from a response until it ends. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
  if (response.body === null) throw apiErrors.create("API_RESPONSE_INVALID", { url: response.url, reason: "no body" });
  const decoder = new TextDecoderStream();
  const events = response.body.pipeThrough(decoder as ReadableWritablePair<string, Uint8Array>).pipeThrough(new EventSourceParserStream());
  // By its reader: not every browser can iterate a stream.
  const reader = events.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield { id: value.id, event: value.event ?? "message", data: value.data };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
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
