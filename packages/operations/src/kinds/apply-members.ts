import { setTimeout as pause } from "node:timers/promises";
import { isHeddleError, type NetworkChaincode, type NetworkFile } from "@heddle/network";
import type { NodePlace } from "@heddle/runtimes";
import type { StepDefinition } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import { organizationsOf } from "../network/channel-settings.ts";
import { currentConfig } from "../network/channel-update.ts";
import type { Connections } from "../network/connections.ts";
import type { World } from "../services/world.ts";
import { arrivals } from "./apply-channels.ts";
import { approve } from "./chaincode-definition.ts";
import { packageAt, type ChaincodePlan, type ChaincodeScene } from "./chaincode-plan.ts";
import { joinStep } from "./channel-join.ts";
import { reviving } from "./reviving.ts";

/**
 * The steps with which peers, and organisations with them, arrive on channels that they have joined: each peer has the
 * blocks that the others have, with the configuration that names its organisation, and of members the package of each
 * chaincode that is committed there, whose definition the organisation has approved, so that it endorses from then on.
 */
export function arrivingSteps(world: World, from: NetworkFile, to: NetworkFile, chaincodes: readonly NetworkChaincode[]): StepDefinition[] {
  const network = to.metadata.name;
  const place = async () => (await world.network(network)).place;
  return arrivals(from, to).flatMap(({ channel, organization, peers }) => {
    const before = from.spec.channels.find(({ name }) => name === channel.name);
    const others = organizationsOf(channel).filter((name) => before !== undefined && organizationsOf(before).includes(name));
    const arrival: StepDefinition = {
      ...arrivalOf(world, network, { channel: channel.name, organization, peers, others }),
      after: peers.map((peer) => joinStep(peer)),
    };
    const taken = chaincodes
      .filter((chaincode) => chaincode.channel === channel.name && channel.members.includes(organization))
      .map(({ name }) => ({ ...adoption(world, network, { channel: channel.name, name, organization }), after: [arrival.name] }));
    return [arrival, ...taken].map((step) => reviving(world, place, step));
  });
}

/** How long a peer may take for the blocks of a channel it has joined. */
const CATCH_UP_MS = 600_000;
/** Peers look for what they lack of each other's private data once a minute (Fabric: peer.gossip.pvtData.reconcileSleepInterval). */
const BIND_MS = 150_000;
const LOOK_MS = 50;

interface Arrival {
  readonly channel: string;
  readonly organization: string;
  /** Names of those that arrive. */
  readonly peers: readonly string[];
  /** Organisations that were there before. */
  readonly others: readonly string[];
}

function arrivalOf(world: World, network: string, { channel, organization, peers, others }: Arrival): StepDefinition {
  const heightOf = async (connections: Connections, peer: NodePlace): Promise<number> => {
    const admin = await connections.identities.admin(peer.organization);
    return (await (await connections.peer(peer)).channelInfo(channel, admin)).height;
  };
  /** The blocks that there are on a peer that was there before. */
  const blocks = async (): Promise<number> => {
    const { connections } = await world.network(network);
    const [settled] = others.flatMap((name) => connections.peersOf(name)).filter(({ name }) => !peers.includes(name));
    return settled === undefined ? 0 : heightOf(connections, settled);
  };
  const have = async (height: number): Promise<boolean> => {
    const { connections } = await world.network(network);
    const arriving = connections.peersOf(organization).filter(({ name }) => peers.includes(name));
    const arrived = arriving.map(async (peer) => {
      try {
        const config = await currentConfig(connections, peer, channel);
        const isNamed = Object.hasOwn(config.channelGroup?.groups["Application"]?.groups ?? {}, organization);
        return isNamed && (await heightOf(connections, peer)) >= height;
      } catch (error) {
        // A peer does not know its own organisation before it has that configuration.
        if (isHeddleError(error, "FABRIC_REFUSED")) return false;
        throw error;
      }
    });
    return arriving.length === peers.length && (await Promise.all(arrived)).every(Boolean);
  };
  return {
    name: `arrive:${channel}:${organization}`,
    title: `${organization} gets the blocks of channel ${channel}`,
    phase: "channels",
    timeoutMs: CATCH_UP_MS,
    probe: async () => have(await blocks()),
    async run({ signal }) {
      const height = await blocks();
      while (!(await have(height))) await pause(LOOK_MS, undefined, { signal });
    },
  };
}

interface Adoption {
  readonly channel: string;
  readonly name: string;
  readonly organization: string;
}

function adoption(world: World, network: string, { channel, name, organization }: Adoption): StepDefinition {
  const look = async () => {
    const record = await world.store.chaincodes.get(network, channel, name);
    if (record === undefined) throw operationErrors.create("OPERATION_CHAINCODE_MISSING", { network, chaincode: name });
    const { place, connections, runtime } = await world.network(network);
    // Only `noteDeployment` writes it.
    const plan = record.detail as ChaincodePlan & { readonly label: string };
    const { bytes, packaged } = await packageAt(plan.label, await runtime.reserveChaincode(place, plan.label));
    const admin = await connections.identities.admin(organization);
    const { mspId } = await connections.identities.organization(organization);
    const peers = connections.peersOf(organization);
    const lacking = [];
    let isBound = true;
    for (const peer of peers) {
      const installed = await (await connections.peer(peer)).installedChaincodes(admin);
      const own = installed.find(({ packageId }) => packageId === packaged.packageId);
      if (own === undefined) lacking.push(peer);
      if (own?.references.some((one) => one.channel === channel && one.chaincode === name) !== true) isBound = false;
    }
    const [first] = peers;
    if (first === undefined) throw new RangeError(`${organization} has no peer`);
    const approvals = await (await connections.peer(first)).definitionApprovals(channel, name, admin);
    const scene: ChaincodeScene = { place, connections, plan };
    return { scene, first, admin, lacking, bytes, packageId: packaged.packageId, isApproved: approvals[mspId] === true, isBound };
  };
  return {
    name: `adopt:${channel}.${name}:${organization}`,
    title: `${organization} takes over ${name} on ${channel}`,
    phase: "chaincode",
    // A further peer of an organisation is told by the others which package was approved, in its own time.
    timeoutMs: BIND_MS,
    probe: async () => (await look()).isBound,
    async run({ signal }) {
      const { scene, first, admin, lacking, bytes, packageId, isApproved } = await look();
      for (const peer of lacking) await (await scene.connections.peer(peer)).installChaincode(bytes, admin);
      if (!isApproved) await approve(scene, first, packageId, signal);
      while (!(await look()).isBound) await pause(LOOK_MS, undefined, { signal });
    },
  };
}
