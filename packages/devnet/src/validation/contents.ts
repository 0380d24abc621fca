import { computeTxId } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";

import { type TxRwset, decodeRwset } from "./rwset.ts";
import { tryDecode } from "./wire.ts";

/** The id that a ledger indexes a transaction by: of its header, else computed; empty when it cannot be read. Fabric: protoutil, `GetOrComputeTxIDFromEnvelope`. */
export function txIdOfEnvelope(bytes: Uint8Array): string {
  const header = headerOf(payloadOf(bytes));
  const channel = header === undefined ? undefined : tryDecode(common.ChannelHeaderSchema, header.channelHeader);
  if (header === undefined || channel === undefined || channel.txId !== "") return channel?.txId ?? "";
  const signature = tryDecode(common.SignatureHeaderSchema, header.signatureHeader);
  return signature === undefined ? "" : computeTxId(signature.nonce, signature.creator);
}

/** What a committed endorser transaction wrote and when its client made it; undefined for anything else. */
export interface TransactionContents {
  readonly txId: string;
  readonly timestamp: { readonly seconds: bigint; readonly nanos: number } | undefined;
  readonly rwset: TxRwset;
}

/** Decodes an endorser transaction without checking it. */
export function contentsOf(bytes: Uint8Array): TransactionContents | undefined {
  const payload = payloadOf(bytes);
  const header = headerOf(payload);
  const channel = header === undefined ? undefined : tryDecode(common.ChannelHeaderSchema, header.channelHeader);
  if (payload === undefined || channel?.type !== common.HeaderType.ENDORSER_TRANSACTION) return undefined;
  const action = tryDecode(peer.TransactionSchema, payload.data)?.actions[0];
  const endorsed = action === undefined ? undefined : tryDecode(peer.ChaincodeActionPayloadSchema, action.payload)?.action;
  const response = endorsed === undefined ? undefined : tryDecode(peer.ProposalResponsePayloadSchema, endorsed.proposalResponsePayload);
  const chaincodeAction = response === undefined ? undefined : tryDecode(peer.ChaincodeActionSchema, response.extension);
  const rwset = chaincodeAction === undefined ? undefined : decodeRwset(chaincodeAction.results);
  return rwset === undefined ? undefined : { txId: channel.txId, timestamp: channel.timestamp, rwset };
}

function payloadOf(bytes: Uint8Array): common.Payload | undefined {
  const envelope = tryDecode(common.EnvelopeSchema, bytes);
  return envelope === undefined ? undefined : tryDecode(common.PayloadSchema, envelope.payload);
}

function headerOf(payload: common.Payload | undefined): common.Header | undefined {
  return payload?.header;
}
