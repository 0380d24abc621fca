import { create, fromBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { gateway, peer } from "@heddle/fabric/wire";
import { readHeaders, unpackProposal, type UnpackedProposal } from "../endorser/proposal.ts";
import type { PeerContext } from "../node/types.ts";
import { askPeer, type EndorsingPeer, type Inquiry } from "./endorsers.ts";
import { GatewayError, type NodeFailure } from "./errors.ts";
import { candidates, requireLedger } from "./plan.ts";
import type { GatewayNetwork } from "./registry.ts";

/** Reads the proposal of a request. Throws INVALID_ARGUMENT, with `absent` when there is none. */
export function readProposal(
  signed: peer.SignedProposal | undefined,
  absent: string,
): { proposal: UnpackedProposal; signed: peer.SignedProposal } {
  if (signed === undefined || signed.proposalBytes.length === 0) throw new GatewayError(status.INVALID_ARGUMENT, absent);
  try {
    return {
      proposal: unpackProposal(
        signed,
        readHeaders(signed, () => ""),
      ),
      signed,
    };
  } catch (error) {
    throw new GatewayError(
      status.INVALID_ARGUMENT,
      `failed to unpack transaction proposal: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** `gateway.Gateway/Evaluate` (Fabric: internal/pkg/gateway/evaluate.go). */
export async function evaluate(
  request: gateway.EvaluateRequest,
  own: PeerContext,
  network: GatewayNetwork,
  signal: AbortSignal,
): Promise<gateway.EvaluateResponse> {
  const { proposal, signed } = readProposal(
    request.proposedTransaction,
    "failed to unpack transaction proposal: a signed proposal is required",
  );
  requireLedger(own, proposal.channelId);
  const targets = evaluators(request, proposal, own, network);
  try {
    return await evaluateAt(targets, { own, signed, timeoutMs: network.endorsementTimeoutMs, signal });
  } catch (error) {
    if (signal.aborted) throw new GatewayError(status.DEADLINE_EXCEEDED, "evaluate timeout expired");
    throw error;
  }
}

/** The peers to ask, in this order. Transient data leaves the gateway's own organisation only where the client says so. */
function evaluators(
  request: gateway.EvaluateRequest,
  proposal: UnpackedProposal,
  own: PeerContext,
  network: GatewayNetwork,
): readonly EndorsingPeer[] {
  const { channelId, chaincode } = proposal;
  const protectedTransient = request.targetOrganizations.length === 0 && proposal.transient;
  const organizations = protectedTransient ? [own.mspId] : request.targetOrganizations;
  const targets = candidates(network, own, channelId, [chaincode]).filter(
    ({ context }) => organizations.length === 0 || organizations.includes(context.mspId),
  );
  if (targets.length > 0) return targets;
  const reason = `no peers available to evaluate chaincode ${chaincode} in channel ${channelId}`;
  throw new GatewayError(
    status.FAILED_PRECONDITION,
    protectedTransient
      ? `no endorsers found in the gateway's organization; retry specifying target organization(s) to protect transient data: ${reason}`
      : reason,
  );
}

async function evaluateAt(targets: readonly EndorsingPeer[], inquiry: Inquiry): Promise<gateway.EvaluateResponse> {
  const failures: NodeFailure[] = [];
  let code = status.UNKNOWN;
  for (const target of targets) {
    const { address, mspId } = target.context;
    const judged = await askPeer(target, inquiry);
    if (judged.response !== undefined) return create(gateway.EvaluateResponseSchema, { result: withEndorsedPayload(judged.response) });
    ({ code } = judged);
    failures.push({ address, mspId, message: judged.message });
    if (!judged.retry) throw new GatewayError(code, `evaluate call to endorser returned error: ${judged.message}`, failures);
  }
  throw new GatewayError(code, "failed to evaluate transaction, see attached details for more info", failures);
}

/** The response with the payload the chaincode gave, which on a channel stands inside the endorsed action. */
function withEndorsedPayload(proposalResponse: peer.ProposalResponse): peer.Response {
  const response = proposalResponse.response ?? create(peer.ResponseSchema);
  if (proposalResponse.payload.length === 0) return response;
  const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, proposalResponse.payload);
  const inner = fromBinary(peer.ChaincodeActionSchema, extension).response;
  return create(peer.ResponseSchema, { status: response.status, message: response.message, payload: inner?.payload ?? response.payload });
}
