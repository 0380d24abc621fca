import { describeEndorsementPolicy, type InstalledChaincode } from "@heddle/fabric";
import type { NetworkChannel } from "@heddle/network";
import { findMember, signing } from "../network/identities.ts";
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
      const material = await connections.identities.organization(node.organization);
      // What a peer has installed it tells its administrator only; of an imported network there may be none.
      if (findMember(material, "Admin") === undefined) return [];
      const admin = signing(material, "Admin");
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
  const reader = await connections.identities.reader(node.organization, members);
  const client = await connections.peer(node);
  const committed = await client.committedChaincodes(channel, reader);
  return Promise.all(
    committed.map(async ({ name, version, sequence, validationParameter, initRequired }) => {
      const approvals = await client.definitionApprovals(channel, name, reader);
      return {
        channel,
        name,
        version,
        sequence,
        endorsementPolicy: describeEndorsementPolicy(validationParameter),
        initRequired,
        approvals: Object.entries(approvals)
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([mspId, approved]) => ({
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
