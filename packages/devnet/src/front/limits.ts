import { status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { clipText } from "./status-text.ts";

/** Most calls of a service at one time (Fabric: internal/peer/node/grpc_limiters.go). */
export const LIMITS = { endorser: 2500, deliver: 2500, gateway: 500 } as const;

/** Counts the calls of one service. */
export class CallLimit {
  readonly #service: string;
  readonly #limit: number;
  #running = 0;

  constructor(service: string, limit: number) {
    this.#service = service;
    this.#limit = limit;
  }

  /** Takes a place. Returns the error that a call gets when there is none. */
  enter(): { code: status; details: string } | undefined {
    if (this.#running >= this.#limit) {
      return { code: status.UNKNOWN, details: `too many requests for /${this.#service}, exceeding concurrency limit (${this.#limit})` };
    }
    this.#running += 1;
    return undefined;
  }

  /** Gives the place back. */
  leave(): void {
    this.#running -= 1;
  }
}

/** A unary handler from an async function, within a limit. What it throws becomes the call's error. */
export function unary<Request, Response>(
  limit: CallLimit,
  handle: (request: Request, call: ServerUnaryCall<Request, Response>) => Promise<Response>,
  describe: (error: unknown) => Parameters<sendUnaryData<Response>>[0] = describeUnknown,
): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
  const answer = async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): Promise<void> => {
    try {
      callback(null, await handle(call.request, call));
    } catch (error) {
      callback(describe(error));
    } finally {
      limit.leave();
    }
  };
  return (call, callback) => {
    const refused = limit.enter();
    if (refused !== undefined) {
      callback(refused);
      return;
    }
    void answer(call, callback);
  };
}

/** A streaming call, as far as its place has to be taken and given back. */
interface StreamingCall {
  once(event: "close" | "finish" | "cancelled" | "error", listener: () => void): unknown;
  emit(event: "error", error: { code: status; details: string }): boolean;
}

/** A handler of streams within a limit: a stream keeps its place until either side ends it. */
export function streaming<Call extends StreamingCall>(limit: CallLimit, handle: (call: Call) => void): (call: Call) => void {
  return (call) => {
    const refused = limit.enter();
    if (refused !== undefined) {
      call.emit("error", refused);
      return;
    }
    let over = false;
    const leave = (): void => {
      if (!over) limit.leave();
      over = true;
    };
    for (const event of ["close", "finish", "cancelled", "error"] as const) call.once(event, leave);
    handle(call);
  };
}

/** Go's default for an error without a status: UNKNOWN with its text. */
export function describeUnknown(error: unknown): { code: status; details: string } {
  return { code: status.UNKNOWN, details: clipText(error instanceof Error ? error.message : String(error)) };
}
