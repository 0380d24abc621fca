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
    const block = ledger.block(number === MAX_UINT64 ? ledger.height - 1 : Number(number));
    if (block === undefined) throw new Error(`Failed to get block number ${number}, error no such block number [${number}] in index`);
    return block.bytes;
  },
  GetBlockByHash(ledger, argument) {
    const number = ledger.blockNumberByHash(argument);
    const block = number === undefined ? undefined : ledger.block(number);
    const bytes = Buffer.from(argument);
    if (block === undefined) {
      throw new Error(`Failed to get block hash ${bytes.toString("utf8")}, error no such block hash [${bytes.toString("hex")}] in index`);
    }
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

/** The largest number that a block could have; a ledger answers it with its newest block (Fabric: common/ledger/blkstorage). */
const MAX_UINT64 = 2n ** 64n - 1n;

function blockNumber(text: string): bigint {
  const failed = (reason: string): Error =>
    new Error(`Failed to parse block number with error strconv.ParseUint: parsing ${JSON.stringify(text)}: ${reason}`);
  if (!/^\d+$/.test(text)) throw failed("invalid syntax");
  const number = BigInt(text);
  if (number > MAX_UINT64) throw failed("value out of range");
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
    if (name !== "GetChainInfo" && call.args.length < 3) return failure(`missing 3rd argument for ${name}`);
    const channelId = textArgument(call.args, 1);
    const ledger = call.peer.channels.get(channelId);
    if (ledger === undefined) return failure(`Invalid chain ID, ${channelId}`);
    try {
      checkChannelAcl(`qscc/${name}`, ledger, call.proposal.signedData);
    } catch (error) {
      return failure(`access denied for [${name}][${channelId}]: [${error instanceof Error ? error.message : String(error)}]`);
    }
    const query = entryOf(queries, name);
    if (query === undefined) return failure(`Requested function ${name} not found.`);
    return success(query(ledger, call.args[2] ?? new Uint8Array()));
  });
}
