import { describeEndorsementPolicy, type InstalledChaincode } from "@heddle/fabric";
import type { NetworkChannel } from "@heddle/network";
import type { PlacedNetwork, World } from "./world.ts";

/** A committed chaincode definition, who agreed to it, and where its package is. */
export interface DefinitionView {
  readonly channel: string;
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  /** A signature policy's text, or the path of a channel policy. */
  readonly endorsementPolicy: string;
  readonly initRequired: boolean;
  readonly approvals: ReadonlyArray<{ readonly mspId: string; readonly organization: string; readonly approved: boolean }>;
  readonly installedOn: ReadonlyArray<{ readonly peer: string; readonly packageId: string }>;
}

/** The definitions committed on every channel of a network, as a member's peer shows them. */
export async function listDefinitions(world: World, network: string): Promise<DefinitionView[]> {
  const placed = await world.network(network);
  const installed = await installedPackages(placed);
  return (await Promise.all(placed.file.spec.channels.map((channel) => definitionsOn(placed, channel, installed)))).flat();
}

type InstalledOnPeer = InstalledChaincode & { readonly peer: string };

async function installedPackages({ place, connections }: PlacedNetwork): Promise<InstalledOnPeer[]> {
  const peers = place.nodes.filter(({ kind }) => kind === "peer");
  const lists = await Promise.all(
    peers.map(async (node) => {
      const admin = await connections.identities.admin(node.organization);
      return (await (await connections.peer(node)).installedChaincodes(admin)).map((one) => ({ ...one, peer: node.name }));
    }),
  );
  return lists.flat();
}

async function definitionsOn(
  { file, connections }: PlacedNetwork,
  { name: channel, members }: NetworkChannel,
  installed: readonly InstalledOnPeer[],
): Promise<DefinitionView[]> {
  const [node] = members.flatMap((organization) => connections.peersOf(organization));
  if (node === undefined) return [];
  const admin = await connections.identities.admin(node.organization);
  const client = await connections.peer(node);
  const committed = await client.committedChaincodes(channel, admin);
  return Promise.all(
    committed.map(async ({ name, version, sequence, validationParameter, initRequired }) => {
      const approvals = await client.definitionApprovals(channel, name, admin);
      return {
        channel,
        name,
        version,
        sequence,
        endorsementPolicy: describeEndorsementPolicy(validationParameter),
        initRequired,
        approvals: Object.entries(approvals).map(([mspId, approved]) => ({
          mspId,
          organization: file.spec.organizations.find((one) => one.mspId === mspId)?.name ?? mspId,
          approved,
        })),
        installedOn: installed
          .filter(({ references }) =>
            references.some((one) => one.channel === channel && one.chaincode === name && one.version === version),
          )
          .map(({ peer, packageId }) => ({ peer, packageId })),
      };
    }),
  );
}
