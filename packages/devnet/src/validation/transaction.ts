import { type ChannelBundle, computeTxId, sha256 } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";

import { tryDecode } from "./wire.ts";

const Code = peer.TxValidationCode;

/** A transaction with everything decoded that its syntax checks needed. */
export interface Transaction {
  readonly index: number;
  /** The id that the ledger indexes it by: of its header, else computed; empty when neither can be read. */
  readonly txId: string;
  /** common.HeaderType; undefined when there is no readable header. */
  readonly type: number | undefined;
  readonly channelHeader: common.ChannelHeader | undefined;
  /** Payload.data, undecoded. */
  readonly data: Uint8Array;
  /** The single action of an endorser transaction that passed its checks. */
  readonly endorsed: EndorsedAction | undefined;
  /** VALID, or the first check that failed. */
  readonly code: peer.TxValidationCode;
}

/** The parts of an endorser transaction's action. */
export interface EndorsedAction {
  /** Marshaled peer.ProposalResponsePayload: what endorsers signed together with their identity. */
  readonly responsePayload: Uint8Array;
  readonly response: peer.ProposalResponsePayload;
  readonly endorsements: readonly peer.Endorsement[];
}

interface Headers {
  readonly payload: common.Payload;
  readonly header: common.Header;
  readonly channel: common.ChannelHeader;
  readonly signature: common.SignatureHeader;
}

/**
 * Checks one transaction of a block by itself: form, creator, signature,
 * transaction id, proposal hash. Never throws, whatever the bytes are.
 * Fabric: core/common/validation, `ValidateTransaction`.
 */
export function checkTransaction(bytes: Uint8Array, index: number, bundle: ChannelBundle): Transaction {
  const envelope = tryDecode(common.EnvelopeSchema, bytes);
  if (envelope === undefined) return failed(index, Code.INVALID_OTHER_REASON);
  const payload = tryDecode(common.PayloadSchema, envelope.payload);
  if (payload === undefined) return failed(index, Code.BAD_PAYLOAD);
  const { header } = payload;
  const channel = header === undefined ? undefined : tryDecode(common.ChannelHeaderSchema, header.channelHeader);
  if (header === undefined || channel === undefined) return failed(index, Code.BAD_COMMON_HEADER);
  const signature = tryDecode(common.SignatureHeaderSchema, header.signatureHeader);
  const txId = channel.txId !== "" || signature === undefined ? channel.txId : txIdOf(signature);
  const base = { index, txId, type: channel.type, channelHeader: channel, data: payload.data, endorsed: undefined };
  if (signature === undefined || !commonHeaderValid(channel, signature)) return { ...base, code: Code.BAD_COMMON_HEADER };
  if (!creatorSigned(envelope, signature.creator, bundle)) return { ...base, code: Code.BAD_CREATOR_SIGNATURE };
  return { ...base, ...checkBody({ payload, header, channel, signature }, bundle) };
}

function failed(index: number, code: peer.TxValidationCode): Transaction {
  return { index, txId: "", type: undefined, channelHeader: undefined, data: new Uint8Array(), endorsed: undefined, code };
}

function txIdOf(signature: common.SignatureHeader): string {
  return computeTxId(signature.nonce, signature.creator);
}

function commonHeaderValid(channel: common.ChannelHeader, signature: common.SignatureHeader): boolean {
  const known: readonly number[] = [common.HeaderType.ENDORSER_TRANSACTION, common.HeaderType.CONFIG_UPDATE, common.HeaderType.CONFIG];
  return known.includes(channel.type) && channel.epoch === 0n && signature.nonce.length > 0 && signature.creator.length > 0;
}

function creatorSigned(envelope: common.Envelope, creator: Uint8Array, bundle: ChannelBundle): boolean {
  try {
    const identity = bundle.msps.deserialize(creator);
    identity.validate();
    return identity.verify(envelope.payload, envelope.signature);
  } catch {
    return false;
  }
}

function checkBody(headers: Headers, bundle: ChannelBundle): Pick<Transaction, "code" | "endorsed"> {
  const { channel, signature, payload } = headers;
  if (channel.type === common.HeaderType.CONFIG) {
    if (payload.data.length === 0) return { code: Code.INVALID_CONFIG_TRANSACTION, endorsed: undefined };
    return { code: checkChannel(channel, bundle), endorsed: undefined };
  }
  if (channel.type !== common.HeaderType.ENDORSER_TRANSACTION) return { code: Code.UNSUPPORTED_TX_PAYLOAD, endorsed: undefined };
  if (channel.txId !== txIdOf(signature)) return { code: Code.BAD_PROPOSAL_TXID, endorsed: undefined };
  const endorsed = checkEndorsed(headers);
  if (endorsed === undefined) return { code: Code.INVALID_ENDORSER_TRANSACTION, endorsed };
  return { code: checkChannel(channel, bundle), endorsed };
}

/** The orderer keeps channels apart, so another channel's transaction in a block is no accident. */
function checkChannel(channel: common.ChannelHeader, bundle: ChannelBundle): peer.TxValidationCode {
  return channel.channelId === bundle.channelId ? Code.VALID : Code.TARGET_CHAIN_NOT_FOUND;
}

function checkEndorsed({ payload, header }: Headers): EndorsedAction | undefined {
  const transaction = tryDecode(peer.TransactionSchema, payload.data);
  const [action, ...others] = transaction?.actions ?? [];
  if (action === undefined || others.length > 0) return undefined;
  const signature = tryDecode(common.SignatureHeaderSchema, action.header);
  if (signature === undefined || signature.nonce.length === 0 || signature.creator.length === 0) return undefined;
  const actionPayload = tryDecode(peer.ChaincodeActionPayloadSchema, action.payload);
  if (actionPayload?.action === undefined) return undefined;
  const { proposalResponsePayload: responsePayload, endorsements } = actionPayload.action;
  const response = tryDecode(peer.ProposalResponsePayloadSchema, responsePayload);
  if (response === undefined) return undefined;
  const proposalHash = sha256(header.channelHeader, action.header, actionPayload.chaincodeProposalPayload);
  return proposalHash.equals(response.proposalHash) ? { responsePayload, response, endorsements } : undefined;
}
