/** A channel of the explorer's index, and how far it is. */
export interface IndexedChannel {
  readonly id: number;
  readonly network: string;
  readonly channel: string;
  /** Number of the first block that is not indexed. */
  readonly next: number;
  /** Header hash of the block before it; empty at the beginning. */
  readonly tipHash: Uint8Array;
  readonly transactions: number;
  readonly invalid: number;
  /** What was not right, of the first block that was not. */
  readonly problem: string | undefined;
  readonly lastAt: Date | undefined;
}

/** A block of the index. */
export interface IndexedBlock {
  readonly number: number;
  readonly hash: Uint8Array;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly transactions: number;
  readonly invalid: number;
  readonly bytes: number;
  readonly kind: "config" | "transactions";
  /** The latest time that one of its transactions states. */
  readonly at: Date | undefined;
  /** The earliest. */
  readonly firstAt: Date | undefined;
  readonly orderer: string | undefined;
  readonly signatures: number;
  readonly verified: boolean;
}

/** A transaction of the index. */
export interface IndexedTransaction {
  readonly block: number;
  readonly index: number;
  readonly id: string;
  readonly at: Date | undefined;
  readonly kind: "endorser" | "config" | "other";
  /** Fabric's TxValidationCode. */
  readonly code: number;
  readonly chaincode: string | undefined;
  readonly function: string | undefined;
  /** `MSPID/name`. */
  readonly creator: string | undefined;
}

/** One write of a valid transaction; without a value it deletes. */
export interface IndexedWrite {
  readonly block: number;
  readonly index: number;
  readonly namespace: string;
  /** UTF-8; may hold any byte. */
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** The words of what a transaction wrote, to be searched: lower case, letters and digits only, each once. */
export interface IndexedText {
  readonly block: number;
  readonly index: number;
  /** With a space between them. */
  readonly words: string;
}

/** Blocks with all that is indexed of them; applied completely or not at all. */
export interface IndexBatch {
  readonly blocks: readonly IndexedBlock[];
  readonly transactions: readonly IndexedTransaction[];
  readonly writes: readonly IndexedWrite[];
  readonly texts: readonly IndexedText[];
  readonly problem: string | undefined;
}

/** Which transactions. All that is given has to fit. */
export interface TransactionFilter {
  readonly before?: { readonly block: number; readonly index: number } | undefined;
  readonly chaincode?: string | undefined;
  /** MSP id, or MSP id and name with `/` between them. */
  readonly creator?: string | undefined;
  readonly code?: number | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly limit: number;
}

/** Which keys of a namespace, as of block `at`. Those behind `after`, where it is not empty. */
export interface StateQuery {
  readonly after: Uint8Array;
  readonly prefix: Uint8Array;
  readonly at: number;
  readonly limit: number;
}

/** A key with its value as of a block. */
export interface StateRow {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly block: number;
  readonly index: number;
  /** Of the transaction that wrote it. */
  readonly id: string;
}

/** Keys of a state. */
export interface StatePage {
  readonly rows: readonly StateRow[];
  /** Behind which key to go on; undefined at the end. A page may hold fewer keys than its limit, or none, and not be the last: keys that the block did not have are passed over in portions. */
  readonly next: Uint8Array | undefined;
}

/** One change of a key, with the transaction that made it. */
export interface HistoryRow {
  readonly block: number;
  readonly index: number;
  readonly id: string;
  readonly at: Date | undefined;
  readonly value: Uint8Array | undefined;
}

/** The explorer's index. Lists of blocks and transactions are newest first. */
export interface ExplorerRepository {
  /** The index of a channel, begun where there is none; undefined when its network is gone. */
  open(network: string, channel: string): Promise<IndexedChannel | undefined>;
  channels(network: string): Promise<IndexedChannel[]>;
  /** Adds the blocks that follow `next`. Throws STORE_INDEX_MOVED when another server was first. */
  append(channel: Pick<IndexedChannel, "id" | "next">, batch: IndexBatch): Promise<void>;
  /** Forgets everything of a channel, which begins anew. */
  clear(id: number): Promise<void>;
  /** Removes everything of a channel, itself included; nothing where there is none. */
  remove(network: string, channel: string): Promise<void>;
  blocks(id: number, before: number | undefined, limit: number): Promise<IndexedBlock[]>;
  /** Blocks after a number, oldest first. */
  blocksAfter(id: number, after: number, limit: number): Promise<IndexedBlock[]>;
  block(id: number, number: number): Promise<IndexedBlock | undefined>;
  blockByHash(id: number, hash: Uint8Array): Promise<IndexedBlock | undefined>;
  configBlocks(id: number): Promise<number[]>;
  transactions(id: number, filter: TransactionFilter): Promise<IndexedTransaction[]>;
  transactionsOf(id: number, block: number): Promise<IndexedTransaction[]>;
  /** Of several transactions with one id, the first. */
  transaction(id: number, transaction: string): Promise<IndexedTransaction | undefined>;
  transactionsByPrefix(id: number, prefix: string, limit: number): Promise<IndexedTransaction[]>;
  /** Keys of a namespace as of a block, in the order of their bytes. */
  state(id: number, namespace: string, query: StateQuery): Promise<StatePage>;
  history(id: number, namespace: string, key: Uint8Array, limit: number): Promise<HistoryRow[]>;
  /** Keys, of any namespace, that begin so. */
  keys(id: number, prefix: Uint8Array, limit: number): Promise<{ readonly namespace: string; readonly key: Uint8Array }[]>;
  /** What transactions wrote. */
  writes(id: number, places: readonly { readonly block: number; readonly index: number }[]): Promise<IndexedWrite[]>;
  /** Transactions that wrote a value with all of these words (the last may be a beginning), newest first. */
  texts(id: number, words: readonly string[], limit: number): Promise<IndexedTransaction[]>;
  /** Chaincodes or creators whose name holds the text. */
  terms(id: number, kind: "chaincode" | "creator", text: string, limit: number): Promise<string[]>;
}
