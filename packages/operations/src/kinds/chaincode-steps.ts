import { endorsementPolicyBytes, packageChaincodeService, packageId, PeerClient, type ChaincodeDefinitionSpec } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import type { NetworkPlace, NodePlace } from "@heddle/runtimes";
import type { StepContext, StepDefinition } from "../engine/types.ts";
import type { Connections } from "../network/connections.ts";
import { sourceFolder, type ChaincodeSource } from "../network/source.ts";
import { endorseAt, orderAndWait } from "../network/transactions.ts";
import type { World } from "../services/world.ts";

/** A chaincode to be deployed, all of it decided. */
export interface ChaincodePlan {
  readonly name: string;
  readonly channel: string;
  readonly version: string;
  readonly sequence: number;
  readonly source: ChaincodeSource;
  readonly language: string;
  readonly endorsementPolicy?: string | undefined;
  readonly initRequired: boolean;
}

/** What a package turned out to be. */
export interface PackagedChaincode {
  readonly label: string;
  readonly packageId: string;
  readonly address: string;
}

/** Where the steps of a deployment are made for. */
export interface ChaincodeSteps {
  readonly world: World;
  readonly file: NetworkFile;
  /** What is deployed; known at the latest when the first step runs. */
  readonly plan: (context: StepContext) => Promise<ChaincodePlan> | ChaincodePlan;
  readonly name: string;
  readonly channel: string;
  readonly place: (context: StepContext) => Promise<NetworkPlace>;
  /** Steps that have to be over before a package gets its address, and before a peer gets it. */
  readonly afterPlace: readonly string[];
  readonly afterJoin: (peer: string) => readonly string[];
}

/** The label of a chaincode's package. */
export function chaincodeLabel(plan: Pick<ChaincodePlan, "channel" | "name" | "version">): string {
  return `${plan.name}_${plan.version}`;
}

function definitionOf(plan: ChaincodePlan): ChaincodeDefinitionSpec {
  const { name, version, sequence, endorsementPolicy, initRequired } = plan;
  return { name, version, sequence, initRequired, ...(endorsementPolicy === undefined ? {} : { endorsementPolicy }) };
}

async function packageAt(label: string, address: string): Promise<{ bytes: Buffer; packaged: PackagedChaincode }> {
  const bytes = await packageChaincodeService(label, { address, dial_timeout: "10s", tls_required: false });
  return { bytes, packaged: { label, packageId: packageId(label, bytes), address } };
}

/** Members of a channel with the peers they have. */
function membersOf(file: NetworkFile, channel: string): string[] {
  return file.spec.channels.find(({ name }) => name === channel)?.members ?? [];
}

/** Whether a definition is committed as planned, seen from a peer. */
async function isCommitted(connections: Connections, node: NodePlace, plan: ChaincodePlan): Promise<boolean> {
  const admin = await connections.identities.admin(node.organization);
  const committed = await (await connections.peer(node)).committedChaincodes(plan.channel, admin);
  return committed.some(({ name, sequence, version }) => name === plan.name && sequence === plan.sequence && version === plan.version);
}

/**
 * The steps from a chaincode's source to its committed definition: package, service, install on every
 * member's peer, approve by every member, commit. Names are prefixed with channel and chaincode.
 */
