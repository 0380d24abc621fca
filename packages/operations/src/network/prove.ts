import { setTimeout as pause } from "node:timers/promises";
import type { ChaincodeDefinitionSpec, PeerClient } from "@heddle/fabric";
import { isHeddleError, nodesOf, type NetworkFile } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import type { Connections } from "./connections.ts";
import { orderAndWait, waitOnPeers } from "./transactions.ts";

/** A transaction that was committed on every peer of a channel. */
export interface ChannelProof {
  readonly channel: string;
  readonly transactionId: string;
  readonly block: number;
  /** Names of the peers that have it. */
  readonly peers: readonly string[];
  /** Seconds from the proposal to the last peer's commit. */
  readonly seconds: number;
}

/** That a network works: one transaction on every peer of every channel. */
export interface NetworkProof {
  readonly at: string;
  readonly seconds: number;
  readonly channels: readonly ChannelProof[];
}

/** The function every contract of the official contract API answers, and that writes nothing. */
const HARMLESS_FUNCTION = "org.hyperledger.fabric:GetMetadata";
/** A definition that is approved again and again and never committed. */
const PROBE_DEFINITION = "heddle-probe";
/** The status of gRPC. */
const FAILED_PRECONDITION = 9;
/** What a gateway says when every orderer has refused: none has a leader yet (Fabric: internal/pkg/gateway/submit.go). */
const NO_ORDERERS = "no orderers could successfully process transaction";
const EARLY_TIMEOUT_MS = 30_000;
const EARLY_POLL_MS = 20;

/** Commits a probe transaction on every peer of every channel of a network. Throws when one peer does not have it (docs/decisions/0002). */
export async function proveNetwork(file: NetworkFile, connections: Connections, signal: AbortSignal): Promise<NetworkProof> {
  const began = performance.now();
  const channels = await Promise.all(file.spec.channels.map((channel) => proveChannel(file, channel.name, connections, signal)));
  return { at: new Date().toISOString(), seconds: elapsed(began), channels };
}

function elapsed(began: number): number {
  return Math.round(performance.now() - began) / 1000;
}

async function proveChannel(file: NetworkFile, channel: string, connections: Connections, signal: AbortSignal): Promise<ChannelProof> {
  const began = performance.now();
  const spec = file.spec.channels.find(({ name }) => name === channel);
  const [organization] = spec?.members ?? [];
  if (spec === undefined || organization === undefined) throw new RangeError(`the channel ${channel} has no member`);
  // There may be others that are on their way out.
  const named = new Set(nodesOf(file).map((node) => node.name));
  const nodes = [...spec.members, ...spec.observers].flatMap((name) => connections.peersOf(name)).filter((node) => named.has(node.name));
  const network = file.metadata.name;
  const node = nodes.find((one) => one.organization === organization);
  if (node === undefined) throw new RangeError(`${organization} has no peer`);
  const probe =
    (await throughChaincode(channel, node, connections, signal)) ?? (await throughLifecycle(network, channel, node, connections, signal));
  const block = await waitOnPeers(connections, { network, channel, txId: probe.txId, nodes, from: probe.block, signal });
  return { channel, transactionId: probe.txId, block, peers: nodes.map(({ name }) => name), seconds: elapsed(began) };
}

interface Probe {
  readonly txId: string;
  readonly block: number;
}

/** Through the gateway and a chaincode of the channel; undefined when none of them knows the harmless function. */
async function throughChaincode(
  channelId: string,
  node: NodePlace,
  connections: Connections,
  signal: AbortSignal,
): Promise<Probe | undefined> {
  const caller = await connections.identities.reader(node.organization);
  const committed = await (await connections.peer(node)).committedChaincodes(channelId, caller);
  for (const { name } of committed.filter(({ initRequired }) => !initRequired)) {
    try {
      const { txId, blockNumber } = await onceItCan(signal, async () =>
        (await connections.gateway(node)).submit({ channelId, chaincode: name, args: [HARMLESS_FUNCTION] }, caller),
      );
      return { txId, block: blockNumber };
    } catch (error) {
      // A chaincode that answers with an error is no reason to call the network unready: the next way decides.
      if (!isHeddleError(error, "FABRIC_REFUSED")) throw error;
    }
  }
  return undefined;
}

/**
 * Nodes that have just started cannot do all at once. A gateway answers FAILED_PRECONDITION until gossip has told its peer
 * of those that have to endorse (Fabric: internal/pkg/gateway/endorse.go), and UNAVAILABLE until orderers have elected a
 * leader. Nothing was ordered then, so it is asked again.
 */
async function onceItCan<Result>(signal: AbortSignal, submit: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + EARLY_TIMEOUT_MS;
  for (;;) {
    try {
      return await submit();
    } catch (error) {
      if (!isEarly(error) || performance.now() > deadline) throw error;
    }
    await pause(EARLY_POLL_MS, undefined, { signal });
  }
}

function isEarly(error: unknown): boolean {
  if (isHeddleError(error, "FABRIC_UNREACHABLE")) return error.message.includes(NO_ORDERERS);
  return isHeddleError(error, "FABRIC_REFUSED") && (error.cause as { readonly code?: unknown } | undefined)?.code === FAILED_PRECONDITION;
}

async function throughLifecycle(
  network: string,
  channelId: string,
  node: NodePlace,
  connections: Connections,
  signal: AbortSignal,
): Promise<Probe> {
  const admin = await connections.identities.admin(node.organization);
  const client: PeerClient = await connections.peer(node);
  const { height } = await client.channelInfo(channelId, admin);
  const spec: ChaincodeDefinitionSpec = { name: PROBE_DEFINITION, version: String(Date.now()), sequence: 1 };
  const { txId, proposalBytes, response } = await client.endorseApproval(channelId, spec, undefined, admin);
  const block = await orderAndWait(
    connections,
    { channel: channelId, txId, proposalBytes, responses: [response] },
    { network, signer: admin, nodes: [node], from: height, signal },
  );
  return { txId, block };
}
