import { once } from "node:events";
import { create, fromBinary } from "@bufbuild/protobuf";
import { status, type handleServerStreamingCall, type ServerWritableStream } from "@grpc/grpc-js";
import { gateway, peer } from "@heddle/fabric/wire";
import { chaincodeEventOf } from "../deliver/events.ts";
import type { ChannelLedger } from "../ledger/ledger.ts";
import type { CommittedBlock } from "../ledger/types.ts";
import type { PeerContext } from "../node/types.ts";
import { describeGatewayError, GatewayError } from "./errors.ts";
import { authorizedLedger } from "./plan.ts";

type EventStream = ServerWritableStream<gateway.SignedChaincodeEventsRequest, gateway.ChaincodeEventsResponse>;

/** `gateway.Gateway/ChaincodeEvents`: the events of valid transactions, a message a block, without end. */
export function chaincodeEventsHandler(
  own: PeerContext,
): handleServerStreamingCall<gateway.SignedChaincodeEventsRequest, gateway.ChaincodeEventsResponse> {
  return (call) => {
    const ended = new AbortController();
    call.on("cancelled", () => ended.abort());
    call.on("close", () => ended.abort());
    stream(call, own, ended.signal).catch((error: unknown) => {
      if (!ended.signal.aborted) call.emit("error", describeGatewayError(error));
    });
  };
}

async function stream(call: EventStream, own: PeerContext, signal: AbortSignal): Promise<void> {
  const { request, signature } = call.request;
  const inner = decode(request);
  const signed = { data: request, identity: inner.identity, signature };
  const ledger = authorizedLedger(own, "gateway/ChaincodeEvents", inner.channelId, signed);
  const matches = matcher(inner);
  for (let number = startBlock(inner, ledger); ; number += 1) {
    if (number >= ledger.height) await ledger.waitFor(number + 1, signal);
    const block = ledger.block(number);
    const events = block === undefined ? [] : eventsOf(block).filter(matches);
    if (events.length === 0) continue;
    const message = create(gateway.ChaincodeEventsResponseSchema, { events, blockNumber: BigInt(number) });
    if (!call.write(message)) await once(call, "drain", { signal });
  }
}

function decode(bytes: Uint8Array): gateway.ChaincodeEventsRequest {
  if (bytes.length === 0) throw new GatewayError(status.INVALID_ARGUMENT, "a chaincode events request is required");
  try {
    return fromBinary(gateway.ChaincodeEventsRequestSchema, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError(status.INVALID_ARGUMENT, `invalid chaincode events request: ${reason}`);
  }
}

function startBlock(request: gateway.ChaincodeEventsRequest, ledger: ChannelLedger): number {
  const after = request.afterTransactionId === "" ? undefined : ledger.transaction(request.afterTransactionId);
  if (after !== undefined) return after.block;
  const position = request.startPosition?.Type;
  switch (position?.case) {
    case undefined:
    case "nextCommit":
      return ledger.height;
    case "specified":
      return Number(position.value.number);
    case "oldest":
    case "newest":
    default:
      throw new GatewayError(status.INVALID_ARGUMENT, `invalid start position type: ${position?.case ?? "none"}`);
  }
}

/**
 * Which events are asked for: one chaincode's, and with `after_transaction_id` only those behind that transaction's
 * event. Nothing is behind a transaction that has no event (Fabric: internal/pkg/gateway/chaincodeevents.go).
 */
function matcher({ chaincodeId, afterTransactionId }: gateway.ChaincodeEventsRequest): (event: peer.ChaincodeEvent) => boolean {
  let passed = afterTransactionId === "";
  return (event) => {
    if (passed) return event.chaincodeId === chaincodeId;
    passed = event.txId === afterTransactionId;
    return false;
  };
}

/** The events of a block's valid transactions, of all chaincodes. */
function eventsOf(block: CommittedBlock): peer.ChaincodeEvent[] {
  const events: peer.ChaincodeEvent[] = [];
  for (const [index, envelope] of (block.block.data?.data ?? []).entries()) {
    if (block.codes[index] !== peer.TxValidationCode.VALID) continue;
    const event = chaincodeEventOf(envelope);
    if (event !== undefined && event.chaincodeId !== "" && event.eventName !== "" && event.txId !== "") events.push(event);
  }
  return events;
}
