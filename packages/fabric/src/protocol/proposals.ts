import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { sha256 } from "../crypto/hash.ts";
import type { SigningIdentity } from "../msp/signing-identity.ts";
import { common, peer } from "../wire.ts";
import { computeTxId, createHeader, createNonce } from "./headers.ts";

/** What a proposal asks a peer to simulate. */
export interface ProposalRequest {
  /** Empty for calls that belong to no channel, such as installing chaincode. */
  readonly channelId: string;
  readonly chaincode: string;
  /** The function's name first. */
  readonly args: ReadonlyArray<Uint8Array | string>;
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  readonly isInit?: boolean;
  /** ENDORSER_TRANSACTION unless said otherwise; `cscc` is called with CONFIG. */
  readonly type?: common.HeaderType;
  readonly timestamp?: Date;
  readonly nonce?: Uint8Array;
}

/** A proposal before it is signed. */
export interface Proposal {
  readonly txId: string;
  /** Proposal bytes: what is signed and sent. */
  readonly bytes: Uint8Array;
}

/** Builds a proposal of the creator (Fabric: protoutil/proputils.go). */
export function createProposal(request: ProposalRequest, creator: Uint8Array): Proposal {
  const nonce = request.nonce ?? createNonce();
  const txId = computeTxId(nonce, creator);
  const chaincodeId = create(peer.ChaincodeIDSchema, { name: request.chaincode });
  const extension = toBinary(peer.ChaincodeHeaderExtensionSchema, create(peer.ChaincodeHeaderExtensionSchema, { chaincodeId }));
  const header = createHeader({
    type: request.type ?? common.HeaderType.ENDORSER_TRANSACTION,
    channelId: request.channelId,
    creator,
    nonce,
    txId,
    extension,
    ...(request.timestamp === undefined ? {} : { timestamp: request.timestamp }),
  });
  const proposal = create(peer.ProposalSchema, {
    header: toBinary(common.HeaderSchema, header),
    payload: proposalPayload(request, chaincodeId),
  });
  return { txId, bytes: toBinary(peer.ProposalSchema, proposal) };
}

function proposalPayload(request: ProposalRequest, chaincodeId: peer.ChaincodeID): Uint8Array {
  const args = request.args.map((arg) => (typeof arg === "string" ? Buffer.from(arg) : arg));
  const specification = create(peer.ChaincodeInvocationSpecSchema, {
    chaincodeSpec: { type: peer.ChaincodeSpec_Type.NODE, chaincodeId, input: { args, isInit: request.isInit ?? false } },
  });
  const payload = create(peer.ChaincodeProposalPayloadSchema, {
    input: toBinary(peer.ChaincodeInvocationSpecSchema, specification),
    TransientMap: { ...request.transient },
  });
  return toBinary(peer.ChaincodeProposalPayloadSchema, payload);
}

/** Signs a proposal's bytes. */
export async function signProposal(proposal: Proposal, identity: SigningIdentity): Promise<peer.SignedProposal> {
  return create(peer.SignedProposalSchema, { proposalBytes: proposal.bytes, signature: await identity.sign(proposal.bytes) });
}

/** ChaincodeProposalPayload bytes with the transient data cleared, the only part of it that is ever recorded. */
export function withoutTransient(payload: Uint8Array): Uint8Array {
  const decoded = fromBinary(peer.ChaincodeProposalPayloadSchema, payload);
  return toBinary(peer.ChaincodeProposalPayloadSchema, create(peer.ChaincodeProposalPayloadSchema, { input: decoded.input }));
}

/** The hash that binds an endorsement to its proposal (Fabric: protoutil/proputils.go, GetProposalHash1). */
export function proposalHash(channelHeader: Uint8Array, signatureHeader: Uint8Array, payload: Uint8Array): Buffer {
  return sha256(channelHeader, signatureHeader, withoutTransient(payload));
}
