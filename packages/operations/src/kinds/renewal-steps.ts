import { mspFiles, tlsFiles, withConsenterCertificates, type ConsenterCertificates, type MemberMaterial } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import { nodeFolder, type NodePlace } from "@heddle/runtimes";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import { changeChannel, currentConfig } from "../network/channel-update.ts";
import { organizationsOf } from "../network/channel-settings.ts";
import { followersFirst } from "../network/leaders.ts";
import { servedSerial, untilInService, untilServed } from "../network/node-trials.ts";
import { beforeRenewal, isRenewed, issueAnew, memberNamed, putBack, serialOf } from "../network/renewal.ts";
import type { PlacedNetwork, World } from "../services/world.ts";
import type { RenewInput } from "./certificates-renew.ts";

/** What every step of a renewal is made from. */
export interface RenewalScene {
  readonly world: World;
  readonly file: NetworkFile;
  readonly input: RenewInput;
}

/** The step in which the orderers' order is found. */
export const ORDER = "order";
const NODE_TIMEOUT_MS = 180_000;

/** An organisation issues certificates anew for its members that are renewed. */
export function issueStep({ world, file, input }: RenewalScene, organization: string): StepDefinition {
  const network = file.metadata.name;
  const members = input.members.filter((member) => member.organization === organization);
  return {
    name: `issue:${organization}`,
    title: `${organization} issues certificates anew for ${members.length} of its members`,
    phase: "identities",
    after: [],
    async probe() {
      const material = await world.identities(network).organization(organization);
      return members.every((member) => isRenewed(material, member));
    },
    async run({ operationId }) {
      const material = await world.identities(network).organization(organization);
      await issueAnew(world.keys, network, material, { operation: operationId, members, newKeys: input.newKeys });
    },
    async undo(context) {
      if (input.expired) return context.log("what was renewed stays: certificates before it have expired");
      await putBack(world.keys, network, context.operationId, await world.identities(network).organization(organization));
    },
  };
}

/** Finds the order in which orderers restart: the leader last. It is found once. */
export function orderStep({ world, file, input }: RenewalScene, after: readonly string[]): StepDefinition {
  const renewed = new Set(input.members.map(({ name }) => name));
  return {
    name: ORDER,
    title: "See which orderers lead",
    phase: "nodes",
    after,
    probe(context) {
      const found = context.resultOf<readonly string[]>(ORDER);
      return found === undefined ? false : { result: found };
    },
    async run() {
      const { connections } = await world.network(file.metadata.name);
      return followersFirst(connections.orderers.filter(({ name }) => renewed.has(name)));
    },
  };
}

/** All nodes whose certificates are renewed get them and start again at once: with expired ones none could be in step with another. */
export function togetherStep({ world, file, input }: RenewalScene, after: readonly string[]): StepDefinition {
  const network = file.metadata.name;
  const due = async (): Promise<{ placed: PlacedNetwork; nodes: readonly { node: NodePlace; member: MemberMaterial }[] }> => {
    const placed = await world.network(network);
    const names = new Set(input.members.map(({ name }) => name));
    const nodes = placed.place.nodes
      .filter(({ name }) => names.has(name))
      .map(async (node) => {
        const member = memberNamed(await placed.connections.identities.organization(node.organization), node.name);
        if (member === undefined) throw new RangeError(`the node ${node.name} has no identity`);
        const isServed = (await servedSerial(node)) === serialOf(member.tls.certificatePem);
        return isServed ? [] : [{ node, member }];
      });
    return { placed, nodes: (await Promise.all(nodes)).flat() };
  };
  return {
    name: "together",
    title: "All nodes restart with their certificates",
    phase: "nodes",
    after,
    points: ["delivered", "restarted"],
    timeoutMs: NODE_TIMEOUT_MS,
    retries: 1,
    probe: async () => (await due()).nodes.length === 0,
    async run(context) {
      const { placed, nodes } = await due();
      for (const { node, member } of nodes) await deliver(world, placed, node, member);
      context.faultPoint("delivered");
      await placed.runtime.restartNodes(
        placed.place,
        nodes.map(({ node }) => node.name),
        context.signal,
      );
      context.faultPoint("restarted");
      for (const { node, member } of nodes) await untilServed(node, serialOf(member.tls.certificatePem), context.signal);
      // Connections that were refused wait longer and longer before they try again.
      world.forget(network);
    },
  };
}

/** Which node a step is about: known when it is planned, or found by {@link orderStep}. */
export type NodeChoice = { readonly name: string } | { readonly turn: number; readonly of: number };

function chosen(context: StepContext, choice: NodeChoice): string {
  if ("name" in choice) return choice.name;
  const name = context.result<readonly string[]>(ORDER)[choice.turn - 1];
  if (name === undefined) throw new RangeError(`there is no orderer ${choice.turn}`);
  return name;
}

