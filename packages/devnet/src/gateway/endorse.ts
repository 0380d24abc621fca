import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { createTransactionPayload } from "@heddle/fabric";
import { common, gateway, type peer } from "@heddle/fabric/wire";
import type { ChannelLedger } from "../ledger/ledger.ts";
import type { PeerContext } from "../node/types.ts";
import { askPeer, type EndorsingPeer } from "./endorsers.ts";
import { GatewayError, type NodeFailure } from "./errors.ts";
import { hasTransient, readProposal } from "./evaluate.ts";
import { planLayouts } from "./layouts.ts";
import { candidates, requireLedger } from "./plan.ts";
import type { GatewayNetwork } from "./registry.ts";

const COLLECT = "failed to collect enough transaction endorsements, see attached details for more info";

interface Endorsed {
  readonly mspId: string;
  readonly address: string;
  readonly response: peer.ProposalResponse;
}

/** A round of endorsement: who may be asked, and who has failed. */
interface Round {
  readonly own: PeerContext;
  readonly signed: peer.SignedProposal;
  readonly peers: readonly EndorsingPeer[];
  readonly failed: Set<EndorsingPeer>;
  readonly failures: NodeFailure[];
}

/** `gateway.Gateway/Endorse` (Fabric: internal/pkg/gateway/endorse.go). */
export async function endorse(
  request: gateway.EndorseRequest,
  own: PeerContext,
  network: GatewayNetwork,
): Promise<gateway.EndorseResponse> {
  const { proposal, signed } = readProposal(request.proposedTransaction);
  const { channelId, chaincode } = proposal;
  const ledger = requireLedger(own, channelId);
  const round: Round = { own, signed, peers: candidates(network, own, channelId, chaincode), failed: new Set(), failures: [] };
  const endorsements =
    request.endorsingOrganizations.length > 0
      ? await endorseBy(round, request.endorsingOrganizations)
      : await endorseByPolicy(round, ledger, chaincode, hasTransient(proposal));
  requireAgreement(endorsements);
  const payload = createTransactionPayload(
    signed.proposalBytes,
    endorsements.map(({ response }) => response),
  );
  return create(gateway.EndorseResponseSchema, { preparedTransaction: create(common.EnvelopeSchema, { payload }) });
}

/** One endorsement of each organisation that the client has named. */
async function endorseBy(round: Round, organizations: readonly string[]): Promise<Endorsed[]> {
  const missing = organizations.filter((mspId) => !round.peers.some(({ context }) => context.mspId === mspId));
  if (missing.length > 0)
    throw new GatewayError(status.UNAVAILABLE, `failed to find any endorsing peers for org(s): ${missing.join(", ")}`);
  const endorsed = await Promise.all(organizations.map((mspId) => endorseAt(round, mspId)));
  const complete = endorsed.filter((one) => one !== undefined);
  if (complete.length < organizations.length) throw new GatewayError(status.ABORTED, COLLECT, round.failures);
  return complete;
}

/** The first endorsement tells which policies count; then the smallest set of organisations that satisfies them is asked. */
async function endorseByPolicy(round: Round, ledger: ChannelLedger, chaincode: string, transient: boolean): Promise<Endorsed[]> {
  const local = round.peers.some(({ context }) => context.mspId === round.own.mspId);
  if (!local && transient) {
    throw new GatewayError(
      status.FAILED_PRECONDITION,
      "no endorsers found in the gateway's organization; retry specifying endorsing organization(s) to protect transient data",
    );
  }
  const first = local ? await endorseAt(round, round.own.mspId) : undefined;
  if (local && first === undefined)
    throw new GatewayError(status.ABORTED, "failed to endorse transaction, see attached details for more info", round.failures);
  const interest = first?.response.interest?.chaincodes.map(({ name }) => name) ?? [chaincode];
  const layouts = plan(round, ledger, interest);
  const preferred = first === undefined ? layouts : layouts.toSorted((a, b) => Number(b.has(first.mspId)) - Number(a.has(first.mspId)));
  for (const layout of preferred) {
    const others = [...layout].filter((mspId) => mspId !== first?.mspId);
    if (others.some((mspId) => !hasPeer(round, mspId))) continue;
    const endorsed = (await Promise.all(others.map((mspId) => endorseAt(round, mspId)))).filter((one) => one !== undefined);
    if (endorsed.length < others.length) continue;
    return first !== undefined && layout.has(first.mspId) ? [first, ...endorsed] : endorsed;
  }
  throw new GatewayError(status.ABORTED, COLLECT, round.failures);
}

function plan(round: Round, ledger: ChannelLedger, interest: readonly string[]): ReturnType<typeof planLayouts> {
  const count = (mspId: string): number => round.peers.filter(({ context }) => context.mspId === mspId).length;
  let layouts: ReturnType<typeof planLayouts>;
  try {
    layouts = planLayouts(ledger, interest, count);
  } catch (error) {
    throw new GatewayError(
      status.FAILED_PRECONDITION,
      `no combination of peers can be derived which satisfy the endorsement policy: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (layouts.length === 0) {
    throw new GatewayError(
      status.FAILED_PRECONDITION,
      "no combination of peers can be derived which satisfy the endorsement policy: no peer combination can satisfy the endorsement policy",
    );
  }
  return layouts;
}

function hasPeer(round: Round, mspId: string): boolean {
  return round.peers.some((candidate) => candidate.context.mspId === mspId && !round.failed.has(candidate));
}

/** An endorsement by any peer of an organisation; undefined when all of them failed. Throws where another peer cannot help. */
async function endorseAt(round: Round, mspId: string): Promise<Endorsed | undefined> {
  for (const candidate of round.peers) {
    if (candidate.context.mspId !== mspId || round.failed.has(candidate)) continue;
    const judged = await askPeer(candidate, round.own, round.signed);
    const { address } = candidate.context;
    if (judged.response !== undefined) return { mspId, address, response: judged.response };
    round.failed.add(candidate);
    round.failures.push({ address, mspId, message: judged.message });
    if (!judged.retry) return undefined;
  }
  return undefined;
}

function requireAgreement(endorsements: readonly Endorsed[]): void {
  const [first] = endorsements;
  const differing = endorsements.filter(
    ({ response }) => Buffer.compare(response.payload, first?.response.payload ?? new Uint8Array()) !== 0,
  );
  if (differing.length === 0) return;
  const failures = differing.map(({ address, mspId }) => ({ address, mspId, message: "ProposalResponsePayloads do not match" }));
  throw new GatewayError(status.ABORTED, COLLECT, failures);
}
