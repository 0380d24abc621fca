import { useEffect, useRef, useState } from "react";
import { client } from "../api/client.ts";
import { levelOf, type Level } from "./level.ts";

/** A line as it is shown. */
export interface Line {
  readonly number: number;
  readonly node: string;
  readonly text: string;
  readonly level: Level;
}

/** Lines kept on the page: the newest. */
const KEPT = 5_000;
const TAIL = 500;
/** Milliseconds in which lines are shown together. */
const FRAME_MS = 100;

/** Log lines of a node, or of all, as they are written. While paused, lines wait and none is lost. */
export function useLog(
  network: string,
  node: string | undefined,
  paused: boolean,
): { readonly lines: readonly Line[]; readonly error: unknown } {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [error, setError] = useState<unknown>();
  const hold = useRef(paused);
  hold.current = paused;
  useEffect(() => {
    const stop = new AbortController();
    let waiting: Line[] = [];
    let number = 0;
    const last = new Map<string, Level>();
    setLines([]);
    setError(undefined);
    const timer = setInterval(() => {
      if (waiting.length === 0 || hold.current) return;
      const batch = waiting;
      waiting = [];
      setLines((current) => [...current, ...batch].slice(-KEPT));
    }, FRAME_MS);
    const follow = async (): Promise<void> => {
      try {
        const query = { follow: "true" as const, tail: TAIL, ...(node === undefined ? {} : { node }) };
        for await (const { line, node: from } of client.logs({ params: { name: network }, query }, { signal: stop.signal })) {
          const level = levelOf(line, last.get(from) ?? "info");
          last.set(from, level);
          number += 1;
          waiting.push({ number, node: from, text: line, level });
          if (waiting.length > KEPT) waiting = waiting.slice(-KEPT);
        }
      } catch (cause) {
        if (!stop.signal.aborted) setError(cause);
      }
    };
    void follow();
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [network, node]);
  return { lines, error };
}
