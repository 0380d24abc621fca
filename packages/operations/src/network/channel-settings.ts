import {
  adoptElements,
  createChannelGroup,
  differingElements,
  type BlockConfig,
  type ElementPlace,
  type SigningIdentity,
} from "@heddle/fabric";
import { nodesOf, type NetworkChannel, type NetworkFile } from "@heddle/network";
import { operationErrors } from "../errors.ts";
import type { World } from "../services/world.ts";
import { channelSpec } from "./channel-spec.ts";
import type { ChannelChange } from "./channel-update.ts";
import { surroundingsOf, type Surroundings } from "./surroundings.ts";

type Config = BlockConfig["config"];

/** Two files of one network, and a channel that both have. */
export interface SettingsRequest {
  readonly from: NetworkFile;
  readonly to: NetworkFile;
  readonly channel: string;
  /** The one of the files whose peers are on the channel already. */
  readonly settled: NetworkFile;
}

function channelOf(file: NetworkFile, name: string): NetworkChannel {
  const found = file.spec.channels.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`the file has no channel ${name}`);
  return found;
}

/** The organisations of a channel. */
export function organizationsOf({ members, observers }: NetworkChannel): string[] {
  return [...members, ...observers];
}

/** What files state of a channel and a running channel can change, by its place in the configuration. */
function settingPlaces(from: NetworkChannel, to: NetworkChannel): ElementPlace[] {
  const place = (groups: readonly string[], kind: ElementPlace["kind"], name: string): ElementPlace => ({ groups, kind, name });
  const [before, after] = [organizationsOf(from), organizationsOf(to)];
  const policies = ["Admins", "Endorsement", "LifecycleEndorsement"];
  return [
    place(["Orderer"], "value", "BatchSize"),
    place(["Orderer"], "value", "BatchTimeout"),
    ...policies.map((name) => place(["Application"], "policy", name)),
    place(["Application"], "value", "ACLs"),
    place([], "value", "Capabilities"),
    ...[...new Set([...before, ...after])].map((organization) =>
      before.includes(organization) && after.includes(organization)
        ? place(["Application", organization], "value", "AnchorPeers")
        : place(["Application"], "group", organization),
    ),
  ];
}

/**
 * Organisations whose administrators sign a change at these places: the policies that Heddle's channels have
 * ask for the orderers' organisation there, for a majority of the members, or for the organisation itself.
 */
function signersOf(file: NetworkFile, { members }: NetworkChannel, places: readonly ElementPlace[]): string[] {
  const ordering = file.spec.ordering.organization.name;
  const names = places.flatMap(({ groups: [kind, organization] }) => {
    if (kind === "Orderer") return [ordering];
    if (organization !== undefined) return [organization];
    return kind === "Application" ? members : [ordering, ...members];
  });
  return [...new Set(names)];
}

/**
 * The change that brings a channel's settings from what one file says to what another says; undefined where
 * they say the same. Places that have a third content were changed by somebody else, and are not written over:
 * the change throws OPERATION_CONFIG_CONFLICT for them. The network's surroundings are as they are where none are given.
 */
export async function settingsChange(
  world: World,
  { from, to, channel, settled }: SettingsRequest,
  surroundings?: Surroundings,
): Promise<Pick<ChannelChange, "change" | "signers" | "nodes"> | undefined> {
  const { connections } = await world.network(to.metadata.name);
  const { identities } = connections;
  const { place, materials, revocations } = surroundings ?? (await surroundingsOf(world, from, to));
  const [present, wanted] = [channelOf(from, channel), channelOf(to, channel)];
  const before = createChannelGroup(channelSpec(from, present, place, materials, revocations));
  const after = createChannelGroup(channelSpec(to, wanted, place, materials, revocations));
  const places = differingElements(before, after, settingPlaces(present, wanted));
  const [sender, ...others] = await Promise.all(
    signersOf(to, present, places).map((name): Promise<SigningIdentity> => identities.admin(name)),
  );
  if (sender === undefined) return undefined;
  const there = new Set(nodesOf(settled).map(({ name }) => name));
  return {
    change(config: Config) {
      const [changed] = differingElements(config.channelGroup, after, differingElements(config.channelGroup, before, places));
      if (changed !== undefined)
        throw operationErrors.create("OPERATION_CONFIG_CONFLICT", {
          channel,
          network: to.metadata.name,
          place: ["", "Channel", ...changed.groups, changed.name].join("/"),
        });
      return adoptElements(config, after, places);
    },
    signers: [sender, ...others],
    // Whoever joins has no block of it yet, and whoever leaves need not get this one.
    nodes: organizationsOf(present)
      .filter((name) => organizationsOf(wanted).includes(name))
      .flatMap((name) => connections.peersOf(name))
      .filter(({ name }) => there.has(name)),
  };
}
