import { planNetwork, type NetworkFile } from "@heddle/network";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import { settingsChange, type SettingsRequest } from "../network/channel-settings.ts";
import { changeChannel, currentConfig, rehearseChange } from "../network/channel-update.ts";
import { imaginedSurroundings } from "../network/surroundings.ts";
import type { World } from "../services/world.ts";
import { reviving } from "./reviving.ts";

/** Names of the channels, among those that both files have, whose configuration says something else in the second. */
export function channelsWithNewSettings(from: NetworkFile, to: NetworkFile): string[] {
  const updates = planNetwork(from, to).changes.filter(({ action }) => action === "update");
  const all = updates.some(({ kind }) => kind === "ordering");
  const named = new Set(updates.filter(({ kind }) => kind === "channel").map(({ name }) => name));
  const kept = to.spec.channels.filter(({ name }) => from.spec.channels.some((one) => one.name === name));
  return kept.map(({ name }) => name).filter((name) => all || named.has(name));
}

/** Checks, as the orderers will, that every channel takes its new settings. Throws OPERATION_CHANGE_REFUSED, OPERATION_CONFIG_CONFLICT. */
export async function rehearseSettings(world: World, from: NetworkFile, to: NetworkFile): Promise<void> {
  const channels = channelsWithNewSettings(from, to);
  if (channels.length === 0) return;
  const surroundings = await imaginedSurroundings(world, from, to);
  for (const channel of channels) {
    const { connections } = await world.network(to.metadata.name);
    const change = await settingsChange(world, { from, to, channel, settled: from }, surroundings);
    if (change !== undefined) await rehearseChange(connections, { ...change, channel });
  }
}

/** The steps that give channels their new settings, one a channel. */
export function settingsSteps(world: World, from: NetworkFile, to: NetworkFile, after: readonly string[]): StepDefinition[] {
  const network = to.metadata.name;
  const place = async () => (await world.network(network)).place;
  const bring = async (request: SettingsRequest, { signal }: StepContext): Promise<void> => {
    const { connections } = await world.network(network);
    const change = await settingsChange(world, request);
    if (change !== undefined) await changeChannel(connections, { ...change, network, channel: request.channel, signal });
  };
  return channelsWithNewSettings(from, to).map((channel) =>
    reviving(world, place, {
      name: `settings:${channel}`,
      title: `Change the settings of channel ${channel}`,
      phase: "channels",
      after,
      async probe() {
        const { connections } = await world.network(network);
        const change = await settingsChange(world, { from, to, channel, settled: from });
        if (change === undefined) return true;
        const configs = await Promise.all(change.nodes.map((node) => currentConfig(connections, node, channel)));
        return configs.every((config) => change.change(config) === config);
      },
      run: (context) => bring({ from, to, channel, settled: from }, context),
      async undo(context) {
        await world.revive(await place(), context.signal);
        await bring({ from: to, to: from, channel, settled: from }, context);
      },
    }),
  );
}
