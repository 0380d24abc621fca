import { toBinary } from "@bufbuild/protobuf";
import { buildBlock, encodeBlock, encodeFields, type LocalSigningIdentity } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import type { Logger } from "pino";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { missingQuorum, signAsOrderers } from "./consensus.ts";
import { BlockCutter } from "./cutter.ts";
import { Expectations } from "./expectations.ts";
import { applyFilters, processConfigUpdate, readEnvelope, Refusal, type ReadEnvelope } from "./filters.ts";

/** How blocks are cut in time. */
export type CutMode = "timeout" | "instant";

/** Longest time an `instant` chain waits for transactions that are on their way, in milliseconds. */
const GATHER_MS = 20;

/** What a chain needs. */
export interface ChainOptions {
  readonly ledger: ChannelLedger;
  /** The orderers that have joined, the leader first. */
  readonly members: () => readonly LocalSigningIdentity[];
  /**
   * `timeout`: by the channel's batch timeout, as Fabric does. `instant`: as soon as no message waits to be taken,
   * unless more transactions are on their way than wait: then most of those go into the same block.
   */
  readonly cut: CutMode;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/**
 * Orders the messages of one channel and writes its blocks (Fabric: orderer/consensus,
 * orderer/common/multichannel). All orderers of the process share it, as a cluster shares its log.
 */
export class Chain {
  readonly #options: ChainOptions;
  readonly #cutter = new BlockCutter();
  /** What is on its way. */
  readonly expected = new Expectations();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #halted = false;

  constructor(options: ChainOptions) {
    this.#options = options;
  }

  get ledger(): ChannelLedger {
    return this.#options.ledger;
  }

  get #leader(): LocalSigningIdentity {
    const [leader] = this.#options.members();
    if (leader === undefined) throw new Refusal(common.Status.SERVICE_UNAVAILABLE, "no Raft leader");
    return leader;
  }

  /** Takes a message into ordering. Throws {@link Refusal} with what a client is answered. */
  order(read: ReadEnvelope): void {
    const { ledger, clock, members } = this.#options;
    const reason = this.#halted ? "no Raft leader" : missingQuorum(ledger.bundle, members());
    if (reason !== undefined) throw new Refusal(common.Status.SERVICE_UNAVAILABLE, reason);
    switch (read.type) {
      case common.HeaderType.CONFIG_UPDATE:
        applyFilters(read, ledger.bundle, clock());
        this.#orderConfig(read);
        return;
      case common.HeaderType.CONFIG:
        throw new Refusal(common.Status.BAD_REQUEST, "message is of type that cannot be processed directly");
      case common.HeaderType.ORDERER_TRANSACTION:
        throw new Refusal(common.Status.BAD_REQUEST, "message is of type that is no longer supported");
      default:
        applyFilters(read, ledger.bundle, clock());
        this.expected.remove(read.txId);
        this.#orderNormal(read.envelope);
    }
  }

  #orderNormal(envelope: common.Envelope): void {
    const batches = this.#cutter.add(envelopeBytes(envelope), this.ledger.bundle.orderer.batchSize);
    for (const batch of batches) this.#write(batch);
    if (this.#cutter.pending === 0) this.#stopTimers();
    else this.#startTimer();
  }

  /** An update is checked against the state it will meet, so what waits is cut first. */
  #orderConfig(read: ReadEnvelope): void {
    this.#cutPending();
    const { ledger, clock } = this.#options;
    const envelope = processConfigUpdate(read, ledger.bundle, this.#leader);
    applyFilters(readEnvelope(envelope), ledger.bundle, clock());
    this.#write([toBinary(common.EnvelopeSchema, envelope)], true);
  }

  #startTimer(): void {
    if (this.#options.cut === "instant") {
      this.#immediate ??= setImmediate(() => this.#cutOrGather());
      return;
    }
    this.#timer ??= setTimeout(() => this.#cutPending(), this.ledger.bundle.orderer.batchTimeoutMs);
  }

  /** A block costs a signature and a write to disk, whatever it holds: under load it pays to wait a little. */
  #cutOrGather(): void {
    this.#immediate = undefined;
    if (this.expected.count > this.#cutter.pending) this.#timer ??= setTimeout(() => this.#cutPending(), GATHER_MS);
    else this.#cutPending();
  }

  #stopTimers(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }

  /** Writes what waits, without waiting for more. */
  flush(): void {
    this.#cutPending();
  }

  #cutPending(): void {
    this.#stopTimers();
    const batch = this.#cutter.cut();
    if (batch.length > 0 && !this.#halted) this.#write(batch);
  }

  #write(batch: readonly Uint8Array[], isConfig = false): void {
    const { ledger, members, logger } = this.#options;
    const number = ledger.height;
    const block = buildBlock(number, ledger.tipHash, batch);
    signAsOrderers(block, isConfig ? number : ledger.lastConfigBlock, ledger.bundle, members());
    const committed = ledger.commit(encodeBlock(block));
    logger.debug({ channel: ledger.channelId, block: number, transactions: batch.length, codes: committed.codes }, "block committed");
  }

  /** Writes what waits and takes nothing more. */
  close(): void {
    this.#cutPending();
    this.#halted = true;
    this.#stopTimers();
  }
}

/** An envelope's bytes; what a newer client has put beside payload and signature stays. */
function envelopeBytes(envelope: common.Envelope): Uint8Array {
  const { payload, signature, $unknown: unknown = [] } = envelope;
  return unknown.length > 0 ? toBinary(common.EnvelopeSchema, envelope) : encodeFields([1, payload], [2, signature]);
}
