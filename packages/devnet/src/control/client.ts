import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { ControlAnswer, ControlRequest } from "./messages.ts";
import { reachSocket } from "./socket.ts";

export type { ControlAnswer, ControlRequest } from "./messages.ts";

/**
 * Asks a running devnet for a change of its nodes and waits until it is done or has failed. Rejects when nobody
 * listens on the socket, when the process ends before it has answered, and with the signal's reason.
 */
export function askDevnet(file: string, request: ControlRequest, signal?: AbortSignal): Promise<ControlAnswer> {
  return reachSocket(file, async (name) => {
    const socket = connect({ path: name });
    const abort = (): void => void socket.destroy(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    signal?.addEventListener("abort", abort, { once: true });
    try {
      signal?.throwIfAborted();
      socket.end(JSON.stringify(request));
      const answer = await text(socket);
      if (answer === "") throw new Error("the nodes ended before the change was done");
      return JSON.parse(answer) as ControlAnswer;
    } finally {
      signal?.removeEventListener("abort", abort);
      socket.destroy();
    }
  });
}
