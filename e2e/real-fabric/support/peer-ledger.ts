import { fromBinary } from "@bufbuild/protobuf";
import { BlockSlot, type PeerClient, type SigningIdentity } from "@heddle/fabric";
import { common, type peer } from "@heddle/fabric/wire";
import { poll } from "./process.ts";

/** A transaction in a block. */
export interface Committed {
  readonly txId: string;
  readonly block: number;
  readonly code: peer.TxValidationCode;
}

const TIMEOUT_MS = 20_000;

/** The header of a transaction in a block. Throws when it cannot be read. */
export function channelHeaderOf(transaction: Uint8Array): common.ChannelHeader {
  const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, transaction).payload);
  return fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
}

/** The validation codes in a block, one byte each. */
export function flagsOf(block: common.Block): Uint8Array {
  return block.metadata?.metadata[BlockSlot.transactionsFilter] ?? new Uint8Array();
}

/**
 * What a peer has committed, read block by block with `qscc`: a peer does not stream filtered blocks past a
 * transaction that it cannot take apart.
 */
export class PeerLedger {
  readonly #client: PeerClient;
  readonly #channelId: string;
  readonly #reader: SigningIdentity;
  readonly #blocks: Uint8Array[] = [];
  readonly #transactions = new Map<string, Committed>();

  constructor(client: PeerClient, channelId: string, reader: SigningIdentity) {
    this.#client = client;
    this.#channelId = channelId;
    this.#reader = reader;
  }

  async #read(): Promise<void> {
    const { height } = await this.#client.channelInfo(this.#channelId, this.#reader);
    while (this.#blocks.length < height) {
      const number = this.#blocks.length;
      const bytes = await this.#client.block(this.#channelId, number, this.#reader);
      // Somebody else may have read it meanwhile.
      if (this.#blocks.length === number) this.#keep(number, bytes);
    }
  }

  #keep(number: number, bytes: Uint8Array): void {
    this.#blocks.push(bytes);
    const block = fromBinary(common.BlockSchema, bytes);
    const flags = flagsOf(block);
    for (const [index, transaction] of (block.data?.data ?? []).entries()) {
      const { txId } = channelHeaderOf(transaction);
      if (!this.#transactions.has(txId)) this.#transactions.set(txId, { txId, block: number, code: flags[index] ?? 255 });
    }
  }

  /** Waits for a transaction. */
  find(txId: string): Promise<Committed> {
    const look = async (): Promise<Committed | undefined> => {
      if (!this.#transactions.has(txId)) await this.#read();
      return this.#transactions.get(txId);
    };
    return poll(`waiting for transaction ${txId} on ${this.#client.address}`, look, { timeoutMs: TIMEOUT_MS, everyMs: 15 });
  }

  /** Waits until there are so many blocks. */
  async reach(blocks: number): Promise<void> {
    const look = async (): Promise<true | undefined> => {
      if (this.#blocks.length < blocks) await this.#read();
      return this.#blocks.length >= blocks ? true : undefined;
    };
    await poll(`waiting for ${blocks} blocks on ${this.#client.address}`, look, { timeoutMs: TIMEOUT_MS, everyMs: 15 });
  }

  /** Every block there is now, as the peer stores it. */
  async all(): Promise<readonly Uint8Array[]> {
    await this.#read();
    return this.#blocks;
  }
}
