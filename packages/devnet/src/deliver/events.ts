import { fromBinary } from "@bufbuild/protobuf";
import { common, peer } from "@heddle/fabric/wire";

/** The chaincode event of an endorser transaction, by its envelope's bytes; undefined when it has none or cannot be read. */
export function chaincodeEventOf(envelope: Uint8Array): peer.ChaincodeEvent | undefined {
  try {
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, envelope).payload);
    const header = fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
    if (header.type !== common.HeaderType.ENDORSER_TRANSACTION) return undefined;
    const [action] = fromBinary(peer.TransactionSchema, payload.data).actions;
    const endorsed = action === undefined ? undefined : fromBinary(peer.ChaincodeActionPayloadSchema, action.payload).action;
    if (endorsed === undefined) return undefined;
    const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, endorsed.proposalResponsePayload);
    const { events } = fromBinary(peer.ChaincodeActionSchema, extension);
    return events.length === 0 ? undefined : fromBinary(peer.ChaincodeEventSchema, events);
  } catch {
    return undefined;
  }
}
