import type { HeddleEvent } from "@heddle/api";
import { useEffect, useState } from "react";
import { client } from "../api/client.ts";
import { noProgress, takeEvents, type Progress } from "./progress.ts";

/** Milliseconds in which events are shown together. */
const FRAME_MS = 50;

/** Milliseconds after which a stream that the server refused is asked for again. */
const AGAIN_MS = 1_000;

/**
 * An operation's progress from its first event on. A reload reads it anew; a
 * connection that breaks, and a server that comes back, go on by Last-Event-ID.
 */
export function useProgress(operation: string): { readonly progress: Progress; readonly lost: boolean } {
  const [progress, setProgress] = useState<Progress>(noProgress);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    let waiting: HeddleEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const show = (): void => {
      timer = undefined;
      const batch = waiting;
      waiting = [];
      setProgress((current) => takeEvents(current, batch));
    };
    setProgress(noProgress);
    const follow = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          // One connection at a time, so that it is seen when it breaks.
          for await (const event of client.events({ query: { operation, after: last } }, { signal: stop.signal, reconnect: false })) {
            last = event.id;
            setLost(false);
            waiting.push(event);
            timer ??= setTimeout(show, FRAME_MS);
          }
        } catch {
          if (!stop.signal.aborted) setLost(true);
        }
        if (!stop.signal.aborted) {
          await new Promise((resolve) => {
            setTimeout(resolve, AGAIN_MS);
          });
        }
      }
    };
    void follow();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [operation]);
  return { progress, lost };
}