export function chaincodeSteps(options: ChaincodeSteps): StepDefinition[] {
  const { world, file, name, channel } = options;
  const prefix = `chaincode:${channel}.${name}`;
  const members = membersOf(file, channel);
  const nodesOf = (place: NetworkPlace): NodePlace[] =>
    place.nodes.filter(({ kind, organization }) => kind === "peer" && members.includes(organization));
  const at = async (context: StepContext) => {
    const place = await options.place(context);
    return { place, connections: world.connect(place), plan: await options.plan(context) };
  };
  const peerNames = file.spec.organizations
    .filter((org) => members.includes(org.name))
    .flatMap((org) => org.peers.map((peer) => ({ organization: org.name, node: `${peer.name}.${org.domain}` })));

  const packageStep: StepDefinition = {
    name: `${prefix}:package`,
    title: `Package chaincode ${name}`,
    phase: "chaincode",
    after: options.afterPlace,
    probe: () => false,
    async run(context) {
      const { place, plan } = await at(context);
      sourceFolder(plan.source, plan.language, world.scenarios);
      const label = chaincodeLabel(plan);
      const runtime = await world.runtimeOf(place.network);
      return (await packageAt(label, await runtime.reserveChaincode(place, label))).packaged;
    },
  };
  const packaged = (context: StepContext): PackagedChaincode => context.result<PackagedChaincode>(packageStep.name);

  const serviceStep: StepDefinition = {
    name: `${prefix}:service`,
    title: `Start chaincode ${name}`,
    phase: "chaincode",
    after: [packageStep.name],
    async probe(context) {
      const { place } = await at(context);
      const runtime = await world.runtimeOf(place.network);
      return runtime.chaincodeRuns(place, packaged(context).label);
    },
    async run(context) {
      const { place, plan } = await at(context);
      const runtime = await world.runtimeOf(place.network);
      const folder = sourceFolder(plan.source, plan.language, world.scenarios);
      const { label, packageId: id, address } = packaged(context);
      // A service of the same label may still run an older state of the source.
      const fresh = plan.sequence > 1;
      await runtime.startChaincode(place, { label, packageId: id, address, folder }, { fresh, signal: context.signal });
    },
    async undo(context) {
      const result = context.resultOf<PackagedChaincode>(packageStep.name);
      const { place } = await at(context);
      const runtime = await world.runtimeOf(place.network);
      if (result !== undefined) await runtime.removeChaincode(place, result.label);
    },
  };

  const installSteps = peerNames.map(({ organization, node }): StepDefinition => {
    const installed = async (context: StepContext): Promise<boolean> => {
      const { place, connections } = await at(context);
      const target = requireNode(place, node);
      const admin = await connections.identities.admin(organization);
      const all = await (await connections.peer(target)).installedChaincodes(admin);
      return all.some(({ packageId: id }) => id === packaged(context).packageId);
    };
    return {
      name: `${prefix}:install:${node}`,
      title: `Install ${name} on ${node}`,
      phase: "chaincode",
      node,
      after: [packageStep.name, ...options.afterJoin(node)],
      probe: installed,
      async run(context) {
        if (await installed(context)) return;
        const { place, connections } = await at(context);
        const { label, address } = packaged(context);
        const { bytes } = await packageAt(label, address);
        const admin = await connections.identities.admin(organization);
        await (await connections.peer(requireNode(place, node))).installChaincode(bytes, admin);
      },
      retries: 1,
    };
  });

  const approveSteps = members.map((organization): StepDefinition => {
    const approved = async (context: StepContext): Promise<boolean> => {
      const { connections, plan } = await at(context);
      const [node] = connections.peersOf(organization);
      if (node === undefined) return false;
      if (await isCommitted(connections, node, plan)) return true;
      const admin = await connections.identities.admin(organization);
      const { mspId } = await connections.identities.organization(organization);
      const readiness = await (await connections.peer(node)).checkCommitReadiness(plan.channel, definitionOf(plan), admin);
      return readiness[mspId] === true;
    };
    return {
      name: `${prefix}:approve:${organization}`,
      title: `${organization} approves ${name}`,
      phase: "chaincode",
      after: installSteps.filter((_, index) => peerNames[index]?.organization === organization).map((step) => step.name),
      probe: approved,
      async run(context) {
        const { place, connections, plan } = await at(context);
        const [node] = connections.peersOf(organization);
        if (node === undefined) throw new RangeError(`${organization} has no peer`);
        const admin = await connections.identities.admin(organization);
        const client = await connections.peer(node);
        const { height } = await client.channelInfo(plan.channel, admin);
        const { txId, proposalBytes, response } = await client.endorseApproval(
          plan.channel,
          definitionOf(plan),
          packaged(context).packageId,
          admin,
        );
        await orderAndWait(
          connections,
          { channel: plan.channel, txId, proposalBytes, responses: [response] },
          { network: place.network, signer: admin, nodes: [node], from: height, signal: context.signal },
        );
      },
    };
  });

  const commitStep: StepDefinition = {
    name: `${prefix}:commit`,
    title: `Commit the definition of ${name}`,
    phase: "chaincode",
    after: [serviceStep.name, ...approveSteps.map((step) => step.name)],
    async probe(context) {
      const { connections, place, plan } = await at(context);
      const [node] = nodesOf(place);
      return node !== undefined && isCommitted(connections, node, plan);
    },
    async run(context) {
      const { connections, place, plan } = await at(context);
      const firsts = members.flatMap((organization) => connections.peersOf(organization).slice(0, 1));
      const [first] = firsts;
      if (first === undefined) throw new RangeError(`the channel ${channel} has no peer`);
      const admin = await connections.identities.admin(first.organization);
      const { height } = await (await connections.peer(first)).channelInfo(channel, admin);
      const transaction = await endorseAt(connections, firsts, PeerClient.commitProposal(channel, definitionOf(plan)), admin);
      await orderAndWait(connections, transaction, {
        network: place.network,
        signer: admin,
        nodes: nodesOf(place),
        from: height,
        signal: context.signal,
      });
    },
  };

  const recordStep: StepDefinition = {
    name: `${prefix}:record`,
    title: `Note the deployment of ${name}`,
    phase: "chaincode",
    after: [commitStep.name],
    probe: () => false,
    async run(context) {
      const { place, plan } = await at(context);
      const { packageId: id, label } = packaged(context);
      const before = await world.store.chaincodes.get(place.network, channel, name);
      await world.store.chaincodes.put({
        network: place.network,
        channel,
        name,
        version: plan.version,
        sequence: plan.sequence,
        packageId: id,
        detail: { ...plan, label },
      });
      const old = (before?.detail as { label?: string } | undefined)?.label;
      if (old === undefined || old === label) return;
      const others = await world.store.chaincodes.list(place.network);
      const used = others.some(({ detail }) => (detail as { label?: string } | undefined)?.label === old);
      if (!used) await (await world.runtimeOf(place.network)).removeChaincode(place, old);
    },
  };

  return [packageStep, serviceStep, ...installSteps, ...approveSteps, commitStep, recordStep];
}

/** The last of the steps of {@link chaincodeSteps}. */
export function lastChaincodeStep(channel: string, name: string): string {
  return `chaincode:${channel}.${name}:record`;
}

function requireNode(place: NetworkPlace, name: string): NodePlace {
  const node = place.nodes.find((one) => one.name === name);
  if (node === undefined) throw new RangeError(`the node ${name} has no place`);
  return node;
}

/** Throws FABRIC_POLICY_INVALID for a policy that cannot be read. */
export function checkPolicy(policy: string | undefined): void {
  endorsementPolicyBytes(policy);
}
