import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { blockHeaderHash, ChannelBundle, configFromBlock } from "@heddle/fabric";
import { fromBinary } from "@bufbuild/protobuf";
import { common } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import { devnetErrors } from "../errors.ts";
import { ChannelLedger, type LedgerStorage } from "../ledger/ledger.ts";

/** Where a kept network's ledger of a channel is. */
export function ledgerFile(networkDirectory: string, channelId: string): string {
  return path.join(networkDirectory, "channels", channelId, "ledger.db");
}

/** The ledgers of a process, one a channel, whoever has joined it. */
export class ChannelLedgers {
  readonly #directory: string | undefined;
  readonly #logger: Logger;
  readonly #ledgers = new Map<string, ChannelLedger>();

  /** Ledgers live in the network's directory, or in memory only. */
  constructor(directory: string | undefined, logger: Logger) {
    this.#directory = directory;
    this.#logger = logger;
  }

  get(channelId: string): ChannelLedger | undefined {
    return this.#ledgers.get(channelId);
  }

  #storage(channelId: string): LedgerStorage {
    return this.#directory === undefined ? { kind: "memory" } : { kind: "file", file: ledgerFile(this.#directory, channelId) };
  }

  /** Opens a kept ledger. Throws DEVNET_LEDGER_MISSING or DEVNET_LEDGER_DAMAGED. */
  open(channelId: string): ChannelLedger {
    const ledger = ChannelLedger.open({ channelId, store: this.#storage(channelId), logger: this.#logger });
    this.#ledgers.set(channelId, ledger);
    return ledger;
  }

  /**
   * The ledger of the channel that a config block belongs to, made from it when there is none.
   * Throws DEVNET_CHANNEL_MISMATCH when the channel is there with other blocks, and FABRIC_CONFIG_INVALID before
   * it touches the disk: a channel's name becomes a folder's.
   */
  fromBlock(block: Uint8Array): ChannelLedger {
    const { channelId, config } = configFromBlock(block);
    ChannelBundle.fromConfig(channelId, config);
    const known = this.#ledgers.get(channelId);
    if (known !== undefined) {
      requireSameBlock(known, block);
      return known;
    }
    const storage = this.#storage(channelId);
    if (storage.kind === "file") {
      const folder = path.dirname(storage.file);
      // A ledger that no node has joined is what an interrupted join or leave left behind.
      if (existsSync(folder)) rmSync(folder, { recursive: true });
      mkdirSync(folder, { recursive: true });
    }
    const ledger = ChannelLedger.create({ channelId, store: storage, logger: this.#logger }, block);
    this.#ledgers.set(channelId, ledger);
    return ledger;
  }

  /** Closes and removes the ledger of a channel that nobody has any more. */
  remove(channelId: string): void {
    this.#ledgers.get(channelId)?.close();
    this.#ledgers.delete(channelId);
    if (this.#directory !== undefined) rmSync(path.dirname(ledgerFile(this.#directory, channelId)), { recursive: true, force: true });
  }

  close(): void {
    for (const ledger of this.#ledgers.values()) ledger.close();
    this.#ledgers.clear();
  }
}

function requireSameBlock(ledger: ChannelLedger, bytes: Uint8Array): void {
  const { header } = fromBinary(common.BlockSchema, bytes);
  const number = Number(header?.number ?? 0n);
  const own = ledger.block(number)?.block.header;
  if (header === undefined || own === undefined || Buffer.compare(blockHeaderHash(header), blockHeaderHash(own)) !== 0) {
    throw devnetErrors.create("DEVNET_CHANNEL_MISMATCH", { channel: ledger.channelId, block: number });
  }
}
