import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fabricErrors } from "../errors.ts";
import { common, peer } from "../wire.ts";
import { withoutTransient } from "./proposals.ts";

/**
 * The payload of a transaction: a proposal and the endorsements that agree on its result, ready to
 * be signed by the proposal's creator. Endorsements by one identity are kept once.
 * Throws `FABRIC_REFUSED` when the endorsed payloads differ.
 */
export function createTransactionPayload(proposalBytes: Uint8Array, responses: readonly peer.ProposalResponse[]): Uint8Array {
  const [first] = responses;
  if (first === undefined) throw new RangeError("a transaction needs at least one endorsement");
  if (responses.some((response) => Buffer.compare(response.payload, first.payload) !== 0)) {
    throw fabricErrors.create("FABRIC_REFUSED", { address: "the peers together", reason: "ProposalResponsePayloads do not match" });
  }
  const proposal = fromBinary(peer.ProposalSchema, proposalBytes);
  const header = fromBinary(common.HeaderSchema, proposal.header);
  const endorsements = new Map<string, peer.Endorsement>();
  for (const { endorsement } of responses) {
    if (endorsement !== undefined) endorsements.set(Buffer.from(endorsement.endorser).toString("latin1"), endorsement);
  }
  const action = create(peer.ChaincodeActionPayloadSchema, {
    chaincodeProposalPayload: withoutTransient(proposal.payload),
    action: { proposalResponsePayload: first.payload, endorsements: [...endorsements.values()] },
  });
  const transaction = create(peer.TransactionSchema, {
    actions: [{ header: header.signatureHeader, payload: toBinary(peer.ChaincodeActionPayloadSchema, action) }],
  });
  return toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data: toBinary(peer.TransactionSchema, transaction) }));
}

/** The result inside a transaction's payload: what the chaincode answered. */
export function readTransactionResponse(payload: Uint8Array): peer.Response {
  const { data } = fromBinary(common.PayloadSchema, payload);
  const [action] = fromBinary(peer.TransactionSchema, data).actions;
  const endorsed = action === undefined ? undefined : fromBinary(peer.ChaincodeActionPayloadSchema, action.payload).action;
  if (endorsed === undefined) throw fabricErrors.create("FABRIC_BLOCK_INVALID", { reason: "the transaction has no action" });
  const response = fromBinary(peer.ProposalResponsePayloadSchema, endorsed.proposalResponsePayload);
  return fromBinary(peer.ChaincodeActionSchema, response.extension).response ?? create(peer.ResponseSchema);
}
