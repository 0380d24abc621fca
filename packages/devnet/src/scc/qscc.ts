import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { common, peer } from "@heddle/fabric/wire";
import { checkChannelAcl } from "../endorser/acl.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import { answer, entryOf, failure, success, type SystemCall, textArgument } from "./types.ts";

type Query = (ledger: ChannelLedger, argument: Uint8Array) => Uint8Array;

const queries: Readonly<Record<string, Query>> = {
  GetChainInfo: (ledger) =>
    toBinary(
      common.BlockchainInfoSchema,
      create(common.BlockchainInfoSchema, {
        height: BigInt(ledger.height),
        currentBlockHash: ledger.tipHash,
        previousBlockHash: ledger.previousHash,
      }),
    ),
  GetBlockByNumber(ledger, argument) {
    const number = blockNumber(Buffer.from(argument).toString("utf8"));
    const block = ledger.block(number);
    if (block === undefined) throw new Error(`Failed to get block number ${number}, error no such block number [${number}] in index`);
    return block.bytes;
  },
  GetBlockByHash(ledger, argument) {
    const number = ledger.blockNumberByHash(argument);
    const block = number === undefined ? undefined : ledger.block(number);
    const hex = Buffer.from(argument).toString("hex");
    if (block === undefined) throw new Error(`Failed to get block hash ${hex}, error no such block hash [${hex}] in index`);
    return block.bytes;
  },
  GetTransactionByID(ledger, argument) {
    const { envelope, code } = transaction(ledger, argument, "Failed to get transaction with id");
    const transactionEnvelope = fromBinary(common.EnvelopeSchema, envelope);
    return toBinary(
      peer.ProcessedTransactionSchema,
      create(peer.ProcessedTransactionSchema, { transactionEnvelope, validationCode: code }),
    );
  },
  GetBlockByTxID(ledger, argument) {
    const block = ledger.block(transaction(ledger, argument, "Failed to get block for txID").block);
    return block?.bytes ?? new Uint8Array();
  },
};

function blockNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new Error(`Failed to parse block number with error strconv.ParseUint: parsing "${text}": invalid syntax`);
  return number;
}

function transaction(ledger: ChannelLedger, argument: Uint8Array, what: string) {
  const txId = Buffer.from(argument).toString("utf8");
  const found = ledger.transaction(txId);
  if (found === undefined) throw new Error(`${what} ${txId}, error no such transaction ID [${txId}] in index`);
  return found;
}

/** The query system chaincode (Fabric: core/scc/qscc). */
export function qscc(call: SystemCall): Promise<peer.Response> {
  return answer(() => {
    const name = textArgument(call.args, 0);
    if (call.args.length < 2) return failure(`Incorrect number of arguments, ${call.args.length}`);
    if (call.nested) {
      return failure(
        `Rejecting invoke of QSCC from another chaincode because of potential for deadlocks, original invocation for '${call.proposal.chaincode}'`,
      );
    }
    const channelId = textArgument(call.args, 1);
    const ledger = call.peer.channels.get(channelId);
    if (ledger === undefined) return failure(`Invalid chain ID, ${channelId}`);
    if (name !== "GetChainInfo" && call.args.length < 3) return failure(`missing 3rd argument for ${name}`);
    const query = entryOf(queries, name);
    if (query === undefined) return failure(`Requested function ${name} not found.`);
    try {
      checkChannelAcl(`qscc/${name}`, ledger, call.proposal.signedData);
    } catch (error) {
      return failure(`access denied for [${name}][${channelId}]: [${error instanceof Error ? error.message : String(error)}]`);
    }
    return success(query(ledger, call.args[2] ?? new Uint8Array()));
  });
}
