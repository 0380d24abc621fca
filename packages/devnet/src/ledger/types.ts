import type { common } from "@heddle/fabric/wire";

/** Where a value was written: block number and index of the transaction in it. */
export interface Version {
  readonly block: number;
  readonly tx: number;
}

/** A public value as committed. `metadata` holds the marshaled entries of key-level metadata, absent when there are none. */
export interface StateEntry {
  readonly value: Uint8Array;
  readonly version: Version;
  readonly metadata?: Uint8Array | undefined;
}

/** The public trace of a private value: the SHA-256 of the value. */
export interface HashEntry {
  readonly valueHash: Uint8Array;
  readonly version: Version;
  readonly metadata?: Uint8Array | undefined;
}

/** A private value as one organization holds it. */
export interface PrivateEntry {
  readonly value: Uint8Array;
  readonly version: Version;
}

/** An immutable snapshot of a channel's state: later commits do not change it. Close it when done. */
export interface StateView {
  /** Number of blocks the snapshot includes. */
  readonly height: number;
  get(ns: string, key: string): StateEntry | undefined;
  /** Keys from `start` (included) to `end` (excluded) in UTF-8 byte order; an empty bound is open. */
  range(ns: string, start: string, end: string): IterableIterator<{ key: string; entry: StateEntry }>;
  getHash(ns: string, collection: string, keyHash: Uint8Array): HashEntry | undefined;
  /** Private data is kept per organization: `owner` is an MSP id. */
  getPrivate(owner: string, ns: string, collection: string, key: string): PrivateEntry | undefined;
  /** Private keys from `start` (included) to `end` (excluded) in UTF-8 byte order; neither bound is open. */
  privateKeys(owner: string, ns: string, collection: string, start: string, end: string): string[];
  close(): void;
}

/** A block after validation. */
export interface CommittedBlock {
  readonly number: number;
  /** With metadata slots 2 (transaction filter) and 4 (commit hash) filled. */
  readonly block: common.Block;
  /** `block`, marshaled. */
  readonly bytes: Uint8Array;
  /** One validation code (peer.TxValidationCode) per transaction. */
  readonly codes: readonly number[];
  /** One transaction id per transaction; empty where it cannot be read. */
  readonly txIds: readonly string[];
  /** Empty for block 0. */
  readonly commitHash: Uint8Array;
  readonly isConfig: boolean;
}

/** A transaction found by its id. The first occurrence of an id wins. */
export interface TransactionRecord {
  readonly envelope: Uint8Array;
  readonly code: number;
  readonly block: number;
  readonly index: number;
}

/** One change of a key, as chaincode sees it in its history. */
export interface HistoryEntry {
  readonly txId: string;
  readonly value: Uint8Array;
  /** The timestamp of the transaction's channel header, set by the client. */
  readonly timestamp: { readonly seconds: bigint; readonly nanos: number } | undefined;
  readonly isDelete: boolean;
}
