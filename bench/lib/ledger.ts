// Fills a kept ledger of devnet with signed transactions while no process serves it: as orderer, peer
// and client would have made them, without the calls between these, so that 100,000 take a minute.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  buildBlock,
  createProposal,
  createTransactionPayload,
  encodeBlock,
  proposalHash,
  signBlock,
  type LocalSigningIdentity,
} from "@heddle/fabric";
import { common, kvrwset, peer, rwset } from "@heddle/fabric/wire";
import { ledgerFile } from "../../packages/devnet/src/node/channels.ts";
import { ChannelLedger } from "../../packages/devnet/src/ledger/ledger.ts";

/** Who signs, and what the ledger is of. */
export interface LedgerWriter {
  /** Directory of the network's data. */
  readonly directory: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly version: string;
  readonly creator: LocalSigningIdentity;
  readonly endorser: LocalSigningIdentity;
  readonly orderer: LocalSigningIdentity;
}

const GOODS = ["apple", "barley", "cheese", "dates", "eggs", "flour", "grapes", "honey"];

/** A record as an application keeps it: a key of its own, and JSON of some 150 bytes. */
export function record(index: number): { readonly key: string; readonly value: string } {
  const value = {
    id: `LOT-${String(index).padStart(7, "0")}`,
    product: GOODS[index % GOODS.length],
    owner: `farm${index % 997}`,
    weight: (index * 7919) % 10_000,
    place: { lat: (index % 180) - 90, lon: ((index * 13) % 360) - 180 },
    note: `batch ${Math.floor(index / 100)} inspected`,
  };
  return { key: value.id, value: JSON.stringify(value) };
}

function response({ chaincode, version }: LedgerWriter, proposal: Uint8Array, index: number): Uint8Array {
  const { header, payload } = fromBinary(peer.ProposalSchema, proposal);
  const { channelHeader, signatureHeader } = fromBinary(common.HeaderSchema, header);
  const { key, value } = record(index);
  const set = create(kvrwset.KVRWSetSchema, { writes: [{ key, value: Buffer.from(value) }] });
  const results = create(rwset.TxReadWriteSetSchema, {
    dataModel: rwset.TxReadWriteSet_DataModel.KV,
    nsRwset: [{ namespace: chaincode, rwset: toBinary(kvrwset.KVRWSetSchema, set) }],
  });
  const action = create(peer.ChaincodeActionSchema, {
    results: toBinary(rwset.TxReadWriteSetSchema, results),
    response: { status: 200 },
    chaincodeId: { name: chaincode, version },
  });
  return toBinary(
    peer.ProposalResponsePayloadSchema,
    create(peer.ProposalResponsePayloadSchema, {
      proposalHash: proposalHash(channelHeader, signatureHeader, payload),
      extension: toBinary(peer.ChaincodeActionSchema, action),
    }),
  );
}

function envelope(writer: LedgerWriter, index: number): Uint8Array {
  const { channel, chaincode, creator, endorser } = writer;
  const { key, value } = record(index);
  const proposal = createProposal({ channelId: channel, chaincode, args: ["put", key, value] }, creator.serialized);
  const payload = response(writer, proposal.bytes, index);
  const signature = endorser.signKnown(Buffer.concat([payload, endorser.serialized]));
  const endorsed = create(peer.ProposalResponseSchema, {
    payload,
    response: { status: 200 },
    endorsement: { endorser: endorser.serialized, signature },
  });
  const transaction = createTransactionPayload(proposal.bytes, [endorsed]);
  const signed = create(common.EnvelopeSchema, { payload: transaction, signature: creator.signKnown(transaction) });
  return toBinary(common.EnvelopeSchema, signed);
}

/** Appends blocks of so many transactions each; the height after that. Throws where a transaction is not valid. */
export function appendBlocks(writer: LedgerWriter, blocks: number, transactions: number): number {
  const { channel, orderer } = writer;
  const ledger = ChannelLedger.open({ channelId: channel, store: { kind: "file", file: ledgerFile(writer.directory, channel) } });
  try {
    for (let number = 0; number < blocks; number += 1) {
      const envelopes = Array.from({ length: transactions }, (_, index) => envelope(writer, number * transactions + index));
      const block = buildBlock(ledger.height, ledger.tipHash, envelopes);
      signBlock(block, { lastConfigIndex: ledger.lastConfigBlock }, orderer);
      const { codes } = ledger.commit(encodeBlock(block));
      const wrong = codes.find((code) => code !== 0);
      if (wrong !== undefined) throw new Error(`a transaction of the benchmark is ${peer.TxValidationCode[wrong] ?? wrong}`);
    }
    return ledger.height;
  } finally {
    ledger.close();
  }
}
