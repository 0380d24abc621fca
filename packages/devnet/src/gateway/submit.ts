import { create, fromBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { common, gateway } from "@heddle/fabric/wire";
import { checkChannelAcl } from "../endorser/acl.ts";
import type { PeerContext } from "../node/types.ts";
import { Refusal } from "../orderer/filters.ts";
import { GatewayError, type NodeFailure } from "./errors.ts";
import type { GatewayNetwork } from "./registry.ts";

/** `gateway.Gateway/Submit`: to one orderer after the other until one takes it (Fabric: internal/pkg/gateway/submit.go). */
export function submit(request: gateway.SubmitRequest, network: GatewayNetwork): gateway.SubmitResponse {
  const envelope = request.preparedTransaction;
  if (envelope === undefined) throw new GatewayError(status.INVALID_ARGUMENT, "a prepared transaction is required");
  if (envelope.signature.length === 0) throw new GatewayError(status.INVALID_ARGUMENT, "prepared transaction must be signed");
  const orderers = network.orderers(request.channelId);
  if (orderers.length === 0) throw new GatewayError(status.UNAVAILABLE, "no orderer nodes available");
  const failures: NodeFailure[] = [];
  for (const { address, mspId, submit: send } of orderers) {
    try {
      send(envelope);
      return create(gateway.SubmitResponseSchema);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const message = `received unsuccessful response from orderer: status=${common.Status[error.status] ?? error.status}, info=${error.message}`;
      failures.push({ address, mspId, message });
      if (error.status >= 400 && error.status < 500) throw new GatewayError(status.ABORTED, message, failures);
    }
  }
  throw new GatewayError(status.UNAVAILABLE, "no orderers could successfully process transaction", failures);
}

/** `gateway.Gateway/CommitStatus`: waits for the transaction's block (Fabric: internal/pkg/gateway/commit). */
export async function commitStatus(
  request: gateway.SignedCommitStatusRequest,
  own: PeerContext,
  signal: AbortSignal,
): Promise<gateway.CommitStatusResponse> {
  const inner = decodeStatusRequest(request.request);
  const ledger = own.channels.get(inner.channelId);
  if (ledger === undefined) throw new GatewayError(status.ABORTED, `channel does not exist: ${inner.channelId}`);
  try {
    checkChannelAcl("gateway/CommitStatus", ledger, { data: request.request, identity: inner.identity, signature: request.signature });
  } catch (error) {
    throw new GatewayError(status.PERMISSION_DENIED, error instanceof Error ? error.message : String(error));
  }
  for (;;) {
    // The height is read before the look-up, so that a block between the two is not missed.
    const { height } = ledger;
    const found = ledger.transaction(inner.transactionId);
    if (found !== undefined) return create(gateway.CommitStatusResponseSchema, { result: found.code, blockNumber: BigInt(found.block) });
    await ledger.waitFor(height + 1, signal);
  }
}

function decodeStatusRequest(bytes: Uint8Array): gateway.CommitStatusRequest {
  try {
    return fromBinary(gateway.CommitStatusRequestSchema, bytes);
  } catch {
    throw new GatewayError(status.INVALID_ARGUMENT, "invalid status request");
  }
}
