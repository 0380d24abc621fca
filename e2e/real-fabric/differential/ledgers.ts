import { fromBinary } from "@bufbuild/protobuf";
import { common, peer } from "@heddle/fabric/wire";
import { channelHeaderOf, flagsOf } from "../support/peer-ledger.ts";
import { hex, type Observation, type Side } from "./side.ts";

function actionOf(transaction: Uint8Array): peer.ChaincodeAction {
  const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, transaction).payload);
  const [action] = fromBinary(peer.TransactionSchema, payload.data).actions;
  const endorsed = fromBinary(peer.ChaincodeActionPayloadSchema, action?.payload ?? new Uint8Array()).action;
  const response = fromBinary(peer.ProposalResponsePayloadSchema, endorsed?.proposalResponsePayload ?? new Uint8Array());
  return fromBinary(peer.ChaincodeActionSchema, response.extension);
}

/** Every transaction of every block: its verdict, and what was endorsed byte for byte. */
export async function ledgerOf({ client }: Side): Promise<Observation[]> {
  const blocks = await client.blocks(1);
  return blocks.flatMap((bytes, number): Observation[] => {
    const block = fromBinary(common.BlockSchema, bytes);
    const flags = flagsOf(block);
    return (block.data?.data ?? []).map((transaction, index): Observation => {
      const { type } = channelHeaderOf(transaction);
      const code = peer.TxValidationCode[flags[index] ?? 255];
      if (type !== common.HeaderType.ENDORSER_TRANSACTION) return [`${number}/${index}`, { type, code }];
      const { chaincodeId, results, response } = actionOf(transaction);
      return [`${number}/${index}`, { code, chaincode: chaincodeId?.name, results: hex(results), payload: hex(response?.payload) }];
    });
  });
}
