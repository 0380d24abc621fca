import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { createTransactionPayload } from "@heddle/fabric";
import { common, gateway, type peer } from "@heddle/fabric/wire";
import type { PeerContext } from "../node/types.ts";
import { EndorsementPlan } from "./endorsement-plan.ts";
import { askPeer, type EndorsingPeer, type Inquiry } from "./endorsers.ts";
import { GatewayError, type NodeFailure } from "./errors.ts";
import { readProposal } from "./evaluate.ts";
import { planLayouts } from "./layouts.ts";
import { candidates } from "./plan.ts";
import type { GatewayNetwork } from "./registry.ts";

/** What is to be endorsed, and by whom it may be. */
interface Request {
  readonly channelId: string;
  readonly chaincode: string;
  readonly transient: boolean;
  readonly inquiry: Inquiry;
  readonly network: GatewayNetwork;
}

/** `gateway.Gateway/Endorse` (Fabric: internal/pkg/gateway/endorse.go). */
export async function endorse(
  request: gateway.EndorseRequest,
  own: PeerContext,
  network: GatewayNetwork,
  signal: AbortSignal,
): Promise<gateway.EndorseResponse> {
  const { proposal, signed } = readProposal(request.proposedTransaction, "the proposed transaction must contain a signed proposal");
  const { channelId, chaincode, txId } = proposal;
  const inquiry = { own, signed, timeoutMs: network.endorsementTimeoutMs, signal };
  const asked = { channelId, chaincode, transient: proposal.transient, inquiry, network };
  const expected = network.expectations(channelId);
  expected?.add(txId);
  let responses: readonly peer.ProposalResponse[];
  try {
    responses = await collect(asked, request.endorsingOrganizations);
  } catch (error) {
    expected?.remove(txId);
    throw error;
  }
  const payload = createTransactionPayload(signed.proposalBytes, responses);
  return create(gateway.EndorseResponseSchema, { preparedTransaction: create(common.EnvelopeSchema, { payload }) });
}

async function collect(asked: Request, organizations: readonly string[]): Promise<readonly peer.ProposalResponse[]> {
  const { inquiry } = asked;
  const plan = organizations.length > 0 ? planForOrganizations(asked, organizations) : await planFromFirstEndorser(asked);
  return inTime(inquiry.signal, "endorsement timeout expired while collecting endorsements", () =>
    plan.collect((endorser) => askPeer(endorser, inquiry)),
  );
}

/** A peer of each organisation that the client names; the client answers for the policy. */
function planForOrganizations(
  { network, inquiry, channelId, chaincode }: Request,
  organizations: readonly string[],
): EndorsementPlan<EndorsingPeer> {
  const peers = candidates(network, inquiry.own, channelId, [chaincode]);
  const missing = organizations.filter((mspId) => !peers.some(({ context }) => context.mspId === mspId));
  if (missing.length > 0)
    throw new GatewayError(status.UNAVAILABLE, `failed to find any endorsing peers for org(s): ${missing.join(", ")}`);
  return new EndorsementPlan([new Map(organizations.map((mspId) => [mspId, 1]))], peers);
}

/** The first endorsement, from the gateway's own organisation if it can be, tells whose policies count. */
async function planFromFirstEndorser(request: Request): Promise<EndorsementPlan<EndorsingPeer>> {
  const { inquiry, channelId, chaincode, network } = request;
  const peers = candidates(network, inquiry.own, channelId, [chaincode]);
  const local = peers.filter(({ context }) => context.mspId === inquiry.own.mspId);
  if (local.length === 0 && request.transient) {
    throw new GatewayError(
      status.FAILED_PRECONDITION,
      "no endorsers found in the gateway's organization; retry specifying endorsing organization(s) to protect transient data",
    );
  }
  const [layout] = local.length > 0 ? [] : policyLayouts(request, [chaincode]).layouts;
  const group = local.length > 0 ? local : peers.filter(({ context }) => layout?.has(context.mspId) === true);
  const first = await inTime(inquiry.signal, "endorsement timeout expired while collecting first endorsement", () =>
    firstEndorsement(group, inquiry),
  );
  const called = first.response.interest?.chaincodes.map(({ name }) => name) ?? [];
  const { layouts, runners } = policyLayouts(request, called.length === 0 ? [chaincode] : called);
  const hasFirst = (one: ReadonlyMap<string, number>): number => Number(one.has(first.endorser.context.mspId));
  const plan = new EndorsementPlan(
    layouts.toSorted((a, b) => hasFirst(b) - hasFirst(a)),
    runners,
  );
  plan.accept(first.endorser, first.response);
  return plan;
}

interface FirstEndorsement {
  readonly endorser: EndorsingPeer;
  readonly response: peer.ProposalResponse;
}

async function firstEndorsement(group: readonly EndorsingPeer[], inquiry: Inquiry): Promise<FirstEndorsement> {
  const failures: NodeFailure[] = [];
  for (const endorser of group) {
    const { response, message } = await askPeer(endorser, inquiry);
    if (response !== undefined) return { endorser, response };
    failures.push({ address: endorser.context.address, mspId: endorser.context.mspId, message });
  }
  throw new GatewayError(status.ABORTED, "failed to endorse transaction, see attached details for more info", failures);
}

/** The layouts that satisfy the policies of all these chaincodes, smallest first, and the peers that run them all. */
function policyLayouts({ network, inquiry, channelId }: Request, chaincodes: readonly string[]) {
  const ledger = inquiry.own.channels.get(channelId);
  const runners = candidates(network, inquiry.own, channelId, chaincodes);
  try {
    return { layouts: planLayouts(ledger, channelId, chaincodes, { members: network.peers(channelId), runners }), runners };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError(
      status.FAILED_PRECONDITION,
      `no combination of peers can be derived which satisfy the endorsement policy: ${reason}`,
    );
  }
}

/** What `work` gives; the client's own end of patience is told as a deadline, whoever set it. */
async function inTime<Result>(signal: AbortSignal, message: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw new GatewayError(status.DEADLINE_EXCEEDED, message);
    throw error;
  }
}
