import { fromBinary } from "@bufbuild/protobuf";
import { computeTxId, type SignedData } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";

/** A signed proposal, taken apart once. All byte fields are as received. */
export interface UnpackedProposal {
  readonly signed: peer.SignedProposal;
  readonly channelId: string;
  readonly txId: string;
  readonly type: common.HeaderType;
  readonly chaincode: string;
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly timestamp: { readonly seconds: bigint; readonly nanos: number } | undefined;
  /** ChaincodeProposalPayload bytes. */
  readonly payload: Uint8Array;
  readonly input: peer.ChaincodeInput;
  /** What policies are evaluated over. */
  readonly signedData: SignedData;
}

/** Takes a proposal apart and checks its form. Throws an Error with Fabric's text (core/endorser/msgvalidation.go). */
export function unpackProposal(signed: peer.SignedProposal): UnpackedProposal {
  const proposal = decode("error unmarshalling Proposal", () => fromBinary(peer.ProposalSchema, signed.proposalBytes));
  const header = decode("error unmarshalling Header", () => fromBinary(common.HeaderSchema, proposal.header));
  const channelHeader = decode("error unmarshalling ChannelHeader", () => fromBinary(common.ChannelHeaderSchema, header.channelHeader));
  const signatureHeader = decode("error unmarshalling SignatureHeader", () =>
    fromBinary(common.SignatureHeaderSchema, header.signatureHeader),
  );
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
  checkHeader(channelHeader, signatureHeader);
  return {
    signed,
    channelId: channelHeader.channelId,
    txId: channelHeader.txId,
    type: channelHeader.type,
    chaincode: extension.chaincodeId.name,
    channelHeader: header.channelHeader,
    signatureHeader: header.signatureHeader,
    creator: signatureHeader.creator,
    nonce: signatureHeader.nonce,
    timestamp: channelHeader.timestamp,
    payload: proposal.payload,
    input: withDecorations(specification.chaincodeSpec.input),
    signedData: { data: signed.proposalBytes, identity: signatureHeader.creator, signature: signed.signature },
  };
}

function decode<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new Error(what, { cause });
  }
}

/** Decorations are the peer's to set; what a client puts there is dropped. */
function withDecorations(input: peer.ChaincodeInput): peer.ChaincodeInput {
  input.decorations = {};
  return input;
}

function checkHeader(channelHeader: common.ChannelHeader, signatureHeader: common.SignatureHeader): void {
  const { type } = channelHeader;
  if (type !== common.HeaderType.ENDORSER_TRANSACTION && type !== common.HeaderType.CONFIG)
    throw new Error(`invalid header type ${common.HeaderType[type] ?? type}`);
  if (channelHeader.epoch !== 0n) throw new Error(`epoch is non-zero: ${channelHeader.epoch}`);
  if (signatureHeader.nonce.length === 0) throw new Error("nonce is empty");
  if (signatureHeader.creator.length === 0) throw new Error("creator is empty");
}

/** Throws unless the transaction id is the one that nonce and creator give. */
export function checkTxId(proposal: UnpackedProposal): void {
  const expected = computeTxId(proposal.nonce, proposal.creator);
  if (expected !== proposal.txId) throw new Error(`incorrectly computed txid '${proposal.txId}' -- expected '${expected}'`);
}
