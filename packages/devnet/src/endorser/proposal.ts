import { fromBinary } from "@bufbuild/protobuf";
import { computeTxId, type SignedData } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { wireReason } from "../validation/wire.ts";

/** A signed proposal, taken apart once. All byte fields are as received. */
export interface UnpackedProposal {
  readonly signed: peer.SignedProposal;
  readonly channelId: string;
  readonly txId: string;
  readonly type: common.HeaderType;
  readonly epoch: bigint;
  readonly chaincode: string;
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly timestamp: { readonly seconds: bigint; readonly nanos: number } | undefined;
  /** ChaincodeProposalPayload bytes. */
  readonly payload: Uint8Array;
  /** Whether it carries transient data. */
  readonly transient: boolean;
  readonly input: peer.ChaincodeInput;
  /** What policies are evaluated over. */
  readonly signedData: SignedData;
}

/** The headers of a proposal, which filters look at before anything else. */
export interface ProposalHeaders {
  readonly proposal: peer.Proposal;
  readonly header: common.Header;
  readonly channelHeader: common.ChannelHeader;
  readonly signatureHeader: common.SignatureHeader;
}

/** The gateway and every peer that it asks take the same proposal apart. */
const read = new WeakMap<peer.SignedProposal, ProposalHeaders>();
const unpacked = new WeakMap<ProposalHeaders, UnpackedProposal>();

/** Reads the headers of a proposal. Throws an Error with Fabric's text, as its filters put it unless told otherwise (core/handlers/auth/filter). */
export function readHeaders(signed: peer.SignedProposal, parsing = (part: string): string => `failed parsing ${part}: `): ProposalHeaders {
  const known = read.get(signed);
  if (known !== undefined) return known;
  const failed = (part: string, message: string): string => `${parsing(part)}error unmarshalling ${message}`;
  const proposal = decode(failed("proposal", "Proposal"), () => fromBinary(peer.ProposalSchema, signed.proposalBytes));
  const header = decode(failed("header", "Header"), () => fromBinary(common.HeaderSchema, proposal.header));
  const signatureHeader = decode(failed("signature header", "SignatureHeader"), () =>
    fromBinary(common.SignatureHeaderSchema, header.signatureHeader),
  );
  const channelHeader = decode(failed("channel header", "ChannelHeader"), () =>
    fromBinary(common.ChannelHeaderSchema, header.channelHeader),
  );
  const headers = { proposal, header, channelHeader, signatureHeader };
  read.set(signed, headers);
  return headers;
}

/** Takes a proposal apart. Throws an Error with Fabric's text (core/endorser/msgvalidation.go, `UnpackProposal`). */
export function unpackProposal(signed: peer.SignedProposal, headers: ProposalHeaders): UnpackedProposal {
  const known = unpacked.get(headers);
  if (known !== undefined) return known;
  const { proposal, header, channelHeader, signatureHeader } = headers;
  const extension = decode("error unmarshalling ChaincodeHeaderExtension", () =>
    fromBinary(peer.ChaincodeHeaderExtensionSchema, channelHeader.extension),
  );
  if (extension.chaincodeId === undefined) throw new Error("ChaincodeHeaderExtension.ChaincodeId is nil");
  if (extension.chaincodeId.name === "") throw new Error("ChaincodeHeaderExtension.ChaincodeId.Name is empty");
  const payload = decode("error unmarshalling ChaincodeProposalPayload", () =>
    fromBinary(peer.ChaincodeProposalPayloadSchema, proposal.payload),
  );
  const specification = decode("error unmarshalling ChaincodeInvocationSpec", () =>
    fromBinary(peer.ChaincodeInvocationSpecSchema, payload.input),
  );
  if (specification.chaincodeSpec === undefined) throw new Error("chaincode invocation spec did not contain chaincode spec");
  if (specification.chaincodeSpec.input === undefined) throw new Error("chaincode input did not contain any input");
  const result: UnpackedProposal = {
    signed,
    channelId: channelHeader.channelId,
    txId: channelHeader.txId,
    type: channelHeader.type,
    epoch: channelHeader.epoch,
    chaincode: extension.chaincodeId.name,
    channelHeader: header.channelHeader,
    signatureHeader: header.signatureHeader,
    creator: signatureHeader.creator,
    nonce: signatureHeader.nonce,
    timestamp: channelHeader.timestamp,
    payload: proposal.payload,
    transient: Object.keys(payload.TransientMap).length > 0,
    input: withDecorations(specification.chaincodeSpec.input),
    signedData: { data: signed.proposalBytes, identity: signatureHeader.creator, signature: signed.signature },
  };
  unpacked.set(headers, result);
  return result;
}

function decode<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${what}: ${wireReason(cause)}`, { cause });
  }
}

/** Decorations are the peer's to set; what a client puts there is dropped. */
function withDecorations(input: peer.ChaincodeInput): peer.ChaincodeInput {
  input.decorations = {};
  return input;
}

/** Throws unless the headers are as a proposal's have to be, in Fabric's order (core/endorser/msgvalidation.go, `Validate`). */
export function checkHeaders({ type, epoch, nonce, creator, txId, signed }: UnpackedProposal): void {
  if (type !== common.HeaderType.ENDORSER_TRANSACTION && type !== common.HeaderType.CONFIG)
    throw new Error(`invalid header type ${common.HeaderType[type] ?? type}`);
  if (epoch !== 0n) throw new Error("epoch is non-zero");
  if (nonce.length === 0) throw new Error("nonce is empty");
  if (creator.length === 0) throw new Error("creator is empty");
  const expected = computeTxId(nonce, creator);
  if (expected !== txId) throw new Error(`incorrectly computed txid '${txId}' -- expected '${expected}'`);
  if (signed.signature.length === 0) throw new Error("empty signature bytes");
}
