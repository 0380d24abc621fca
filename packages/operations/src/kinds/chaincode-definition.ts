import { PeerClient } from "@heddle/fabric";
import { isHeddleError } from "@heddle/network";
import { runtimeErrors, type NetworkPlace, type NodePlace } from "@heddle/runtimes";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import { endorseAt, orderAndWait } from "../network/transactions.ts";
import {
  chaincodeLabel,
  definitionOf,
  isCommitted,
  membersOf,
  packageAt,
  sceneOf,
  stepPrefix,
  type ChaincodeScene,
  type ChaincodeSteps,
} from "./chaincode-plan.ts";
import { noteDeployment, packagedBy } from "./chaincode-service.ts";

/** Installs the package on one peer. */
export function installStep(options: ChaincodeSteps, organization: string, node: string): StepDefinition {
  const installed = async (context: StepContext): Promise<boolean> => {
    const { place, connections } = await sceneOf(options, context);
    const admin = await connections.identities.admin(organization);
    const all = await (await connections.peer(requireNode(place, node))).installedChaincodes(admin);
    return all.some(({ packageId }) => packageId === packagedBy(options, context).packageId);
  };
  return {
    name: `${stepPrefix(options)}:install:${node}`,
    title: `Install ${options.name} on ${node}`,
    phase: "chaincode",
    node,
    after: [`${stepPrefix(options)}:package`, ...options.afterJoin(node)],
    probe: installed,
    async run(context) {
      if (await installed(context)) return;
      const { place, connections } = await sceneOf(options, context);
      const { label, address } = packagedBy(options, context);
      const { bytes } = await packageAt(label, address);
      const admin = await connections.identities.admin(organization);
      try {
        await (await connections.peer(requireNode(place, node))).installChaincode(bytes, admin);
      } catch (error) {
        // The same package for another channel may have come first (Fabric: "chaincode already successfully installed").
        if (!(await installed(context))) throw error;
      }
    },
  };
}

/** Approves the definition for one organisation. */
export function approveStep(options: ChaincodeSteps, organization: string, after: readonly string[]): StepDefinition {
  const approved = async (scene: ChaincodeScene, node: NodePlace): Promise<boolean> => {
    const { connections, plan } = scene;
    if (await isCommitted(connections, node, plan)) return true;
    const admin = await connections.identities.admin(organization);
    const { mspId } = await connections.identities.organization(organization);
    const readiness = await (await connections.peer(node)).checkCommitReadiness(plan.channel, definitionOf(plan), admin);
    return readiness[mspId] === true;
  };
  return {
    name: `${stepPrefix(options)}:approve:${organization}`,
    title: `${organization} approves ${options.name}`,
    phase: "chaincode",
    after,
    async probe(context) {
      const scene = await sceneOf(options, context);
      return approved(scene, firstPeer(scene, organization));
    },
    async run(context) {
      const scene = await sceneOf(options, context);
      const node = firstPeer(scene, organization);
      if (await isCommitted(scene.connections, node, scene.plan)) return;
      try {
        await approve(scene, node, packagedBy(options, context).packageId, context.signal);
      } catch (error) {
        if (!isApprovedAlready(error)) throw error;
      }
    },
  };
}

/** Approves a definition for the organisation of a peer, and waits until that peer has it. Throws FABRIC_REFUSED. */
export async function approve(
  { place, connections, plan }: ChaincodeScene,
  node: NodePlace,
  packageId: string,
  signal: AbortSignal,
): Promise<void> {
  const admin = await connections.identities.admin(node.organization);
  const client = await connections.peer(node);
  const { height } = await client.channelInfo(plan.channel, admin);
  const { txId, proposalBytes, response } = await client.endorseApproval(plan.channel, definitionOf(plan), packageId, admin);
  await orderAndWait(
    connections,
    { channel: plan.channel, txId, proposalBytes, responses: [response] },
    { network: place.network, signer: admin, nodes: [node], from: height, signal },
  );
}

/** Fabric refuses to approve the very same again (core/chaincode/lifecycle: ApproveChaincodeDefinitionForOrg): an earlier deployment that failed had come this far. */
function isApprovedAlready(error: unknown): boolean {
  return isHeddleError(error, "FABRIC_REFUSED") && error.message.includes("with unchanged content");
}