/** A node gets its certificates, starts again, and is back in step before the next one ends. */
export function nodeStep(scene: RenewalScene, choice: NodeChoice, after: readonly string[]): StepDefinition {
  const { world, file } = scene;
  const network = file.metadata.name;
  const served = async (context: StepContext): Promise<{ place: PlacedNetwork; node: NodePlace; member: MemberMaterial }> => {
    const place = await world.network(network);
    const node = place.place.nodes.find(({ name }) => name === chosen(context, choice));
    if (node === undefined) throw new RangeError(`the network has no node ${chosen(context, choice)}`);
    const member = memberNamed(await place.connections.identities.organization(node.organization), node.name);
    if (member === undefined) throw new RangeError(`the node ${node.name} has no identity`);
    return { place, node, member };
  };
  return {
    name: "name" in choice ? `node:${choice.name}` : `orderer:${choice.turn}`,
    title:
      "name" in choice
        ? `${choice.name} restarts with its certificates`
        : `Orderer ${choice.turn} of ${choice.of} restarts with its certificates`,
    phase: "nodes",
    ...("name" in choice ? { node: choice.name } : {}),
    after,
    points: ["delivered", "restarted"],
    timeoutMs: NODE_TIMEOUT_MS,
    retries: 1,
    async probe(context) {
      const { node, member, place } = await served(context);
      if ((await servedSerial(node)) !== serialOf(member.tls.certificatePem)) return false;
      await untilInService({ file, connections: place.connections, node, signal: context.signal });
      return true;
    },
    async run(context) {
      const { node, member, place } = await served(context);
      if ("turn" in choice) context.log(`it is ${node.name}`);
      await serve(scene, place, node, member, context);
      const channels = await untilInService({ file, connections: place.connections, node, signal: context.signal });
      context.log(`${node.name} is in step on ${channels.join(", ")}`);
    },
    async undo(context) {
      // Without an order no orderer was touched.
      if ("turn" in choice && context.resultOf(ORDER) === undefined) return;
      const { node, place } = await served(context);
      const before = await beforeRenewal(world.keys, network, context.operationId, { organization: node.organization, name: node.name });
      if (before === undefined) return;
      // A delivery that failed may have left half of it on the disk of a node that shows what it had.
      await deliver(world, place, node, before);
      await serve(scene, place, node, before, context);
    },
  };
}

/** Writes a node's certificates. What it signs with is there before what it shows: who shows the new one has both. */
async function deliver(world: World, { place, runtime }: PlacedNetwork, node: NodePlace, member: MemberMaterial): Promise<void> {
  const organization = await world.identities(place.network).organization(node.organization);
  await runtime.deliver(place, mspFiles(organization, member, nodeFolder(node), "msp"));
  await runtime.deliver(place, tlsFiles(organization, member, nodeFolder(node), "tls"));
}

/** Lets a node show these certificates, unless it does. */
async function serve(
  { world }: RenewalScene,
  placed: PlacedNetwork,
  node: NodePlace,
  member: MemberMaterial,
  context: StepContext,
): Promise<void> {
  const serial = serialOf(member.tls.certificatePem);
  if ((await servedSerial(node)) !== serial) {
    await deliver(world, placed, node, member);
    context.faultPoint("delivered");
    await placed.runtime.restartNodes(placed.place, [node.name], context.signal);
    context.faultPoint("restarted");
  }
  await untilServed(node, serial, context.signal);
}

/**
 * A channel knows an orderer by its new certificates, before it has them. Fabric takes one consenter at a time. An orderer
 * that leads with Raft hands the lead over for it (orderer/consensus/etcdraft/chain.go, checkForEvictionNCertRotation): one
 * that ended as leader and came back before the others missed it would lose what they had taken for it.
 */
export function consenterStep(
  { world, file }: RenewalScene,
  channel: string,
  turn: { readonly turn: number; readonly of: number },
  after: readonly string[],
): StepDefinition {
  const network = file.metadata.name;
  const organizations = file.spec.channels.filter(({ name }) => name === channel).flatMap(organizationsOf);
  const change = async (context: StepContext, certificates: (node: NodePlace) => Promise<MemberMaterial | undefined>): Promise<void> => {
    const { connections } = await world.network(network);
    const node = connections.orderers.find(({ name }) => name === chosen(context, turn));
    const member = node === undefined ? undefined : await certificates(node);
    if (node === undefined || member === undefined) return;
    const wanted = certificatesOf(member);
    const address = `${node.host}:${node.grpc}`;
    await changeChannel(connections, {
      network,
      channel,
      change: (config) => withConsenterCertificates(config, address, wanted),
      signers: [await connections.identities.admin(node.organization)],
      nodes: organizations.flatMap((name) => connections.peersOf(name)),
      signal: context.signal,
    });
  };
  const material = async ({ organization, name }: NodePlace): Promise<MemberMaterial | undefined> =>
    memberNamed(await world.identities(network).organization(organization), name);
  return {
    name: `consenter:${turn.turn}:${channel}`,
    title: `Channel ${channel} takes the certificates of orderer ${turn.turn} of ${turn.of}`,
    phase: "channels",
    after,
    async probe(context) {
      const { connections } = await world.network(network);
      const node = connections.orderers.find(({ name }) => name === chosen(context, turn));
      const [peer] = organizations.flatMap((name) => connections.peersOf(name));
      const member = node === undefined ? undefined : await material(node);
      if (node === undefined || peer === undefined || member === undefined) return false;
      const config = await currentConfig(connections, peer, channel);
      return withConsenterCertificates(config, `${node.host}:${node.grpc}`, certificatesOf(member)) === config;
    },
    run: (context) => change(context, material),
    async undo(context) {
      if (context.resultOf(ORDER) === undefined) return;
      await change(context, ({ organization, name }) => beforeRenewal(world.keys, network, context.operationId, { organization, name }));
    },
    retries: 1,
  };
}

function certificatesOf({ signing, tls }: MemberMaterial): ConsenterCertificates {
  return { identityPem: signing.certificatePem, clientTlsCertPem: tls.certificatePem, serverTlsCertPem: tls.certificatePem };
}
