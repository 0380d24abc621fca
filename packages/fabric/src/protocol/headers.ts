import { randomBytes } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { sha256 } from "../crypto/hash.ts";
import { common } from "../wire.ts";

/** A fresh nonce of 24 bytes, as Fabric's clients make them. */
export function createNonce(): Uint8Array {
  return randomBytes(24);
}

/** The transaction id: lower-case hex of SHA-256 over nonce and creator (Fabric: protoutil/proputils.go). */
export function computeTxId(nonce: Uint8Array, creator: Uint8Array): string {
  return sha256(nonce, creator).toString("hex");
}

/** What a header says about its message. */
export interface HeaderFields {
  readonly type: common.HeaderType;
  readonly channelId: string;
  readonly creator: Uint8Array;
  readonly nonce?: Uint8Array;
  readonly txId?: string;
  readonly timestamp?: Date;
  readonly epoch?: bigint;
  readonly extension?: Uint8Array;
  readonly tlsCertHash?: Uint8Array;
}

/** Builds the two headers; a nonce is made when none is given. */
export function createHeader(fields: HeaderFields): common.Header {
  const nonce = fields.nonce ?? createNonce();
  const channelHeader = create(common.ChannelHeaderSchema, {
    type: fields.type,
    channelId: fields.channelId,
    txId: fields.txId ?? "",
    timestamp: timestampFromDate(fields.timestamp ?? new Date()),
    epoch: fields.epoch ?? 0n,
    extension: fields.extension ?? new Uint8Array(),
    tlsCertHash: fields.tlsCertHash ?? new Uint8Array(),
  });
  return create(common.HeaderSchema, {
    channelHeader: toBinary(common.ChannelHeaderSchema, channelHeader),
    signatureHeader: createSignatureHeader(fields.creator, nonce),
  });
}

/** SignatureHeader bytes of a creator; a nonce is made when none is given. */
export function createSignatureHeader(creator: Uint8Array, nonce: Uint8Array = createNonce()): Uint8Array {
  return toBinary(common.SignatureHeaderSchema, create(common.SignatureHeaderSchema, { creator, nonce }));
}
