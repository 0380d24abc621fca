import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ChannelBundle } from "@heddle/fabric";
import { common, rwset } from "@heddle/fabric/wire";
import type { Logger } from "pino";

import { lifecycleNamespace } from "../definitions/definitions.ts";
import { devnetErrors } from "../errors.ts";
import { contentsOf } from "../validation/contents.ts";
import { isDelete } from "../validation/rwset.ts";
import { BlockValidator, type ValidatedBlock, configKey } from "../validation/validator.ts";
import { TransactionCounts } from "./counts.ts";
import { type ReceivedBlock, committedBlock, damageOf, receiveBlock, sameBytes } from "./blocks.ts";
import { genesisBatch } from "./genesis.ts";
import { KnownTransactions } from "./known-transactions.ts";
import { MemoryStore } from "./memory-store.ts";
import { keptWrites, privateUpdates, writesPrivate } from "./private-data.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { BlockBatch, PrivateSet, PrivateUpdate, StateStore, StoredBlock } from "./store.ts";
import type { CommittedBlock, HistoryEntry, StateView, TransactionRecord, Version } from "./types.ts";
import { Waiters } from "./waiters.ts";

/** Where a channel keeps its ledger. */
export type LedgerStorage = { readonly kind: "memory" } | { readonly kind: "file"; readonly file: string };

export interface LedgerOptions {
  readonly channelId: string;
  readonly store: LedgerStorage;
  readonly logger?: Logger | undefined;
}

/** Blocks whose chain of hashes is verified when a ledger is opened. */
const verifiedOnOpen = 100;
/** Latest blocks that are held ready to be served. */
const servedBlocks = 32;
/** Blocks larger than this are not held. */
const servedBytes = 1 << 20;

/**
 * The ledger of one channel, shared by every virtual peer of the process and
 * by its orderer, so that a block is validated once. Everything is
 * synchronous; one block is one transaction of the store.
 */
export class ChannelLedger {
  readonly channelId: string;
  /** Transactions since this process opened the ledger. */
  readonly counts = new TransactionCounts();
  readonly #store: StateStore;
  readonly #logger: Logger | undefined;
  readonly #validator = new BlockValidator();
  readonly #listeners = new Set<(block: CommittedBlock) => void>();
  readonly #waiters: Waiters;
  readonly #served = new Map<number, CommittedBlock>();
  readonly #known = new KnownTransactions();
  #bundle: ChannelBundle;
  #tip: StoredBlock;
  #previousHash: Uint8Array;
  #lifecycleHeight: number;
  #closed = false;

  private constructor(options: LedgerOptions, store: StateStore, tip: StoredBlock, bundle: ChannelBundle, previousHash: Uint8Array) {
    this.channelId = options.channelId;
    this.#logger = options.logger;
    this.#store = store;
    this.#tip = tip;
    this.#lifecycleHeight = tip.number + 1;
    this.#bundle = bundle;
    this.#previousHash = previousHash;
    this.#waiters = new Waiters(() => devnetErrors.create("DEVNET_LEDGER_CLOSED", { channel: options.channelId }));
  }

  /** Starts a ledger with block 0. Throws DEVNET_LEDGER_EXISTS or DEVNET_GENESIS_INVALID. */
  static create(options: LedgerOptions, genesisBlock: Uint8Array): ChannelLedger {
    const { batch, bundle } = genesisBatch(options.channelId, genesisBlock);
    const store = openStore(options);
    try {
      if (store.height > 0) throw devnetErrors.create("DEVNET_LEDGER_EXISTS", { channel: options.channelId });
      store.commit(batch);
      return new ChannelLedger(options, store, batch.block, bundle, new Uint8Array());
    } catch (error) {
      store.close();
      throw error;
    }
  }

  /** Opens a kept ledger and verifies its latest blocks. Throws DEVNET_LEDGER_MISSING or DEVNET_LEDGER_DAMAGED. */
  static open(options: LedgerOptions): ChannelLedger {
    const store = openStore(options);
    try {
      const tip = store.block(store.height - 1);
      if (tip === undefined) throw devnetErrors.create("DEVNET_LEDGER_MISSING", { channel: options.channelId });
      verifyChain(options.channelId, store);
      const block = receiveBlock(tip.bytes);
      const previousHash = "header" in block ? block.header.previousHash : new Uint8Array();
      return new ChannelLedger(options, store, tip, keptBundle(options.channelId, store), previousHash);
    } catch (error) {
      store.close();
      throw error;
    }
  }

  /** Number of committed blocks, which is the number of the next block. */
  get height(): number {
    return this.#tip.number + 1;
  }

  /** Since this height nothing under `_lifecycle` has changed, public or private. */
  get lifecycleHeight(): number {
    return this.#lifecycleHeight;
  }

  /** The channel's configuration after the last block. */
  get bundle(): ChannelBundle {
    return this.#bundle;
  }

