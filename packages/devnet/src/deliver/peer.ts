import { create, fromBinary } from "@bufbuild/protobuf";
import { deliverService } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { checkChannelAcl } from "../endorser/acl.ts";
import { CallLimit, LIMITS, streaming } from "../front/limits.ts";
import type { Service } from "../front/listener.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import type { CommittedBlock } from "../ledger/types.ts";
import type { PeerContext } from "../node/types.ts";
import { deliverHandler, type DeliverKind } from "./engine.ts";
import { chaincodeEventOf } from "./events.ts";

type Response = peer.DeliverResponse;

function requireBlock(ledger: ChannelLedger, number: number): CommittedBlock {
  const block = ledger.block(number);
  if (block === undefined) throw new RangeError(`block ${number} of ${ledger.channelId} is not there`);
  return block;
}

/** A block reduced to ids, codes and events without their payload (Fabric: core/peer/deliverevents.go). */
export function filterBlock(channelId: string, committed: CommittedBlock): peer.FilteredBlock {
  const filteredTransactions = (committed.block.data?.data ?? []).map((bytes, index) => {
    const header = readHeader(bytes);
    const transaction = create(peer.FilteredTransactionSchema, {
      txid: header?.txId ?? "",
      type: header?.type ?? common.HeaderType.MESSAGE,
      txValidationCode: committed.codes[index] ?? peer.TxValidationCode.INVALID_OTHER_REASON,
    });
    if (header?.type === common.HeaderType.ENDORSER_TRANSACTION)
      transaction.Data = { case: "transactionActions", value: filteredActions(bytes) };
    return transaction;
  });
  return create(peer.FilteredBlockSchema, { channelId, number: BigInt(committed.number), filteredTransactions });
}

function readHeader(bytes: Uint8Array): common.ChannelHeader | undefined {
  try {
    const payload = fromBinary(common.PayloadSchema, fromBinary(common.EnvelopeSchema, bytes).payload);
    return fromBinary(common.ChannelHeaderSchema, payload.header?.channelHeader ?? new Uint8Array());
  } catch {
    return undefined;
  }
}

function filteredActions(bytes: Uint8Array): peer.FilteredTransactionActions {
  const event = chaincodeEventOf(bytes);
  if (event === undefined) return create(peer.FilteredTransactionActionsSchema);
  const chaincodeEvent = create(peer.ChaincodeEventSchema, { ...event, payload: new Uint8Array() });
  return create(peer.FilteredTransactionActionsSchema, { chaincodeActions: [{ chaincodeEvent }] });
}

function kindOf(context: PeerContext, resource: string, block: DeliverKind<Response>["block"]): DeliverKind<Response> {
  return {
    channel: (channelId) => context.channels.get(channelId),
    authorize: (ledger, { signed }) => checkChannelAcl(resource, ledger, signed),
    status: (status) => create(peer.DeliverResponseSchema, { Type: { case: "status", value: status } }),
    block,
    clock: context.clock,
    logger: context.logger,
  };
}

/** The peer's streams of blocks: whole, filtered, and with private data. */
export function peerDeliverService(context: PeerContext): Service {
  const limit = new CallLimit("protos.Deliver", LIMITS.deliver);
  const full = kindOf(context, "event/Block", (ledger, number, _request, headersOnly) => {
    const { block, isConfig } = requireBlock(ledger, number);
    const { header, metadata } = block;
    const bare = headersOnly && !isConfig && header !== undefined && metadata !== undefined;
    const value = bare ? create(common.BlockSchema, { header, metadata }) : block;
    return create(peer.DeliverResponseSchema, { Type: { case: "block", value } });
  });
  const filtered = kindOf(context, "event/FilteredBlock", (ledger, number) =>
    create(peer.DeliverResponseSchema, {
      Type: { case: "filteredBlock", value: filterBlock(ledger.channelId, requireBlock(ledger, number)) },
    }),
  );
  // The only private data of this version is the organisations' approvals. Who may read the peer's blocks may read
  // those of the peer's organisation, since their collection is not `memberOnlyRead` (Fabric: core/peer/deliverevents.go).
  const withPrivateData = kindOf(context, "event/Block", (ledger, number) => {
    const privateDataMap = Object.fromEntries(ledger.privateSets(number, context.mspId));
    const value = create(peer.BlockAndPrivateDataSchema, { block: requireBlock(ledger, number).block, privateDataMap });
    return create(peer.DeliverResponseSchema, { Type: { case: "blockAndPrivateData", value } });
  });
  return {
    definition: { ...deliverService },
    handlers: {
      deliver: streaming(limit, deliverHandler(full)),
      deliverFiltered: streaming(limit, deliverHandler(filtered)),
      deliverWithPrivateData: streaming(limit, deliverHandler(withPrivateData)),
    },
  };
}
