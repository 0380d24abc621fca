import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { common, peer } from "../wire.ts";
import { encodeFields } from "./fields.ts";
import { withoutTransient } from "./proposals.ts";

/**
 * The payload of a transaction: a proposal and the endorsements that agree on its result, ready to
 * be signed by the proposal's creator (Fabric: protoutil/txutils.go). Endorsements by one identity are kept once.
 * Throws `FABRIC_ENDORSEMENTS_DIFFER` when the endorsed payloads differ, and `FABRIC_PROPOSAL_INVALID`
 * for bytes that are no proposal and for answers without an endorsement.
 */
export function createTransactionPayload(proposalBytes: Uint8Array, responses: readonly peer.ProposalResponse[]): Uint8Array {
  const { header, payload } = readProposal(proposalBytes);
  const [first] = responses;
  if (first === undefined) throw invalid("a transaction needs at least one endorsement");
  const endorsements = new Map<string, peer.Endorsement>();
  for (const { endorsement, response } of responses) {
    if (endorsement === undefined) throw invalid(`a peer did not endorse: ${response?.status ?? 0} ${response?.message ?? "no response"}`);
    endorsements.set(Buffer.from(endorsement.endorser).toString("latin1"), endorsement);
  }
  if (responses.some((response) => Buffer.compare(response.payload, first.payload) !== 0))
    throw fabricErrors.create("FABRIC_ENDORSEMENTS_DIFFER", { txId: fromBinary(common.ChannelHeaderSchema, header.channelHeader).txId });
  const endorsed = Array.from(endorsements.values(), (endorsement) => toBinary(peer.EndorsementSchema, endorsement));
  // ChaincodeEndorsedAction, ChaincodeActionPayload, TransactionAction, Transaction and Payload, from the inside out.
  const action = encodeFields([1, first.payload], [2, endorsed]);
  const actionPayload = encodeFields([1, withoutTransient(payload)], [2, [action]]);
  const transaction = encodeFields([1, [encodeFields([1, header.signatureHeader], [2, actionPayload])]]);
  return encodeFields([1, [toBinary(common.HeaderSchema, header)]], [2, transaction]);
}

function invalid(reason: string, cause?: unknown): Error {
  return fabricErrors.create("FABRIC_PROPOSAL_INVALID", { reason }, { cause });
}

/** The header and payload of a proposal; the header's own bytes stay as they were signed. */
function readProposal(bytes: Uint8Array): { header: common.Header; payload: Uint8Array } {
  try {
    const { header, payload } = fromBinary(peer.ProposalSchema, bytes);
    const decoded = fromBinary(common.HeaderSchema, header);
    fromBinary(common.ChannelHeaderSchema, decoded.channelHeader);
    fromBinary(peer.ChaincodeProposalPayloadSchema, payload);
    return { header: decoded, payload };
  } catch (cause) {
    throw invalid("its bytes cannot be decoded", cause);
  }
}

/** The result inside a transaction's payload: what the chaincode answered. Throws `FABRIC_BLOCK_INVALID` when there is none. */
export function readTransactionResponse(payload: Uint8Array): peer.Response {
  try {
    const { data } = fromBinary(common.PayloadSchema, payload);
    const [action] = fromBinary(peer.TransactionSchema, data).actions;
    const endorsed = action === undefined ? undefined : fromBinary(peer.ChaincodeActionPayloadSchema, action.payload).action;
    if (endorsed === undefined) throw new RangeError("the transaction has no action");
    const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, endorsed.proposalResponsePayload);
    return fromBinary(peer.ChaincodeActionSchema, extension).response ?? create(peer.ResponseSchema);
  } catch (cause) {
    throw fabricErrors.create("FABRIC_BLOCK_INVALID", { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}
