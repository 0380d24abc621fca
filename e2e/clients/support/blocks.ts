// Blocks as an application reads them: with the official message classes.
import { common, msp, peer } from "@hyperledger/fabric-protos";

/** One transaction of a block. */
export interface BlockTransaction {
  readonly txId: string;
  readonly type: number;
  readonly code: number;
  /** MSP ids of those who endorsed it, sorted. */
  readonly endorsers: readonly string[];
}

/** The transactions of a block with their validation codes. */
export function transactionsOf(block: common.Block): BlockTransaction[] {
  const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array();
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  return envelopes.map((bytes, index) => {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
    const header = common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array());
    const endorsed = header.getType() === common.HeaderType.ENDORSER_TRANSACTION;
    return {
      txId: header.getTxId(),
      type: header.getType(),
      code: codes[index] ?? -1,
      endorsers: endorsed ? endorsersOf(payload.getData_asU8()) : [],
    };
  });
}

function endorsersOf(transaction: Uint8Array): string[] {
  return peer.Transaction.deserializeBinary(transaction)
    .getActionsList()
    .flatMap((action) => peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction()?.getEndorsementsList() ?? [])
    .map((endorsement) => msp.SerializedIdentity.deserializeBinary(endorsement.getEndorser_asU8()).getMspid())
    .toSorted();
}

/** The number of a block. */
export const numberOf = (block: common.Block | undefined): number => block?.getHeader()?.getNumber() ?? -1;

/** Takes items from a stream until there are `count`; the stream stays open. */
export async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  const iterator = items[Symbol.asyncIterator]();
  while (taken.length < count) {
    const step = await iterator.next();
    if (step.done === true) throw new Error(`the stream ended after ${taken.length} of ${count}`);
    taken.push(step.value);
  }
  return taken;
}
