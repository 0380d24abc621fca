import type { NetworkFile } from "@heddle/network";
import { chaincodeLabel } from "../kinds/chaincode-plan.ts";
import type { World } from "../services/world.ts";
import { dropGenesisBlock } from "./genesis-blocks.ts";

/**
 * Takes a channel off every node and forgets all that was kept of it: its chaincode services that no other
 * channel uses, what the explorer knows, its first block. Can be called again after it was interrupted anywhere.
 */
export async function removeChannel(world: World, network: string, channel: string, signal: AbortSignal): Promise<void> {
  await leaveChannel(world, network, channel, signal);
  const { place, runtime } = await world.network(network);
  for (const record of await world.store.chaincodes.list(network)) {
    if (record.channel !== channel) continue;
    const label = chaincodeLabel(record);
    const others = (await world.store.chaincodes.list(network)).filter((one) => one.channel !== channel);
    // The service first: it is found by its row.
    if (!others.some((one) => chaincodeLabel(one) === label)) await runtime.removeChaincode(place, label);
    await world.store.chaincodes.delete(network, channel, record.name);
  }
  await world.store.explorer.remove(network, channel);
  await dropGenesisBlock(world, network, channel);
}

/** Orderers first, by channel participation, so that no block follows; then the peers, which restart for it. */
async function leaveChannel(world: World, network: string, channel: string, signal: AbortSignal): Promise<void> {
  await world.revive((await world.network(network)).place, signal);
  const { connections, place, runtime } = await world.network(network);
  for (const orderer of connections.orderers) {
    const client = await connections.participation(orderer);
    if ((await client.list()).includes(channel)) await client.remove(channel);
  }
  await runtime.clearChannel(place, channel);
  await peersLeave(
    world,
    network,
    channel,
    place.nodes.filter(({ kind }) => kind === "peer").map(({ name }) => name),
    signal,
  );
}

/** Those of the peers that have joined a channel leave it; they restart for it. */
export async function peersLeave(
  world: World,
  network: string,
  channel: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await world.revive((await world.network(network)).place, signal);
  const { connections, place, runtime } = await world.network(network);
  const joined: string[] = [];
  for (const peer of place.nodes.filter(({ name }) => names.includes(name))) {
    const admin = await connections.identities.admin(peer.organization);
    if ((await (await connections.peer(peer)).channels(admin)).includes(channel)) joined.push(peer.name);
  }
  if (joined.length === 0) return;
  await runtime.leaveChannel(place, channel, joined, signal);
  // Connections that were tried while the nodes were down wait before they try again.
  world.forget(network);
}

/** A file without a channel and its chaincodes. */
export function withoutChannel(file: NetworkFile, channel: string): NetworkFile {
  const { channels, chaincodes } = file.spec;
  return {
    ...file,
    spec: {
      ...file.spec,
      channels: channels.filter(({ name }) => name !== channel),
      chaincodes: chaincodes.filter((one) => one.channel !== channel),
    },
  };
}
