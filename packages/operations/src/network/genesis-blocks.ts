import { createGenesisBlock, type OrganizationMaterial } from "@heddle/fabric";
import type { NetworkChannel, NetworkFile } from "@heddle/network";
import type { NetworkPlace } from "@heddle/runtimes";
import type { World } from "../services/world.ts";
import { channelSpec } from "./channel-spec.ts";
import { organizationNames } from "./identities.ts";
import { readRevocations } from "./revocations.ts";

/** Blocks 0 by channel, base64. */
type GenesisBlocks = Readonly<Record<string, string>>;

/** The setting that keeps the blocks 0 of a network until it is deleted. */
export function genesisSetting(network: string): string {
  return `genesis/${network}`;
}

/** The first blocks of all channels of a network. */
export async function allGenesisBlocks(world: World, network: string): Promise<GenesisBlocks> {
  return (await kept(world, network)) ?? {};
}

async function kept(world: World, network: string): Promise<GenesisBlocks | undefined> {
  return (await world.store.settings.get(genesisSetting(network))) as GenesisBlocks | undefined;
}

/** Whether the first blocks of all these channels are kept. */
export async function hasGenesisBlocks(world: World, network: string, channels: readonly NetworkChannel[]): Promise<boolean> {
  const blocks = await kept(world, network);
  return blocks !== undefined && channels.every(({ name }) => Object.hasOwn(blocks, name));
}

/** Makes the first blocks of channels of a file and keeps them beside those that are kept. */
export async function keepGenesisBlocks(
  world: World,
  file: NetworkFile,
  channels: readonly NetworkChannel[],
  place: NetworkPlace,
): Promise<void> {
  const network = file.metadata.name;
  const identities = world.identities(network);
  const materials = new Map<string, OrganizationMaterial>();
  const revocations = new Map<string, string>();
  for (const name of organizationNames(file)) {
    materials.set(name, await identities.organization(name));
    revocations.set(name, (await readRevocations(world.keys, network, name)).list);
  }
  const made = channels.map((channel): [string, string] => [
    channel.name,
    Buffer.from(createGenesisBlock(channelSpec(file, channel, place, materials, revocations))).toString("base64"),
  ]);
  await world.store.settings.put(genesisSetting(network), { ...(await kept(world, network)), ...Object.fromEntries(made) });
}

/** The first block of a channel. */
export async function genesisBlock(world: World, network: string, channel: string): Promise<Uint8Array> {
  const block = (await kept(world, network))?.[channel];
  if (block === undefined) throw new RangeError(`the first block of ${channel} is not kept`);
  return Buffer.from(block, "base64");
}

/** Forgets the first block of a channel. */
export async function dropGenesisBlock(world: World, network: string, channel: string): Promise<void> {
  const blocks = await kept(world, network);
  if (blocks === undefined || !Object.hasOwn(blocks, channel)) return;
  await world.store.settings.put(genesisSetting(network), Object.fromEntries(Object.entries(blocks).filter(([name]) => name !== channel)));
}
