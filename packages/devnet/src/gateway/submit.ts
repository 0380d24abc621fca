import { create, fromBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { common, gateway } from "@heddle/fabric/wire";
import type { PeerContext } from "../node/types.ts";
import { Refusal } from "../orderer/filters.ts";
import { GatewayError } from "./errors.ts";
import { authorizedLedger, requireLedger } from "./plan.ts";
import type { GatewayNetwork } from "./registry.ts";

/**
 * `gateway.Gateway/Submit`: to one orderer after the other until one takes it (Fabric: internal/pkg/gateway/submit.go).
 * What an orderer answers stands in the text; only an orderer that cannot be reached would be named in the details.
 */
export function submit(request: gateway.SubmitRequest, own: PeerContext, network: GatewayNetwork): gateway.SubmitResponse {
  const envelope = request.preparedTransaction;
  if (envelope === undefined) throw new GatewayError(status.INVALID_ARGUMENT, "a prepared transaction is required");
  if (envelope.signature.length === 0) throw new GatewayError(status.INVALID_ARGUMENT, "prepared transaction must be signed");
  requireLedger(own, request.channelId, status.FAILED_PRECONDITION);
  const orderers = network.orderers(request.channelId);
  if (orderers.length === 0) throw new GatewayError(status.UNAVAILABLE, "no orderer nodes available");
  for (const { submit: send } of orderers) {
    try {
      send(envelope);
      return create(gateway.SubmitResponseSchema);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status < 400 || error.status >= 500) continue;
      const answer = `status=${common.Status[error.status] ?? error.status}, info=${error.message}`;
      throw new GatewayError(status.ABORTED, `received unsuccessful response from orderer: ${answer}`);
    }
  }
  throw new GatewayError(status.UNAVAILABLE, "no orderers could successfully process transaction");
}

/** `gateway.Gateway/CommitStatus`: waits for the transaction's block (Fabric: internal/pkg/gateway/commitstatus.go). */
export async function commitStatus(
  request: gateway.SignedCommitStatusRequest,
  own: PeerContext,
  signal: AbortSignal,
): Promise<gateway.CommitStatusResponse> {
  const inner = decodeStatusRequest(request.request);
  const signed = { data: request.request, identity: inner.identity, signature: request.signature };
  const ledger = authorizedLedger(own, "gateway/CommitStatus", inner.channelId, signed);
  for (;;) {
    // The height is read before the look-up, so that a block between the two is not missed.
    const { height } = ledger;
    const found = ledger.transaction(inner.transactionId);
    if (found !== undefined) return create(gateway.CommitStatusResponseSchema, { result: found.code, blockNumber: BigInt(found.block) });
    await ledger.waitFor(height + 1, signal);
  }
}

function decodeStatusRequest(bytes: Uint8Array): gateway.CommitStatusRequest {
  const invalid = (message: string): GatewayError => new GatewayError(status.INVALID_ARGUMENT, message);
  if (bytes.length === 0) throw invalid("a commit status request is required");
  let request: gateway.CommitStatusRequest;
  try {
    request = fromBinary(gateway.CommitStatusRequestSchema, bytes);
  } catch (error) {
    throw invalid(`invalid status request: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (request.identity.length === 0) throw invalid("no identity provided");
  if (request.channelId === "") throw invalid("no channel ID provided");
  if (request.transactionId === "") throw invalid("transaction ID should not be empty");
  return request;
}
