import { blockHashes } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import { organizationsOf } from "./channel-settings.ts";
import type { Connections } from "./connections.ts";

/** The last block of a channel on a peer. Its commit hash covers every write of every block so far (Fabric: core/ledger/kvledger, addBlockCommitHash). */
export interface Checkpoint {
  readonly channel: string;
  readonly peer: string;
  readonly block: number;
  /** Of the header, hex. */
  readonly hash: string;
  /** Hex; empty for block 0. */
  readonly commitHash: string;
}

/** The last block of every channel on each of its peers. Throws FABRIC_UNREACHABLE, FABRIC_REFUSED. */
export async function takeCheckpoints(file: NetworkFile, connections: Connections): Promise<Checkpoint[]> {
  const wanted = file.spec.channels.flatMap((channel) =>
    organizationsOf(channel)
      .flatMap((organization) => connections.peersOf(organization))
      .map((node) => ({ channel: channel.name, node })),
  );
  return Promise.all(
    wanted.map(async ({ channel, node }) => {
      const admin = await connections.identities.admin(node.organization);
      const { height } = await (await connections.peer(node)).channelInfo(channel, admin);
      return checkpointAt(connections, { channel, peer: node.name, block: height - 1 });
    }),
  );
}

/** A block of a channel as a peer has it. Throws FABRIC_REFUSED where it has no such block. */
export async function checkpointAt(
  connections: Connections,
  { channel, peer, block: number }: Pick<Checkpoint, "channel" | "peer" | "block">,
): Promise<Checkpoint> {
  const node = connections.place.nodes.find(({ name }) => name === peer);
  if (node === undefined) throw new RangeError(`the node ${peer} has no place`);
  const admin = await connections.identities.admin(node.organization);
  const { hash, commitHash } = blockHashes(await (await connections.peer(node)).block(channel, number, admin));
  return { channel, peer, block: number, hash: hash.toString("hex"), commitHash: commitHash.toString("hex") };
}
