import {
  endorsementPolicyBytes,
  packageChaincodeService,
  packageId,
  parseSignaturePolicy,
  type ChaincodeDefinitionSpec,
} from "@heddle/fabric";
import type { NetworkChannel, NetworkFile } from "@heddle/network";
import type { NetworkPlace, NodePlace } from "@heddle/runtimes";
import { operationErrors } from "../errors.ts";
import type { StepContext } from "../engine/types.ts";
import type { Connections } from "../network/connections.ts";
import { sourceFolder, type ChaincodeSource } from "../network/source.ts";
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
  /** Undoing removes the channel's ledgers, so that no committed definition is left without its service. */
  readonly ledgersGo: boolean;
}

/** What every step of a deployment begins with. */
export interface ChaincodeScene {
  readonly place: NetworkPlace;
  readonly connections: Connections;
  readonly plan: ChaincodePlan;
}

export async function sceneOf({ world, place, plan }: ChaincodeSteps, context: StepContext): Promise<ChaincodeScene> {
  const at = await place(context);
  return { place: at, connections: world.connect(at), plan: await plan(context) };
}

/** What the steps of a chaincode on a channel are called by. */
export function stepPrefix({ channel, name }: Pick<ChaincodePlan, "channel" | "name">): string {
  return `chaincode:${channel}.${name}`;
}

/** The label of a chaincode's package. */
export function chaincodeLabel(plan: Pick<ChaincodePlan, "name" | "version">): string {
  return `${plan.name}_${plan.version}`;
}

export function definitionOf(plan: ChaincodePlan): ChaincodeDefinitionSpec {
  const { name, version, sequence, endorsementPolicy, initRequired } = plan;
  return { name, version, sequence, initRequired, ...(endorsementPolicy === undefined ? {} : { endorsementPolicy }) };
}

/** The package of a label: the same bytes whenever it is made for the same address. */
export async function packageAt(label: string, address: string): Promise<{ bytes: Buffer; packaged: PackagedChaincode }> {
  const bytes = await packageChaincodeService(label, { address, dial_timeout: "10s", tls_required: false });
  return { bytes, packaged: { label, packageId: packageId(label, bytes), address } };
}

/** Members of a channel. */
export function membersOf(file: NetworkFile, channel: string): string[] {
  return file.spec.channels.find(({ name }) => name === channel)?.members ?? [];
}

/** Whether a definition is committed as planned, seen from a peer. */
export async function isCommitted(connections: Connections, node: NodePlace, plan: ChaincodePlan): Promise<boolean> {
  const reader = await connections.identities.reader(node.organization);
  const committed = await (await connections.peer(node)).committedChaincodes(plan.channel, reader);
  return committed.some(({ name, sequence, version }) => name === plan.name && sequence === plan.sequence && version === plan.version);
}

/** Throws FABRIC_POLICY_INVALID for a policy that cannot be read. */
export function checkPolicy(policy: string | undefined): void {
  endorsementPolicyBytes(policy);
}

/** Throws FABRIC_POLICY_INVALID for a channel's policy that is neither a rule over its members nor a readable signature policy. */
export function checkChannelPolicies({ endorsement, lifecycleEndorsement }: NetworkChannel["policies"]): void {
  for (const text of [endorsement, lifecycleEndorsement])
    if (text !== undefined && !/^\s*(ANY|ALL|MAJORITY)\s+\w+\s*$/.test(text)) parseSignaturePolicy(text);
}

/**
 * A label stands for one service, so for one source. Throws OPERATION_LABEL_TAKEN where a chaincode
 * of another channel has the label with another source.
 */
export function requireLabel(
  wanted: Pick<ChaincodePlan, "name" | "version" | "channel" | "source" | "language">,
  others: ReadonlyArray<Pick<ChaincodePlan, "name" | "version" | "channel" | "source" | "language">>,
  scenarios: string,
): void {
  const label = chaincodeLabel(wanted);
  const folder = sourceFolder(wanted.source, wanted.language, scenarios);
  const taken = others.find(
    (one) =>
      chaincodeLabel(one) === label &&
      one.channel !== wanted.channel &&
      // The source of an imported one is elsewhere; the label on the ledger is its own.
      (one.source as ChaincodeSource | undefined) !== undefined &&
      sourceFolder(one.source, one.language, scenarios) !== folder,
  );
  if (taken !== undefined) throw operationErrors.create("OPERATION_LABEL_TAKEN", { label, channel: taken.channel });
}
