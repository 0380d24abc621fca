import {
  configFromBlock,
  describeChannel,
  discoverPeers,
  type ChannelDescription,
  type CommittedChaincode,
  type LocalSigningIdentity,
} from "@heddle/fabric";
import type { HeddleError } from "@heddle/network";
import { operationErrors } from "../errors.ts";
import { peerClient, signerOf, sourceAddress } from "./dial.ts";
import { refusalOf } from "./refusal.ts";
import type { ImportSource, SourceNode } from "./source.ts";

/** A node as a channel or a peer tells of it: whose it is, and `host:port`. */
export interface ToldNode {
  readonly kind: "peer" | "orderer";
  readonly mspId: string;
  readonly endpoint: string;
}

/** A channel that can be imported. */
export interface DiscoveredChannel {
  readonly name: string;
  readonly description: ChannelDescription;
  /** Peers of the source that have joined it. */
  readonly joined: readonly SourceNode[];
  readonly told: readonly ToldNode[];
  readonly chaincodes: readonly CommittedChaincode[];
}

/** A channel that is there and is left out, with the code and the text of the reason. */
export interface SkippedChannel {
  readonly channel: string;
  readonly code: string;
  readonly reason: string;
  readonly next: string;
}

/** What a network's own nodes say of it. */
export interface Discovery {
  readonly channels: readonly DiscoveredChannel[];
  readonly skipped: readonly SkippedChannel[];
  /** What could not be found out, for people. */
  readonly notes: readonly string[];
}

interface Found {
  readonly description: ChannelDescription;
  readonly refused: HeddleError | undefined;
  readonly joined: SourceNode[];
  readonly told: readonly ToldNode[];
  readonly chaincodes: readonly CommittedChaincode[];
}

/**
 * Asks the peers of a source for their channels, and each channel for its configuration, its peers and its chaincodes.
 * Nothing is changed by it. Throws OPERATION_IMPORT_NOT_READ where no peer answers anybody who was given, and what the
 * only channels there are cannot be imported for.
 */
export async function discover(source: ImportSource): Promise<Discovery> {
  const found = new Map<string, Found>();
  const notes: string[] = [];
  const failures: { readonly path: string; readonly message: string }[] = [];
  let asked = 0;
  for (const peer of source.nodes.filter(({ kind }) => kind === "peer")) {
    const given = source.identities.filter(({ mspId }) => mspId === peer.mspId);
    try {
      if (given.length === 0) throw new Error(`no identity of ${peer.mspId ?? "its organisation"} was given`);
      await askPeer(source, peer, given.map(signerOf), { found, notes });
      asked += 1;
    } catch (error) {
      failures.push({ path: peer.name, message: messageOf(error) });
    }
  }
  if (asked === 0) throw operationErrors.create("OPERATION_IMPORT_NOT_READ", { count: failures.length }, { problems: failures });
  return settle(found, [...notes, ...failures.map(({ path, message }) => `${path} was not asked: ${message}`)]);
}

function settle(found: ReadonlyMap<string, Found>, notes: readonly string[]): Discovery {
  const channels = [...found].flatMap(([name, { refused, ...rest }]) => (refused === undefined ? [{ name, ...rest }] : []));
  const skipped = [...found].flatMap(([channel, { refused }]) =>
    refused === undefined ? [] : [{ channel, code: refused.code, reason: refused.message, next: refused.next }],
  );
  if (channels.length > 0) return { channels, skipped, notes };
  throw (
    [...found.values()].find(({ refused }) => refused !== undefined)?.refused ?? operationErrors.create("OPERATION_IMPORT_NO_CHANNEL", {})
  );
}

/** What asking peers fills. */
interface Findings {
  readonly found: Map<string, Found>;
  readonly notes: string[];
}

async function askPeer(
  source: ImportSource,
  peer: SourceNode,
  signers: readonly LocalSigningIdentity[],
  findings: Findings,
): Promise<void> {
  using client = peerClient(source, peer);
  const signer = await firstThatReads(signers, (one) => client.channels(one));
  for (const name of signer.result) {
    const known = findings.found.get(name);
    if (known !== undefined) {
      known.joined.push(peer);
      continue;
    }
    const { config } = configFromBlock(await client.configBlock(name, signer.identity));
    const description = describeChannel(config);
    const refused = refusalOf(name, description, config);
    const readable = refused === undefined;
    findings.found.set(name, {
      description,
      refused,
      joined: [peer],
      told: readable ? await toldBy(source, peer, name, description, signer.identity, findings.notes) : [],
      chaincodes: readable ? await chaincodesOf(client, name, signer.identity, findings.notes) : [],
    });
  }
}

async function firstThatReads<Result>(
  signers: readonly LocalSigningIdentity[],
  ask: (identity: LocalSigningIdentity) => Promise<Result>,
): Promise<{ readonly identity: LocalSigningIdentity; readonly result: Result }> {
  let failure: unknown = new RangeError("nobody was given who could ask");
  for (const identity of signers) {
    try {
      return { identity, result: await ask(identity) };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Peers by the discovery service, else the anchor peers; orderers by the configuration. */
async function toldBy(
  source: ImportSource,
  peer: SourceNode,
  channel: string,
  description: ChannelDescription,
  identity: LocalSigningIdentity,
  notes: string[],
): Promise<ToldNode[]> {
  const { organizations, addresses } = description;
  const ordering = organizations.filter(({ orders }) => orders);
  const orderers = ordering.flatMap(({ mspId, endpoints }): ToldNode[] =>
    endpoints.map((endpoint) => ({ kind: "orderer", mspId, endpoint })),
  );
  const legacy = addresses.map((endpoint): ToldNode => ({ kind: "orderer", mspId: ordering[0]?.mspId ?? "", endpoint }));
  const anchors = organizations.flatMap(({ mspId, anchorPeers }): ToldNode[] =>
    anchorPeers.map((endpoint) => ({ kind: "peer", mspId, endpoint })),
  );
  let peers: ToldNode[] = [];
  try {
    const told = await discoverPeers(sourceAddress(source, peer), channel, identity);
    peers = told.map(({ mspId, endpoint }) => ({ kind: "peer", mspId, endpoint }));
  } catch (error) {
    notes.push(`${peer.name} does not tell of the peers of ${channel}, so only its anchor peers are known: ${messageOf(error)}`);
  }
  return [...orderers, ...(orderers.length === 0 ? legacy : []), ...peers, ...anchors];
}

async function chaincodesOf(
  client: ReturnType<typeof peerClient>,
  channel: string,
  identity: LocalSigningIdentity,
  notes: string[],
): Promise<readonly CommittedChaincode[]> {
  try {
    return await client.committedChaincodes(channel, identity);
  } catch (error) {
    notes.push(`the chaincodes of ${channel} could not be read: ${messageOf(error)}`);
    return [];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
