import { once } from "node:events";
import { status as grpcStatus, type ServerDuplexStream } from "@grpc/grpc-js";
import { IdentityError } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import { isExpired } from "../endorser/expiry.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { readSeekRange, readSeekRequest, type SeekRange, type SeekRequest } from "./seek.ts";

/** What differs between the streams of peers and orderers. */
export interface DeliverKind<Response> {
  readonly channel: (channelId: string) => ChannelLedger | undefined;
  /** Throws unless the request may read the channel. */
  readonly authorize: (ledger: ChannelLedger, request: SeekRequest) => void;
  readonly status: (status: common.Status) => Response;
  /** The answer for one block, made for this request. */
  readonly block: (ledger: ChannelLedger, number: number, request: SeekRequest, headersOnly: boolean) => Response;
  readonly clock: () => Date;
  readonly logger: Logger;
}

const WINDOW_MS = 15 * 60 * 1000;

/** Most requests, and most bytes of them, that may wait on a stream while one is served; no client of Fabric sends a second one early. */
const WAITING = { requests: 16, bytes: 1024 * 1024 };

/**
 * Serves streams of blocks: reads a request, sends its blocks and a status, waits for the next
 * request. Any status but SUCCESS ends the stream (Fabric: common/deliver/deliver.go). A client that
 * piles up requests is sent away.
 */
export function deliverHandler<Response>(kind: DeliverKind<Response>): (call: ServerDuplexStream<common.Envelope, Response>) => void {
  return (call) => {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    call.on("cancelled", end);
    call.on("error", end);
    call.on("close", end);
    const requests: common.Envelope[] = [];
    let working = false;
    let halfClosed = false;
    const work = async (): Promise<void> => {
      if (working) return;
      working = true;
      for (let envelope = requests.shift(); envelope !== undefined && !ended.signal.aborted; envelope = requests.shift()) {
        const status = await serve(kind, envelope, call, ended.signal);
        if (ended.signal.aborted) return;
        await send(call, kind.status(status), ended.signal);
        if (status !== common.Status.SUCCESS) {
          call.end();
          return;
        }
      }
      working = false;
      if (halfClosed) call.end();
    };
    const start = (): void => {
      work().catch((error: unknown) => {
        if (!ended.signal.aborted) kind.logger.warn({ err: error }, "a stream of blocks failed");
        call.end();
      });
    };
    call.on("data", (envelope: common.Envelope) => {
      if (ended.signal.aborted) return;
      requests.push(envelope);
      start();
      if (!isPiledUp(requests)) return;
      requests.length = 0;
      call.emit("error", { code: grpcStatus.RESOURCE_EXHAUSTED, details: "too many requests wait on this stream of blocks" });
    });
    call.on("end", () => {
      halfClosed = true;
      if (!working) call.end();
    });
  };
}

function isPiledUp(requests: readonly common.Envelope[]): boolean {
  const bytes = requests.reduce((sum, { payload, signature }) => sum + payload.length + signature.length, 0);
  return requests.length > WAITING.requests || bytes > WAITING.bytes;
}

async function serve<Response>(
  kind: DeliverKind<Response>,
  envelope: common.Envelope,
  call: ServerDuplexStream<common.Envelope, Response>,
  signal: AbortSignal,
): Promise<common.Status> {
  const request = readSeekRequest(envelope);
  if (request?.timestampMs === undefined) return common.Status.BAD_REQUEST;
  if (!(Math.abs(kind.clock().getTime() - request.timestampMs) <= WINDOW_MS)) return common.Status.BAD_REQUEST;
  const ledger = kind.channel(request.channelId);
  if (ledger === undefined) return common.Status.NOT_FOUND;
  if (!permitted(kind, ledger, request)) return common.Status.FORBIDDEN;
  const range = readSeekRange(request.data, ledger);
  if (typeof range === "number") return range;
  return sendBlocks(kind, ledger, request, range, call, signal);
}

async function sendBlocks<Response>(
  kind: DeliverKind<Response>,
  ledger: ChannelLedger,
  request: SeekRequest,
  range: SeekRange,
  call: ServerDuplexStream<common.Envelope, Response>,
  signal: AbortSignal,
): Promise<common.Status> {
  let { sequence } = ledger.bundle;
  for (let number = range.start; number <= range.stop; number += 1) {
    if (number >= ledger.height) {
      if (range.failIfNotReady) return common.Status.NOT_FOUND;
      await ledger.waitFor(number + 1, signal);
    }
    // A configuration that takes the right to read away ends the stream.
    if (ledger.bundle.sequence !== sequence) {
      ({ sequence } = ledger.bundle);
      if (!permitted(kind, ledger, request)) return common.Status.FORBIDDEN;
    }
    await send(call, kind.block(ledger, number, request, range.headersOnly), signal);
    signal.throwIfAborted();
  }
  return common.Status.SUCCESS;
}

function permitted<Response>(kind: DeliverKind<Response>, ledger: ChannelLedger, request: SeekRequest): boolean {
  try {
    if (isExpired(request.signed.identity, ledger.bundle.msps, kind.clock())) throw new IdentityError("deliver client identity expired");
    kind.authorize(ledger, request);
    return true;
  } catch (error) {
    kind.logger.info(
      { channel: ledger.channelId, reason: error instanceof Error ? error.message : String(error) },
      "a stream of blocks was refused",
    );
    return false;
  }
}

/** Writes and waits while the client's window is full, so that a long replay does not fill memory. */
async function send<Response>(call: ServerDuplexStream<common.Envelope, Response>, response: Response, signal: AbortSignal): Promise<void> {
  if (!call.write(response)) await once(call, "drain", { signal });
}
