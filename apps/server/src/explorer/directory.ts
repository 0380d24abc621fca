import { fromBinary } from "@bufbuild/protobuf";
import type { BlockSource, ChannelDirectory } from "@heddle/explorer";
import { common } from "@heddle/fabric/wire";
import type { NetworkFile } from "@heddle/network";
import { operationErrors, type World } from "@heddle/operations";

/** The channels of the networks that are ready, and their blocks as a member's peer serves them. */
export function worldDirectory(world: World): ChannelDirectory {
  return {
    async list() {
      const ready = (await world.store.networks.list()).filter(({ state }) => state === "ready");
      return ready.flatMap(({ name, spec }) =>
        (spec as NetworkFile).spec.channels.map((channel) => ({ network: name, channel: channel.name })),
      );
    },
    source: async ({ network, channel }) => blockSource(world, network, channel),
  };
}

/**
 * A peer of a channel that answers, members' before observers'.
 * Throws OPERATION_CHANNEL_UNKNOWN, and where no peer answers what the last of them said.
 */
export async function blockSource(world: World, network: string, channel: string): Promise<BlockSource> {
  const { file, connections } = await world.network(network);
  const spec = file.spec.channels.find(({ name }) => name === channel);
  const organizations = [...(spec?.members ?? []), ...(spec?.observers ?? [])];
  const nodes = organizations.flatMap((organization) => connections.peersOf(organization));
  let failure: unknown = operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network, channel });
  for (const node of nodes) {
    const identity = await connections.identities.reader(node.organization, organizations);
    const client = await connections.peer(node);
    const height = async (): Promise<number> => (await client.channelInfo(channel, identity)).height;
    try {
      await height();
    } catch (error) {
      failure = error;
      continue;
    }
    return {
      height,
      follow: (from, signal) => client.blocks({ channelId: channel, identity, start: from, signal }),
      block: async (number) => fromBinary(common.BlockSchema, await client.block(channel, number, identity)),
    };
  }
  throw failure;
}