  /** Number of the latest block that holds a configuration. */
  get lastConfigBlock(): number {
    return this.#tip.lastConfig;
  }

  /** Hash of the last block's header: previous_hash of the next block. */
  get tipHash(): Uint8Array {
    return this.#tip.hash;
  }

  /** previous_hash of the last block; empty when there is only block 0. */
  get previousHash(): Uint8Array {
    return this.#previousHash;
  }

  /** Commit hash of the last block; empty after block 0. */
  get commitHash(): Uint8Array {
    return this.#tip.commitHash;
  }

  /**
   * Validates a block, keeps it with its effects, and then tells listeners.
   * Transactions that are not right are flagged, never thrown. The orderer's
   * signatures are not checked here: callers that got the block from outside
   * this process do that first.
   *
   * Throws DEVNET_BLOCK_REJECTED for a block that is not the next one.
   */
  commit(blockBytes: Uint8Array): CommittedBlock {
    const block = this.#receive(blockBytes);
    const state = this.#open.snapshot();
    let validated: ValidatedBlock;
    try {
      validated = this.#validator.validate(block.number, block.data, {
        state,
        bundle: this.#bundle,
        knows: (txId) => this.#where(txId) !== undefined,
        previousCommitHash: this.#tip.commitHash,
      });
    } finally {
      state.close();
    }
    const batch = this.#batch(block, blockBytes, validated);
    this.#store.commit(batch);
    this.#known.committed(block.number, batch.txIds);
    this.#tip = batch.block;
    this.#bundle = validated.bundle;
    // Private writes have their hashes among these.
    if ([...batch.state, ...batch.hashes].some(({ ns }) => ns === lifecycleNamespace)) this.#lifecycleHeight = block.number + 1;
    this.#previousHash = block.header.previousHash;
    const committed = committedBlock(
      batch.block,
      validated.transactions.map(({ txId }) => txId),
    );
    this.#hold(committed, batch.block.bytes.length);
    this.counts.note(committed.codes);
    this.#announce(committed);
    return committed;
  }

  /** A block as the orderer made it: metadata slots 2 and 4 empty. Undefined when it is not there yet. */
  ordererBlock(number: number): Uint8Array | undefined {
    return this.#open.block(number)?.bytes;
  }

  /** A block as peers serve it. Undefined when it is not there yet. */
  block(number: number): CommittedBlock | undefined {
    const held = this.#served.get(number);
    if (held !== undefined) return held;
    const stored = this.#open.block(number);
    if (stored === undefined) return undefined;
    const block = committedBlock(stored);
    this.#hold(block, stored.bytes.length);
    return block;
  }

  blockNumberByHash(hash: Uint8Array): number | undefined {
    return this.#open.blockNumberByHash(hash);
  }

  /** A transaction by its id, valid or not; of several with one id, the first. */
  transaction(txId: string): TransactionRecord | undefined {
    const found = this.#where(txId);
    if (found === undefined) return undefined;
    const block = this.block(found.block);
    const envelope = block?.block.data?.data[found.tx];
    const code = block?.codes[found.tx];
    if (envelope === undefined || code === undefined) return undefined;
    return { envelope, code, block: found.block, index: found.tx };
  }

  /** A snapshot of the state after the last block. Close it. */
  view(): StateView {
    return this.#open.snapshot();
  }

  /** Changes of a public key by valid transactions, newest first. */
  *history(ns: string, key: string): IterableIterator<HistoryEntry> {
    for (const { block, tx } of this.#open.history(ns, key)) {
      const envelope = this.block(block)?.block.data?.data[tx];
      const contents = envelope === undefined ? undefined : contentsOf(envelope);
      const write = contents?.rwset.find((candidate) => candidate.ns === ns)?.kv.writes.find((candidate) => candidate.key === key);
      if (contents === undefined || write === undefined) continue;
      yield { txId: contents.txId, value: write.value, timestamp: contents.timestamp, isDelete: isDelete(write) };
    }
  }

  /** Keeps an endorsed transaction's private writes for an organization (MSP id) until the transaction is committed. */
  storePrivate(txId: string, owner: string, pvt: rwset.TxPvtReadWriteSet): void {
    this.#open.putTransient({ txId, owner, bytes: toBinary(rwset.TxPvtReadWriteSetSchema, pvt) });
  }

  /** Private writes of a block that an organization (MSP id) keeps, by the transaction's index. */
  privateSets(number: number, owner: string): Map<number, rwset.TxPvtReadWriteSet> {
    const sets = this.#open.privateSets(number, owner);
    return new Map(sets.map(({ tx, bytes }) => [tx, fromBinary(rwset.TxPvtReadWriteSetSchema, bytes)]));
  }

  /** The private writes of a block that organizations keep, marshaled. */
  keptPrivateSets(number: number): PrivateSet[] {
    return this.#open.privateSets(number);
  }

  /** Calls `listener` after each commit, in order; the answer ends that. */
  subscribe(listener: (block: CommittedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when `height` blocks are committed. Rejects with the signal's reason, or DEVNET_LEDGER_CLOSED. */
  waitFor(height: number, signal?: AbortSignal): Promise<void> {
    return this.#waiters.wait(height, this.height, signal);
  }

  /** Ends everything that waits, and closes the store; may be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.clear();
    this.#waiters.close();
    this.#store.close();
  }

  get #open(): StateStore {
    if (this.#closed) throw devnetErrors.create("DEVNET_LEDGER_CLOSED", { channel: this.channelId });
    return this.#store;
  }

  #where(txId: string): Version | undefined {
    const store = this.#open;
    return this.#known.find(txId, () => store.transaction(txId));
  }

  #receive(bytes: Uint8Array): ReceivedBlock {
    const block = receiveBlock(bytes);
    if ("reason" in block) throw this.#rejected(this.height, block.reason);
    if (block.number !== this.height) throw this.#rejected(block.number, `the next block is ${this.height}`);
    if (!sameBytes(block.header.previousHash, this.tipHash))
      throw this.#rejected(block.number, `it does not follow block ${this.#tip.number}`);
    return block;
  }

  #rejected(block: number, reason: string): Error {
    return devnetErrors.create("DEVNET_BLOCK_REJECTED", { channel: this.channelId, block, reason });
  }

  #batch(block: ReceivedBlock, bytes: Uint8Array, validated: ValidatedBlock): BlockBatch {
    const { transactions, codes, updates, commitHash, isConfig } = validated;
    const privates: PrivateUpdate[] = [];
    const privateSets: PrivateSet[] = [];
    const history: { ns: string; key: string; tx: number }[] = [];
    const txIds: { txId: string; index: number }[] = [];
    for (const [index, { txId, rwset: writes }] of transactions.entries()) {
      if (txId !== "") txIds.push({ txId, index });
      if (writes === undefined) continue;
      for (const { ns, kv } of writes) history.push(...kv.writes.map(({ key }) => ({ ns, key, tx: index })));
      if (!writesPrivate(writes)) continue;
      const kept = keptWrites(writes, this.#store.transient(txId));
      privates.push(...privateUpdates(kept, { block: block.number, tx: index }));
      for (const { owner, set } of kept) privateSets.push({ tx: index, owner, bytes: toBinary(rwset.TxPvtReadWriteSetSchema, set) });
    }
    const lastConfig = isConfig ? block.number : this.#tip.lastConfig;
    return {
      block: { number: block.number, hash: block.hash, bytes, codes, commitHash, lastConfig },
      txIds,
      state: updates.stateUpdates(),
      hashes: updates.hashUpdates(),
      privates,
      privateSets,
      history,
      spent: txIds.map(({ txId }) => txId),
    };
  }

  #hold(block: CommittedBlock, size: number): void {
    if (size > servedBytes) return;
    this.#served.set(block.number, block);
    const [oldest] = this.#served.keys();
    if (this.#served.size > servedBlocks && oldest !== undefined) this.#served.delete(oldest);
  }

  #announce(block: CommittedBlock): void {
    this.#waiters.reached(this.height);
    for (const listener of this.#listeners) {
      try {
        listener(block);
      } catch (error) {
        this.#logger?.error({ err: error, channel: this.channelId, block: block.number }, "a block listener failed");
      }
    }
  }
}

function openStore(options: LedgerOptions): StateStore {
  if (options.store.kind === "memory") return new MemoryStore();
  try {
    return new SqliteStore(options.store.file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw devnetErrors.create("DEVNET_LEDGER_DAMAGED", { channel: options.channelId, reason }, { cause: error });
  }
}

/** Block and effects are written together, so a ledger is whole when its latest blocks are: this finds a damaged or foreign file. */
function verifyChain(channelId: string, store: StateStore): void {
  let previous = store.block(Math.max(0, store.height - verifiedOnOpen) - 1);
  for (let number = (previous?.number ?? -1) + 1; number < store.height; number++) {
    const block = store.block(number);
    const reason = block === undefined ? `block ${number} is missing` : damageOf(block, previous);
    if (reason !== undefined) throw devnetErrors.create("DEVNET_LEDGER_DAMAGED", { channel: channelId, reason });
    previous = block;
  }
}

function keptBundle(channelId: string, store: StateStore): ChannelBundle {
  const view = store.snapshot();
  try {
    const entry = view.get("", configKey);
    const config = entry === undefined ? undefined : fromBinary(common.ConfigEnvelopeSchema, entry.value).config;
    if (config === undefined)
      throw devnetErrors.create("DEVNET_LEDGER_DAMAGED", { channel: channelId, reason: "the channel's configuration is missing" });
    return ChannelBundle.fromConfig(channelId, config);
  } finally {
    view.close();
  }
}
