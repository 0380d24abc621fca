import { setTimeout as pause } from "node:timers/promises";
import { isHeddleError, type NetworkChaincode, type NetworkFile } from "@heddle/network";
import type { StepDefinition } from "../engine/types.ts";
import { operationErrors } from "../errors.ts";
import { currentConfig } from "../network/channel-update.ts";
import type { World } from "../services/world.ts";
import { widenedChannels } from "./apply-channels.ts";
import { approve } from "./chaincode-definition.ts";
import { packageAt, type ChaincodePlan, type ChaincodeScene } from "./chaincode-plan.ts";
import { joinStep } from "./channel-join.ts";
import { reviving } from "./reviving.ts";

/**
 * The steps with which organisations arrive on channels that their peers have joined: each peer has the blocks up
 * to the configuration that names its organisation, and of members the package of each chaincode that is committed
 * there, whose definition the organisation approves, so that it endorses from then on.
 */
export function arrivingSteps(world: World, from: NetworkFile, to: NetworkFile, chaincodes: readonly NetworkChaincode[]): StepDefinition[] {
  const network = to.metadata.name;
  const place = async () => (await world.network(network)).place;
  return widenedChannels(from, to).flatMap(({ channel, joining }) =>
    to.spec.organizations
      .filter((one) => joining.includes(one.name))
      .flatMap(({ name: organization, domain, peers }) => {
        const arrival: StepDefinition = {
          ...arrivalOf(world, network, channel.name, organization),
          after: peers.map((peer) => joinStep(`${peer.name}.${domain}`)),
        };
        const taken = chaincodes
          .filter((chaincode) => chaincode.channel === channel.name && channel.members.includes(organization))
          .map(({ name }) => ({ ...adoption(world, network, { channel: channel.name, name, organization }), after: [arrival.name] }));
        return [arrival, ...taken].map((step) => reviving(world, place, step));
      }),
  );
}

/** How long a peer may take for the blocks of a channel it has joined. */
const CATCH_UP_MS = 600_000;
const LOOK_MS = 50;

function arrivalOf(world: World, network: string, channel: string, organization: string): StepDefinition {
  const hasArrived = async (): Promise<boolean> => {
    const { connections } = await world.network(network);
    const arrived = connections.peersOf(organization).map(async (peer) => {
      try {
        const config = await currentConfig(connections, peer, channel);
        return Object.hasOwn(config.channelGroup?.groups["Application"]?.groups ?? {}, organization);
      } catch (error) {
        // A peer does not know its own organisation before it has that configuration.
        if (isHeddleError(error, "FABRIC_REFUSED")) return false;
        throw error;
      }
    });
    return (await Promise.all(arrived)).every(Boolean);
  };
  return {
    name: `arrive:${channel}:${organization}`,
    title: `${organization} gets the blocks of channel ${channel}`,
    phase: "channels",
    timeoutMs: CATCH_UP_MS,
    probe: hasArrived,
    async run({ signal }) {
      while (!(await hasArrived())) await pause(LOOK_MS, undefined, { signal });
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
    for (const peer of peers) {
      const installed = await (await connections.peer(peer)).installedChaincodes(admin);
      if (!installed.some(({ packageId }) => packageId === packaged.packageId)) lacking.push(peer);
    }
    const [first] = peers;
    if (first === undefined) throw new RangeError(`${organization} has no peer`);
    const approvals = await (await connections.peer(first)).definitionApprovals(channel, name, admin);
    const scene: ChaincodeScene = { place, connections, plan };
    return { scene, first, admin, lacking, bytes, packageId: packaged.packageId, isApproved: approvals[mspId] === true };
  };
  return {
    name: `adopt:${channel}.${name}:${organization}`,
    title: `${organization} takes over ${name} on ${channel}`,
    phase: "chaincode",
    async probe() {
      const { lacking, isApproved } = await look();
      return lacking.length === 0 && isApproved;
    },
    async run({ signal }) {
      const { scene, first, admin, lacking, bytes, packageId, isApproved } = await look();
      for (const peer of lacking) await (await scene.connections.peer(peer)).installChaincode(bytes, admin);
      if (!isApproved) await approve(scene, first, packageId, signal);
    },
  };
}
