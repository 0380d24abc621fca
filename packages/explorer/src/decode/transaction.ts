import { creatorName } from "./creators.ts";
import { Fields } from "./fields.ts";

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
    const payload = new Fields(Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength)).at(1);
    const header = payload.at(1);
    const { type, id, at } = readChannelHeader(header.at(1));
    const creator = creatorName(header.at(2, 1).rest);
    const own = { id, at, creator };
    if (type === CONFIG) return { ...UNREADABLE, ...own, kind: "config" };
    if (type !== ENDORSER_TRANSACTION) return { ...UNREADABLE, ...own };
    const { chaincode, function: called, writes } = readAction(payload.at(2));
    return { id, at, kind: "endorser", chaincode, function: called, creator, writes };
  } catch {
    return UNREADABLE;
  }
}

function readChannelHeader(fields: Fields): { type: number; at: Date | undefined; id: string } {
  const header = { type: 0, at: undefined as Date | undefined, id: "" };
  while (fields.next()) {
    if (fields.number === 1) header.type = fields.value;
    else if (fields.number === 3) header.at = readTimestamp(fields.fields);
    else if (fields.number === 5) header.id = fields.text;
  }
  return header;
}

function readTimestamp(fields: Fields): Date | undefined {
  let milliseconds = 0;
  while (fields.next()) {
    if (fields.number === 1) milliseconds += fields.value * 1000;
    else if (fields.number === 2) milliseconds += Math.floor(fields.value / 1e6);
  }
  const at = new Date(milliseconds);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** peer.Transaction: actions 1; TransactionAction: payload 2; ChaincodeActionPayload: chaincode_proposal_payload 1, action 2. */
function readAction(transaction: Fields): Pick<DecodedTransaction, "chaincode" | "function" | "writes"> {
  const action = transaction.at(1, 2);
  // ChaincodeEndorsedAction: proposal_response_payload 1; ProposalResponsePayload: extension 2; ChaincodeAction: results 1, chaincode_id 4.
  const endorsed = action.at(2, 1, 2);
  const chaincode = printable(endorsed.at(4, 2).restText);
  return { chaincode, function: calledFunction(action.at(1)), writes: readWrites(endorsed.at(1)) };
}

/** ChaincodeProposalPayload: input 1; ChaincodeInvocationSpec: chaincode_spec 1; ChaincodeSpec: input 3. Peers commit without reading it. */
function calledFunction(proposalPayload: Fields): string | undefined {
  try {
    return firstArgument(proposalPayload.at(1, 1, 3));
  } catch {
    return undefined;
  }
}

/** Functions longer than this are data, not names. */
const LONGEST_NAME = 256;

function firstArgument(input: Fields): string | undefined {
  while (input.next()) if (input.number === 1) return input.length > LONGEST_NAME ? undefined : printable(input.text);
  return undefined;
}

/** A name as text; undefined where there is none, or where it is binary, which a database could not keep as text. */
function printable(text: string): string | undefined {
  return text === "" || /\p{Cc}|\uFFFD/u.test(text) ? undefined : text;
}

/** rwset.TxReadWriteSet: ns_rwset 2; NsReadWriteSet: namespace 1, rwset 2; KVRWSet: writes 3; KVWrite: key 1, is_delete 2, value 3. */
function readWrites(sets: Fields): DecodedWrite[] {
  const writes: DecodedWrite[] = [];
  let ordered = true;
  while (sets.next()) {
    if (sets.number !== 2) continue;
    const set = sets.fields;
    const namespace = set.at(1).restText;
    for (const entries = set.at(2); entries.next();) {
      if (entries.number !== 3) continue;
      const write = readWrite(namespace, entries.fields);
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

const NOTHING: Uint8Array = new Uint8Array();

function readWrite(namespace: string, fields: Fields): DecodedWrite {
  let key = NOTHING;
  let value = NOTHING;
  let isDelete = false;
  while (fields.next()) {
    if (fields.number === 1) key = fields.bytes;
    else if (fields.number === 2) isDelete = fields.value !== 0;
    else if (fields.number === 3) value = fields.bytes;
  }
  return { namespace, key, value: isDelete || value.length === 0 ? undefined : value };
}
