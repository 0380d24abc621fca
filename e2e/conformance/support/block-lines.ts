import { fromBinary } from "@bufbuild/protobuf";
import { BlockSlot, type PeerClient, type SigningIdentity } from "@heddle/fabric";
import { common, msp, peer } from "@heddle/fabric/wire";
import { readWriteLines, valueText, type NumberOf } from "./read-write-set.ts";

/** Where blocks are read, and how their numbers are written. */
export interface BlockSource {
  readonly channel: string;
  readonly peer: PeerClient;
  readonly reader: SigningIdentity;
  readonly numberOf: NumberOf;
}

/** What stands of a transaction in its block. */
interface Recorded {
  readonly txId: string;
  readonly type: common.HeaderType;
  readonly code: string;
  readonly data: Uint8Array;
}

function transactionsOf(block: common.Block): Recorded[] {
  const codes = block.metadata?.metadata[BlockSlot.transactionsFilter] ?? new Uint8Array();
  return (block.data?.data ?? []).map((bytes, index) => {
    const { header, data } = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, bytes).payload);
    const { txId, type } = fromBinary(common.ChannelHeaderSchema, header?.channelHeader ?? new Uint8Array());
    return { txId, type, data, code: peer.TxValidationCode[codes[index] ?? 255] ?? "none" };
  });
}

function endorsementLines(data: Uint8Array, numberOf: NumberOf): string[] {
  const [action] = fromBinary(peer.TransactionSchema, data).actions;
  const endorsed = fromBinary(peer.ChaincodeActionPayloadSchema, action?.payload ?? new Uint8Array()).action;
  const payload = fromBinary(peer.ProposalResponsePayloadSchema, endorsed?.proposalResponsePayload ?? new Uint8Array());
  const { results, events, response, chaincodeId } = fromBinary(peer.ChaincodeActionSchema, payload.extension);
  const endorsers = (endorsed?.endorsements ?? []).map(({ endorser }) => fromBinary(msp.SerializedIdentitySchema, endorser).mspid);
  const event = events.length === 0 ? undefined : fromBinary(peer.ChaincodeEventSchema, events);
  return [
    `${chaincodeId?.name ?? ""} ${chaincodeId?.version ?? ""} answered ${response?.status ?? 0}, endorsed by ${endorsers.toSorted().join(", ")}`,
    ...readWriteLines(results, numberOf),
    ...(event === undefined ? [] : [`event ${event.eventName} of ${event.chaincodeId}: ${valueText(event.payload)}`]),
  ];
}

/** Reads blocks of a channel at a peer and tells what is in them. */
export class BlockReader {
  readonly #source: BlockSource;

  constructor(source: BlockSource) {
    this.#source = source;
  }

  async #block(number: number): Promise<common.Block> {
    const { channel, peer: client, reader } = this.#source;
    return fromBinary(common.BlockSchema, await client.block(channel, number, reader));
  }

  /** What was endorsed of a transaction in a block: who, read and write set, event. Throws where it is not in there. */
  async transaction(number: number, txId: string): Promise<string[]> {
    const found = transactionsOf(await this.#block(number)).find((transaction) => transaction.txId === txId);
    if (found === undefined) throw new Error(`block ${number} does not hold ${txId}`);
    return found.type === common.HeaderType.ENDORSER_TRANSACTION ? endorsementLines(found.data, this.#source.numberOf) : [];
  }
}

/** A block in a line, and what is in it: types and validation codes. */
export function blockLines(block: common.Block, numberOf: NumberOf): string[] {
  const slots = (block.metadata?.metadata ?? []).map((slot) => (slot.length > 0 ? "filled" : "empty"));
  const validated = (block.metadata?.metadata[BlockSlot.transactionsFilter]?.length ?? 0) > 0;
  return [
    `block ${numberOf(block.header?.number ?? 0n)}, metadata ${slots.join(" ")}`,
    ...transactionsOf(block).map(({ type, code }) => `  ${common.HeaderType[type]}${validated ? ` ${code}` : ""}`),
  ];
}
