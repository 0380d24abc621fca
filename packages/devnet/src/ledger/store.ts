import type { StateView, Version } from "./types.ts";

/** A block with everything that validation added, as a store keeps it. */
export interface StoredBlock {
  readonly number: number;
  /** Hash of the block's header. */
  readonly hash: Uint8Array;
  /** The block as it came from the orderer. */
  readonly bytes: Uint8Array;
  /** One byte per transaction: its validation code. */
  readonly codes: Uint8Array;
  /** Empty for block 0. */
  readonly commitHash: Uint8Array;
  /** Number of the latest block with a configuration, this one included. */
  readonly lastConfig: number;
}

/** The new content of a public key; without `value` the key is removed. */
export interface StateUpdate {
  readonly ns: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
  readonly metadata: Uint8Array | undefined;
  readonly version: Version;
}

/** The new content of a private key's public trace; without `valueHash` it is removed. */
export interface HashUpdate {
  readonly ns: string;
  readonly collection: string;
  readonly keyHash: Uint8Array;
  readonly valueHash: Uint8Array | undefined;
  readonly metadata: Uint8Array | undefined;
  readonly version: Version;
}

/** The new content of a private key at one organization; without `value` it is removed. */
export interface PrivateUpdate {
  readonly owner: string;
  readonly ns: string;
  readonly collection: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
  readonly version: Version;
}

/** The private writes of one transaction of a block, as one organization keeps them for its readers. */
export interface PrivateSet {
  readonly tx: number;
  readonly owner: string;
  /** Marshaled rwset.TxPvtReadWriteSet. */
  readonly bytes: Uint8Array;
}

/** Everything that one block changes; a store applies it completely or not at all. */
export interface BlockBatch {
  readonly block: StoredBlock;
  /** Transaction ids with their index; a store keeps the first occurrence of an id. */
  readonly txIds: readonly { readonly txId: string; readonly index: number }[];
  readonly state: readonly StateUpdate[];
  readonly hashes: readonly HashUpdate[];
  readonly privates: readonly PrivateUpdate[];
  readonly privateSets: readonly PrivateSet[];
  readonly history: readonly { readonly ns: string; readonly key: string; readonly tx: number }[];
  /** Transactions whose uncommitted private data is no longer needed. */
  readonly spent: readonly string[];
}

/** Private writes of a transaction that is endorsed but not yet committed. */
export interface TransientEntry {
  readonly txId: string;
  /** MSP id of the organization that holds them. */
  readonly owner: string;
  /** Marshaled rwset.TxPvtReadWriteSet. */
  readonly bytes: Uint8Array;
}

/**
 * Port to the storage of one channel. Synchronous, so that a simulation never
 * waits between two reads of the same snapshot.
 */
export interface StateStore {
  /** Number of blocks in the store. */
  readonly height: number;
  /** Applies a block atomically; `batch.block.number` must equal `height`. */
  commit(batch: BlockBatch): void;
  /** The state after block `height - 1`, unchanged by later commits. */
  snapshot(): StateView;
  block(number: number): StoredBlock | undefined;
  blockNumberByHash(hash: Uint8Array): number | undefined;
  transaction(txId: string): Version | undefined;
  /** Where a key was written, newest first. */
  history(ns: string, key: string): Version[];
  /** What an organization, or where none is named each of them, keeps of the private writes of a block. */
  privateSets(block: number, owner?: string): PrivateSet[];
  putTransient(entry: TransientEntry): void;
  transient(txId: string): TransientEntry[];
  close(): void;
}

/** Uncommitted private data is dropped after this many blocks. Fabric: `transientBlockRetention`. */
export const transientRetention = 1000;
