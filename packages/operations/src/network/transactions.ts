import { setTimeout as pause } from "node:timers/promises";
import type { OrdererClient, PeerClient } from "@heddle/fabric";
import {
  createProposal,
  createTransactionPayload,
  signPayload,
  signProposal,
  type Endorsed,
  type ProposalRequest,
  type SigningIdentity,
} from "@heddle/fabric";
import { isHeddleError } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import type { Connections } from "./connections.ts";

const COMMIT_TIMEOUT_MS = 30_000;
const LEADER_TIMEOUT_MS = 30_000;
const LEADER_POLL_MS = 20;

/** A transaction on its way to be committed. */
export interface PendingTransaction extends Pick<Endorsed, "txId" | "proposalBytes"> {
  readonly channel: string;
  readonly responses: ReadonlyArray<Endorsed["response"]>;
}

/** Endorses one proposal at several peers. Throws FABRIC_REFUSED where one refuses. */
export async function endorseAt(
  connections: Connections,
  nodes: readonly NodePlace[],
  request: ProposalRequest,
  identity: SigningIdentity,
): Promise<PendingTransaction> {
  const proposal = createProposal(request, identity.serialized);
  const signed = await signProposal(proposal, identity);
  const responses = await Promise.all(
    nodes.map(async (node) => {
      const response = await (await connections.peer(node)).processProposal(signed);
      const { status = 500, message = "no response" } = response.response ?? {};
      if (status >= 400 || status < 200) throw new RefusedProposal(node.name, status, message);
      return response;
    }),
  );
  return { channel: request.channelId, txId: proposal.txId, proposalBytes: proposal.bytes, responses };
}

/** A peer answered a proposal with a status that is no success. */
export class RefusedProposal extends Error {
  override readonly name = "RefusedProposal";

  constructor(peer: string, status: number, message: string) {
    super(`${peer} answered ${status}: ${message}`);
  }
}

/** Orders a transaction and waits until each of the nodes has committed it as valid. The block and its number. */
export async function orderAndWait(
  connections: Connections,
  transaction: PendingTransaction,
  options: { network: string; signer: SigningIdentity; nodes: readonly NodePlace[]; from: number; signal: AbortSignal },
): Promise<number> {
  const { channel, txId } = transaction;
  const envelope = await signPayload(createTransactionPayload(transaction.proposalBytes, transaction.responses), options.signer);
  await broadcastToAny(connections, envelope, options.signal);
  return waitOnPeers(connections, {
    network: options.network,
    channel,
    txId,
    nodes: options.nodes,
    from: options.from,
    signal: options.signal,
  });
}

/**
 * Real orderers elect a leader for some seconds after they have joined a channel. Until then they answer
 * SERVICE_UNAVAILABLE and take nothing (Fabric: orderer/common/broadcast), so the same envelope can be sent again.
 */
export async function broadcastWhenLed(
  client: OrdererClient,
  envelope: Parameters<OrdererClient["broadcast"]>[0],
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LEADER_TIMEOUT_MS;
  for (;;) {
    try {
      await client.broadcast(envelope);
      return;
    } catch (error) {
      if (!isLeaderless(error) || performance.now() > deadline) throw error;
    }
    await pause(LEADER_POLL_MS, undefined, { signal });
  }
}

/**
 * Sends an envelope to the first orderer that takes it. Besides having no leader, an orderer may follow the channel only,
 * may not have it while it comes or goes, or may not run. Throws FABRIC_REFUSED, and FABRIC_UNREACHABLE or FABRIC_TIMEOUT where none can be reached.
 */
export async function broadcastToAny(
  connections: Connections,
  envelope: Parameters<OrdererClient["broadcast"]>[0],
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LEADER_TIMEOUT_MS;
  const { orderers } = connections;
  if (orderers.length === 0) throw new RangeError("the network has no orderer");
  for (;;) {
    const refusals: unknown[] = [];
    for (const orderer of orderers) {
      try {
        await (await connections.orderer(orderer)).broadcast(envelope);
        return;
      } catch (error) {
        if (!isElsewhere(error)) throw error;
        refusals.push(error);
      }
    }
    // Nodes that have ended are nobody's to wait for; who is not led yet will be.
    const leaderless = refusals.find(isLeaderless);
    if (leaderless === undefined || performance.now() > deadline) throw leaderless ?? refusals[0];
    await pause(LEADER_POLL_MS, undefined, { signal });
  }
}

function isLeaderless(error: unknown): boolean {
  return isHeddleError(error, "FABRIC_REFUSED") && error.message.includes("SERVICE_UNAVAILABLE");
}

/** Whether another orderer may take what this one did not. */
function isElsewhere(error: unknown): boolean {
  if (isHeddleError(error, "FABRIC_UNREACHABLE") || isHeddleError(error, "FABRIC_TIMEOUT") || isLeaderless(error)) return true;
  return isHeddleError(error, "FABRIC_REFUSED") && /NOT_FOUND|channel does not exist/.test(error.message);
}

/** Waits until each of the peers has committed a transaction as valid; the number of its block. Throws OPERATION_PROOF_FAILED. */
export async function waitOnPeers(
  connections: Connections,
  wait: { network: string; channel: string; txId: string; nodes: readonly NodePlace[]; from: number; signal: AbortSignal },
): Promise<number> {
  const signal = AbortSignal.any([wait.signal, AbortSignal.timeout(COMMIT_TIMEOUT_MS)]);
  const blocks = await Promise.all(
    wait.nodes.map(async (node) => {
      const others = wait.nodes.map(({ organization }) => organization);
      const reader = await connections.identities.reader(node.organization, others);
      const client: PeerClient = await connections.peer(node);
      const { code, blockNumber } = await client.waitForTransaction(wait.channel, wait.txId, reader, { from: wait.from, signal });
      if (code !== 0)
        throw operationErrors.create("OPERATION_PROOF_FAILED", {
          network: wait.network,
          channel: wait.channel,
          peer: node.name,
          reason: `validation code ${code}`,
        });
      return blockNumber;
    }),
  );
  return blocks[0] ?? 0;
}
