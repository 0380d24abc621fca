import { fromBinary } from "@bufbuild/protobuf";
import type { SignedData } from "@heddle/fabric";
import { common, orderer } from "@heddle/fabric/wire";
import type { ChannelLedger } from "../ledger/ledger.ts";

/** A request for blocks, read. */
export interface SeekRequest {
  readonly channelId: string;
  readonly signed: SignedData;
  readonly timestampMs: number | undefined;
  readonly tlsCertHash: Uint8Array;
  /** SeekInfo bytes, still to be decoded: Fabric looks for the channel first. */
  readonly data: Uint8Array;
}

/** Reads the envelope of a request. Undefined when it is malformed. */
export function readSeekRequest(envelope: common.Envelope): SeekRequest | undefined {
  try {
    const payload = fromBinary(common.PayloadSchema, envelope.payload);
    if (payload.header === undefined) return undefined;
    const header = fromBinary(common.ChannelHeaderSchema, payload.header.channelHeader);
    const { creator } = fromBinary(common.SignatureHeaderSchema, payload.header.signatureHeader);
    const { timestamp } = header;
    return {
      channelId: header.channelId,
      signed: { data: envelope.payload, identity: creator, signature: envelope.signature },
      timestampMs: timestamp === undefined ? undefined : Number(timestamp.seconds) * 1000 + timestamp.nanos / 1e6,
      tlsCertHash: header.tlsCertHash,
      data: payload.data,
    };
  } catch {
    return undefined;
  }
}

/** Which blocks to send: numbers, both included. */
export interface SeekRange {
  readonly start: number;
  readonly stop: number;
  readonly failIfNotReady: boolean;
  /** Blocks without their data, for followers that check headers only. */
  readonly headersOnly: boolean;
}

/** Reads SeekInfo against the height of a ledger. A status when it cannot be served (Fabric: common/deliver/deliver.go). */
export function readSeekRange(data: Uint8Array, ledger: ChannelLedger): SeekRange | common.Status {
  let seek: orderer.SeekInfo;
  try {
    seek = fromBinary(orderer.SeekInfoSchema, data);
  } catch {
    return common.Status.BAD_REQUEST;
  }
  if (seek.start === undefined || seek.stop === undefined) return common.Status.BAD_REQUEST;
  const start = position(seek.start, ledger);
  if (start === undefined || start > ledger.height) return common.Status.NOT_FOUND;
  const stop = lastBlock(seek.stop, start, ledger);
  if (stop === undefined) return common.Status.BAD_REQUEST;
  return {
    start,
    stop,
    failIfNotReady: seek.behavior === orderer.SeekInfo_SeekBehavior.FAIL_IF_NOT_READY,
    headersOnly: seek.contentType === orderer.SeekInfo_SeekContentType.HEADER_WITH_SIG,
  };
}

/**
 * Where a stream ends. As in Fabric only a stated number can be before the start; a stop that is otherwise behind
 * the start, or says nothing, is never met, and a stream that starts at the oldest block ends there then.
 */
function lastBlock(stop: orderer.SeekPosition, start: number, ledger: ChannelLedger): number | undefined {
  const { Type: type } = stop;
  if (type.case === "oldest") return start;
  if (type.case === "specified") {
    const number = position(stop, ledger) ?? 0;
    return number < start ? undefined : number;
  }
  const number = type.case === "newest" ? ledger.height - 1 : 0;
  return number < start ? Number.POSITIVE_INFINITY : number;
}

function position(point: orderer.SeekPosition | undefined, ledger: ChannelLedger): number | undefined {
  switch (point?.Type.case) {
    case "oldest":
      return 0;
    case "newest":
      return ledger.height - 1;
    case "nextCommit":
      return ledger.height;
    case "specified":
      return point.Type.value.number > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(point.Type.value.number);
    case undefined:
    default:
      return undefined;
  }
}
