import { once } from "node:events";
import { connect } from "node:tls";
import { setTimeout as pause } from "node:timers/promises";
import { createTransactionPayload, signPayload, type Endorsed } from "@heddle/fabric";
import { isHeddleError, type NetworkFile } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import type { Connections } from "./connections.ts";
import { untilInStep } from "./in-step.ts";
import { broadcastWhenLed, waitOnPeers } from "./transactions.ts";

const DIAL_TIMEOUT_MS = 5000;
const LOOK_MS = 50;

/** A node of a running network that is tried. */
export interface Trial {
  readonly file: NetworkFile;
  readonly connections: Connections;
  readonly node: NodePlace;
  readonly signal: AbortSignal;
}

/** Serial number, hex, of the TLS certificate that a node shows to those who connect; undefined when it does not answer. */
export async function servedSerial({ host, grpc, name }: NodePlace): Promise<string | undefined> {
  // What is asked is which certificate it is, not whether it is to be trusted.
  const socket = connect({
    host,
    port: grpc,
    servername: name,
    rejectUnauthorized: false,
    ALPNProtocols: ["h2"],
    timeout: DIAL_TIMEOUT_MS,
  });
  try {
    await Promise.race([once(socket, "secureConnect"), once(socket, "timeout").then(() => Promise.reject(new Error("no answer")))]);
    return socket.getPeerCertificate().serialNumber.toLowerCase();
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** Waits until a node shows a TLS certificate; until the signal fires. */
export async function untilServed(node: NodePlace, serial: string, signal: AbortSignal): Promise<void> {
  while ((await servedSerial(node)) !== serial) await pause(LOOK_MS, undefined, { signal });
}

/**
 * Waits until a node that has started again does its part in every channel: it has the blocks that others have, and a
 * transaction goes through it. The channels that it was tried on. Throws OPERATION_NODE_BEHIND; until the signal fires.
 */
export async function untilInService(trial: Trial): Promise<readonly string[]> {
  const { file, connections, node, signal } = trial;
  await untilInStep(file, connections, node, signal);
  const isOrderer = node.kind === "orderer";
  // An observer's transactions are refused by the channel's policies.
  const tried = file.spec.channels.filter(({ members }) => isOrderer || members.includes(node.organization)).map(({ name }) => name);
  for (const channel of tried) await untilIt(signal, () => (isOrderer ? throughOrderer(trial, channel) : throughPeer(trial, channel)));
  return tried;
}

/** Repeats what fails with an error of Fabric, with which a node that starts answers. */
async function untilIt(signal: AbortSignal, go: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await go();
    } catch (error) {
      if (!isHeddleError(error) || !error.code.startsWith("FABRIC_") || signal.aborted) throw error;
    }
    await pause(LOOK_MS, undefined, { signal });
  }
}

/** A function every contract of the official contract API answers, and that writes nothing. */
const HARMLESS_FUNCTION = "org.hyperledger.fabric:GetMetadata";
/** gRPC's status for a gateway that does not know its endorsers yet, and for one that finds no orderer or endorser. */
const NOT_YET: ReadonlySet<unknown> = new Set([9, 14]);

/**
 * Commits a transaction through a peer's gateway: its chaincodes answer, and it knows who else has to endorse. Where no
 * chaincode of the channel answers the harmless function, the peer endorses and commits an approval.
 */
async function throughPeer({ file, connections, node, signal }: Trial, channel: string): Promise<void> {
  const admin = await connections.identities.admin(node.organization);
  const committed = await (await connections.peer(node)).committedChaincodes(channel, admin);
  for (const { name } of committed.filter(({ initRequired }) => !initRequired)) {
    try {
      await (await connections.gateway(node)).submit({ channelId: channel, chaincode: name, args: [HARMLESS_FUNCTION] }, admin);
      return;
    } catch (error) {
      // What a chaincode answers is no reason to wait; what a peer says that has just started is.
      if (!isHeddleError(error, "FABRIC_REFUSED") || NOT_YET.has((error.cause as { readonly code?: unknown } | undefined)?.code))
        throw error;
    }
  }
  const [orderer] = connections.orderers;
  if (orderer === undefined) throw new RangeError("the network has no orderer");
  await approve({ file, connections, peer: node, orderer, channel, signal });
}

/** Commits a transaction that an orderer takes to its channel's leader. */
async function throughOrderer({ file, connections, node, signal }: Trial, channel: string): Promise<void> {
  const members = file.spec.channels.find(({ name }) => name === channel)?.members ?? [];
  const [peer] = members.flatMap((organization) => connections.peersOf(organization));
  if (peer === undefined) throw new RangeError(`the channel ${channel} has no member with a peer`);
  await approve({ file, connections, peer, orderer: node, channel, signal });
}

interface Approval {
  readonly file: NetworkFile;
  readonly connections: Connections;
  readonly peer: NodePlace;
  readonly orderer: NodePlace;
  readonly channel: string;
  readonly signal: AbortSignal;
}

/** Commits an approval of a definition that is never committed (docs/decisions/0002). */
async function approve({ file, connections, peer, orderer, channel, signal }: Approval): Promise<void> {
  const admin = await connections.identities.admin(peer.organization);
  const client = await connections.peer(peer);
  const { height } = await client.channelInfo(channel, admin);
  const spec = { name: "heddle-probe", version: String(Date.now()), sequence: 1 };
  const { txId, proposalBytes, response }: Endorsed = await client.endorseApproval(channel, spec, undefined, admin);
  const envelope = await signPayload(createTransactionPayload(proposalBytes, [response]), admin);
  await broadcastWhenLed(await connections.orderer(orderer), envelope, signal);
  await waitOnPeers(connections, { network: file.metadata.name, channel, txId, nodes: [peer], from: height, signal });
}
