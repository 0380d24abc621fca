import type { HeddleEvent } from "@heddle/api";
import { useEffect } from "react";
import { client } from "./client.ts";
import { queryClient } from "./queries.ts";

const CHANNEL = "heddle-events";

/** Milliseconds in which many changes become one refresh. */
const SETTLE_MS = 150;

/**
 * Keeps what is shown true: events of the server mark queries as stale.
 *
 * A browser opens six connections to one origin, and a stream holds one; so of
 * all tabs one follows the server and tells the others.
 */
export function useServerEvents(): void {
  useEffect(() => {
    const stop = new AbortController();
    const channel = new BroadcastChannel(CHANNEL);
    channel.addEventListener("message", ({ data }: MessageEvent<HeddleEvent>) => mark(data));
    void lead(channel, stop.signal);
    return () => {
      stop.abort();
      channel.close();
    };
  }, []);
}

async function lead(channel: BroadcastChannel, signal: AbortSignal): Promise<void> {
  const run = async (): Promise<void> => {
    for (;;) {
      try {
        for await (const event of client.events({}, { signal })) {
          channel.postMessage(event);
          mark(event);
        }
      } catch {
        // No answer yet, or no session: tried again, and what was missed is asked for anew.
      }
      if (signal.aborted) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 2_000);
      });
      if (signal.aborted) return;
      await queryClient.invalidateQueries();
    }
  };
  try {
    await navigator.locks.request(CHANNEL, { signal }, run);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const stale = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function mark(event: HeddleEvent): void {
  if (event.type === "step.log" || event.type === "step.progress") return;
  if (event.type !== "step.changed") stale.add("networks").add("operations").add("backups");
  if (event.network !== undefined && event.type !== "step.changed")
    stale.add(`network/${event.network}`).add(`certificates/${event.network}`);
  if (event.operation !== undefined) stale.add(`operation/${event.operation}`);
  timer ??= setTimeout(() => {
    timer = undefined;
    for (const key of stale) void queryClient.invalidateQueries({ queryKey: key.split("/") });
    stale.clear();
  }, SETTLE_MS);
}
