import { creatorName } from "./creators.ts";
import { field, Fields, textOf } from "./fields.ts";

/** What the index keeps of a transaction. */
export interface DecodedTransaction {
  readonly id: string;
  readonly at: Date | undefined;
  readonly kind: "endorser" | "config" | "other";
  readonly chaincode: string | undefined;
  readonly function: string | undefined;
  readonly creator: string | undefined;
  readonly writes: readonly DecodedWrite[];
}

/** A public write; without a value it deletes. */
export interface DecodedWrite {
  readonly namespace: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Types of a channel header (Fabric: common/common.proto). */
const CONFIG = 1;
const ENDORSER_TRANSACTION = 3;

/** What a transaction that cannot be read counts as: it is on the ledger all the same, flagged. */
const UNREADABLE: DecodedTransaction = {
  id: "",
  at: undefined,
  kind: "other",
  chaincode: undefined,
  function: undefined,
  creator: undefined,
  writes: [],
};

/** Reads of an envelope what the index keeps. Never throws. */
export function decodeTransaction(envelope: Uint8Array): DecodedTransaction {
  try {
    // common.Envelope: payload 1; common.Payload: header 1, data 2; common.Header: channel_header 1, signature_header 2.
    const payload = field(envelope, 1);
    const header = field(payload, 1);
    const channel = readChannelHeader(field(header, 1));
    const creator = creatorName(field(field(header, 2), 1));
    const { id, at } = channel;
    if (channel.type === CONFIG) return { ...UNREADABLE, id, at, kind: "config", creator };
    if (channel.type !== ENDORSER_TRANSACTION) return { ...UNREADABLE, id, at, creator };
    return { id, at, kind: "endorser", creator, ...readAction(field(payload, 2)) };
  } catch {
    return UNREADABLE;
  }
}

function readChannelHeader(bytes: Uint8Array): { type: number; at: Date | undefined; id: string } {
  const header = { type: 0, at: undefined as Date | undefined, id: "" };
  for (const fields = new Fields(bytes); fields.next();) {
    if (fields.number === 1) header.type = fields.value;
    else if (fields.number === 3) header.at = readTimestamp(fields.bytes);
    else if (fields.number === 5) header.id = textOf(fields.bytes);
  }
  return header;
}

function readTimestamp(bytes: Uint8Array): Date | undefined {
  let milliseconds = 0;
  for (const fields = new Fields(bytes); fields.next();) {
    if (fields.number === 1) milliseconds += fields.value * 1000;
    else if (fields.number === 2) milliseconds += Math.floor(fields.value / 1e6);
  }
  const at = new Date(milliseconds);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** peer.Transaction: actions 1; TransactionAction: payload 2; ChaincodeActionPayload: chaincode_proposal_payload 1, action 2. */
function readAction(transaction: Uint8Array): Pick<DecodedTransaction, "chaincode" | "function" | "writes"> {
  const action = field(field(transaction, 1), 2);
  // ChaincodeEndorsedAction: proposal_response_payload 1; ProposalResponsePayload: extension 2; ChaincodeAction: results 1, chaincode_id 4.
  const endorsed = field(field(field(action, 2), 1), 2);
  const chaincode = printable(field(field(endorsed, 4), 2));
  return { chaincode, function: calledFunction(field(action, 1)), writes: readWrites(field(endorsed, 1)) };
}

/** ChaincodeProposalPayload: input 1; ChaincodeInvocationSpec: chaincode_spec 1; ChaincodeSpec: input 3. Peers commit without reading it. */
function calledFunction(proposalPayload: Uint8Array): string | undefined {
  try {
    return firstArgument(field(field(field(proposalPayload, 1), 1), 3));
  } catch {
    return undefined;
  }
}

/** Functions longer than this are data, not names. */
const LONGEST_NAME = 256;

function firstArgument(input: Uint8Array): string | undefined {
  for (const fields = new Fields(input); fields.next();)
    if (fields.number === 1) return fields.bytes.length > LONGEST_NAME ? undefined : printable(fields.bytes);
  return undefined;
}

/** A name as text; undefined where there is none, or where it is binary, which a database could not keep as text. */
function printable(bytes: Uint8Array): string | undefined {
  const text = textOf(bytes);
  return text === "" || /\p{Cc}|\uFFFD/u.test(text) ? undefined : text;
}

/** rwset.TxReadWriteSet: ns_rwset 2; NsReadWriteSet: namespace 1, rwset 2; KVRWSet: writes 3; KVWrite: key 1, is_delete 2, value 3. */
function readWrites(results: Uint8Array): DecodedWrite[] {
  const writes: DecodedWrite[] = [];
  let ordered = true;
  for (const sets = new Fields(results); sets.next();) {
    if (sets.number !== 2) continue;
    const namespace = textOf(field(sets.bytes, 1));
    for (const entries = new Fields(field(sets.bytes, 2)); entries.next();) {
      if (entries.number !== 3) continue;
      const write = readWrite(namespace, entries.bytes);
      const last = writes.at(-1);
      if (last?.namespace === namespace && Buffer.compare(last.key, write.key) >= 0) ordered = false;
      writes.push(write);
    }
  }
  return ordered ? writes : effectsOf(writes);
}

/**
 * What writes come to when a key stands among them more than once, which only sets made by hand have.
 * Fabric adds up a flag for each of them, 8 for a deletion and 1 for a value, and reads the sum as bits
 * (txmgmt/validation, tx_ops.go): two values make the flag 2, which writes nothing.
 */
function effectsOf(writes: readonly DecodedWrite[]): DecodedWrite[] {
  const byKey = Map.groupBy(writes, ({ namespace, key }) => `${namespace} ${Buffer.from(key).toString("hex")}`);
  return [...byKey.values()].flatMap((ofKey) => {
    const last = ofKey.at(-1);
    if (last === undefined) return [];
    const flags = ofKey.reduce((sum, { value }) => (sum + (value === undefined ? 8 : 1)) & 0xff, 0);
    if ((flags & 8) !== 0) return [{ ...last, value: undefined }];
    return flags === 1 || (flags & 3) === 3 ? [last] : [];
  });
}

function readWrite(namespace: string, bytes: Uint8Array): DecodedWrite {
  let key: Uint8Array = new Uint8Array();
  let value: Uint8Array = key;
  let isDelete = false;
  for (const fields = new Fields(bytes); fields.next();) {
    if (fields.number === 1) key = fields.bytes;
    else if (fields.number === 2) isDelete = fields.value !== 0;
    else if (fields.number === 3) value = fields.bytes;
  }
  return { namespace, key, value: isDelete || value.length === 0 ? undefined : value };
}