/** Commits the definition, endorsed by every member. */
export function commitStep(options: ChaincodeSteps, after: readonly string[]): StepDefinition {
  const members = membersOf(options.file, options.channel);
  const committed = async (context: StepContext): Promise<boolean> => {
    const { connections, place, plan } = await sceneOf(options, context);
    const [node] = peersOf(place, members);
    return node !== undefined && isCommitted(connections, node, plan);
  };
  return {
    name: `${stepPrefix(options)}:commit`,
    title: `Commit the definition of ${options.name}`,
    phase: "chaincode",
    after,
    probe: committed,
    async run(context) {
      if (await committed(context)) return;
      const scene = await sceneOf(options, context);
      const { connections, place, plan } = scene;
      const endorsers = members.map((organization) => firstPeer(scene, organization));
      const [first] = endorsers;
      if (first === undefined) throw new RangeError(`the channel ${plan.channel} has no member`);
      const admin = await connections.identities.admin(first.organization);
      const { height } = await (await connections.peer(first)).channelInfo(plan.channel, admin);
      const transaction = await endorseAt(connections, endorsers, PeerClient.commitProposal(plan.channel, definitionOf(plan)), admin);
      const nodes = peersOf(place, members);
      await orderAndWait(connections, transaction, { network: place.network, signer: admin, nodes, from: height, signal: context.signal });
    },
  };
}

/** Has an organisation approve a committed definition again, with the package that names the service's address here. */
export function rebindStep(options: ChaincodeSteps, organization: string, after: readonly string[]): StepDefinition {
  const { channel, name } = options;
  const bound = async (context: StepContext): Promise<boolean> => {
    const scene = await sceneOf(options, context);
    const node = firstPeer(scene, organization);
    const admin = await scene.connections.identities.admin(organization);
    const installed = await (await scene.connections.peer(node)).installedChaincodes(admin);
    return installed.some(
      ({ packageId, references }) =>
        packageId === packagedBy(options, context).packageId && references.some((one) => one.channel === channel && one.chaincode === name),
    );
  };
  return {
    name: `${stepPrefix(options)}:rebind:${organization}`,
    title: `${organization} approves ${name} at its new address`,
    phase: "chaincode",
    after,
    probe: bound,
    async run(context) {
      const scene = await sceneOf(options, context);
      try {
        await approve(scene, firstPeer(scene, organization), packagedBy(options, context).packageId, context.signal);
      } catch (error) {
        if (!isApprovedAlready(error)) throw error;
      }
    },
  };
}

/** Notes what is deployed, once it runs, and ends the version it replaces. */
export function recordStep(options: ChaincodeSteps, after = [`${stepPrefix(options)}:commit`]): StepDefinition {
  const { world, name } = options;
  return {
    name: lastChaincodeStep(options.channel, name),
    title: `Note the deployment of ${name}`,
    phase: "chaincode",
    after,
    probe: () => false,
    points: ["replaced"],
    async run(context) {
      const { place, plan } = await sceneOf(options, context);
      const label = chaincodeLabel(plan);
      const runtime = await world.runtimeOf(place.network);
      if (!(await runtime.chaincodeRuns(place, label)))
        throw runtimeErrors.create("RUNTIME_CHAINCODE_FAILED", {
          network: place.network,
          label,
          reason: "it ended after it had begun to listen",
        });
      await noteDeployment(options, context);
    },
  };
}

/** The last of a chaincode's steps. */
export function lastChaincodeStep(channel: string, name: string): string {
  return `${stepPrefix({ channel, name })}:record`;
}

function peersOf(place: NetworkPlace, organizations: readonly string[]): NodePlace[] {
  return place.nodes.filter(({ kind, organization }) => kind === "peer" && organizations.includes(organization));
}

function firstPeer({ connections }: ChaincodeScene, organization: string): NodePlace {
  const [node] = connections.peersOf(organization);
  if (node === undefined) throw new RangeError(`${organization} has no peer`);
  return node;
}

function requireNode(place: NetworkPlace, name: string): NodePlace {
  const node = place.nodes.find((one) => one.name === name);
  if (node === undefined) throw new RangeError(`the node ${name} has no place`);
  return node;
}
