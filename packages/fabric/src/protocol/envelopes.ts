import { create, toBinary } from "@bufbuild/protobuf";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { common, orderer } from "../wire.ts";
import { createHeader, type HeaderFields } from "./headers.ts";

/** What goes into a signed envelope: its header and the bytes below it. */
export interface EnvelopeContent extends Omit<HeaderFields, "creator"> {
  readonly data: Uint8Array;
}

/** An envelope whose payload the identity has signed. */
export async function createEnvelope(content: EnvelopeContent, identity: SigningIdentity): Promise<common.Envelope> {
  const header = createHeader({ ...content, creator: identity.serialized });
  return signPayload(toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data: content.data })), identity);
}

/** An envelope over payload bytes that exist already; they are signed as they are. */
export async function signPayload(payload: Uint8Array, identity: SigningIdentity): Promise<common.Envelope> {
  return create(common.EnvelopeSchema, { payload, signature: await identity.sign(payload) });
}

/** One end of a range of blocks. */
export type SeekPoint = "oldest" | "newest" | "next" | number | bigint;

function seekPosition(point: SeekPoint): orderer.SeekPosition {
  switch (point) {
    case "oldest":
      return create(orderer.SeekPositionSchema, { Type: { case: "oldest", value: {} } });
    case "newest":
      return create(orderer.SeekPositionSchema, { Type: { case: "newest", value: {} } });
    case "next":
      return create(orderer.SeekPositionSchema, { Type: { case: "nextCommit", value: {} } });
    default:
      return create(orderer.SeekPositionSchema, { Type: { case: "specified", value: { number: BigInt(point) } } });
  }
}

/** Which blocks to ask for. */
export interface SeekRange {
  readonly start: SeekPoint;
  /** Without an end the stream goes on with every new block. */
  readonly stop?: SeekPoint;
  /** What to do at a block that does not exist yet: wait for it (default) or end with NOT_FOUND. */
  readonly behavior?: "wait" | "fail";
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** The signed request that opens a stream of blocks (Fabric: common/deliver). */
export function createSeekEnvelope(
  channelId: string,
  range: SeekRange,
  identity: SigningIdentity,
  tlsCertHash?: Uint8Array,
): Promise<common.Envelope> {
  const seek = create(orderer.SeekInfoSchema, {
    start: seekPosition(range.start),
    stop: seekPosition(range.stop ?? MAX_UINT64),
    behavior: range.behavior === "fail" ? orderer.SeekInfo_SeekBehavior.FAIL_IF_NOT_READY : orderer.SeekInfo_SeekBehavior.BLOCK_UNTIL_READY,
  });
  const data = toBinary(orderer.SeekInfoSchema, seek);
  return createEnvelope(
    { type: common.HeaderType.DELIVER_SEEK_INFO, channelId, data, ...(tlsCertHash === undefined ? {} : { tlsCertHash }) },
    identity,
  );
}
