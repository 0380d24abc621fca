import { isHeddleError, planNetwork, type NetworkChaincode, type NetworkFile } from "@heddle/network";
import { storeErrors, type Repositories } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import type { NetworkProof } from "../network/prove.ts";
import { sourceFolder } from "../network/source.ts";
import type { World } from "../services/world.ts";
import { destroyingSteps, issuingSteps } from "./apply-identities.ts";
import { droppingSteps, leavingSteps, startingSteps, untilDropped, type DroppedItems } from "./apply-nodes.ts";
import { ordererSteps } from "./apply-orderers.ts";
import { quorumSteps, rehearseOrderers } from "./apply-quorum.ts";
import { channelsOnlyIn, joiningSteps, removingSteps } from "./apply-channels.ts";
import { arrivingSteps } from "./apply-members.ts";
import { rehearseSettings, settingsSteps } from "./apply-settings.ts";
import { decisionStep } from "./chaincode-decision.ts";
import { checkChannelPolicies, checkPolicy, requireLabel, stepPrefix, type ChaincodePlan } from "./chaincode-plan.ts";
import { chaincodeSteps } from "./chaincode-steps.ts";
import { joinStep } from "./channel-join.ts";
import type { RemovedItem } from "./network-delete.ts";
import { nodesStep } from "./network-prove.ts";
import { showState } from "./network-state.ts";
import { proofStep } from "./proof-step.ts";
import { reviving } from "./reviving.ts";

/** What `network.apply` is given. */
export interface ApplyInput {
  readonly spec: NetworkFile;
}

function sameChaincode(a: NetworkChaincode, b: NetworkChaincode): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Chaincodes of the wanted file that are new or different. */
function changedChaincodes(current: NetworkFile, desired: NetworkFile): NetworkChaincode[] {
  return desired.spec.chaincodes.filter((wanted) => !current.spec.chaincodes.some((known) => sameChaincode(known, wanted)));
}

/** Chaincodes that both files have alike. */
function unchangedChaincodes(current: NetworkFile, desired: NetworkFile): NetworkChaincode[] {
  const changed = changedChaincodes(current, desired);
  return desired.spec.chaincodes.filter((chaincode) => !changed.includes(chaincode));
}

/** The setting that keeps the file from before a change until the operation is over: its plan has to be the same whenever it is made. */
export function baseSetting(operation: string): string {
  return `operation/${operation}/base`;
}

/** Throws what a change would fail with later, as far as the file tells. */
function requireApplicable(world: World, current: NetworkFile, desired: NetworkFile): void {
  const refused = planNetwork(current, desired).changes.filter(({ supported }) => !supported);
  const [first] = refused;
  if (first !== undefined) {
    const problems = refused.map(({ path, summary }) => ({ path, message: summary }));
    throw operationErrors.create("OPERATION_CHANGE_NOT_SUPPORTED", { count: refused.length, first: first.summary }, { problems });
  }
  const added = new Set(channelsOnlyIn(desired, current).map(({ name }) => name));
  for (const { policies } of desired.spec.channels) checkChannelPolicies(policies);
  for (const chaincode of changedChaincodes(current, desired)) {
    const { name, channel, sequence = 1, source, language, endorsementPolicy } = chaincode;
    sourceFolder(source, language, world.scenarios);
    checkPolicy(endorsementPolicy);
    if (added.has(channel) && sequence !== 1) throw operationErrors.create("OPERATION_SEQUENCE_NOT_FIRST", { chaincode: name, sequence });
    requireLabel(chaincode, desired.spec.chaincodes, world.scenarios);
  }
}

/** Changes a running network to what a file says: its organisations, nodes, channels, their settings, chaincodes. */
export function networkApply(world: World): OperationKind<ApplyInput> {
  const requireCurrent = async (network: string, { networks }: Pick<Repositories, "networks"> = world.store): Promise<NetworkFile> => {
    const record = await networks.get(network);
    if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name: network });
    return record.spec as NetworkFile;
  };
  return {
    name: "network.apply",
    describe: ({ spec }) => `Change network ${spec.metadata.name}`,
    async check({ input: { spec } }) {
      const current = await requireCurrent(spec.metadata.name);
      requireApplicable(world, current, spec);
      try {
        await rehearseOrderers(world, current, spec);
        await rehearseSettings(world, current, spec);
      } catch (error) {
        // Nodes that have ended are started by the operation, which rehearses again before it sends anything.
        if (!isHeddleError(error, "FABRIC_UNREACHABLE") && !isHeddleError(error, "FABRIC_TIMEOUT")) throw error;
      }
    },
    async accept({ input: { spec }, operationId }, store) {
      const current = await requireCurrent(spec.metadata.name, store);
      requireApplicable(world, current, spec);
      await store.settings.put(baseSetting(operationId), current);
    },
    begins: async ({ input: { spec } }) => showState(world, spec.metadata.name, "changing"),
    async plan({ input: { spec: file }, operationId }) {
      const name = file.metadata.name;
      const base = ((await world.store.settings.get(baseSetting(operationId))) as NetworkFile | undefined) ?? (await requireCurrent(name));
      const place = async () => (await world.network(name)).place;
      const quorum = quorumSteps(world, base, file);
      const issued = issuingSteps(world, base, file, after(["ensure"], quorum));
      const started = [...quorum, ...issued, ...startingSteps(world, base, file)];
      const there = after(["ensure"], started);
      // Orderers first: joining by a new channel's first block takes all of them.
      const ordering = ordererSteps(world, base, file, there);
      const settings = settingsSteps(world, base, file, after(there, ordering));
      const changed = after(there, [...ordering, ...settings]);
      const joins = joiningSteps(world, base, file, changed);
      const arrivals = arrivingSteps(world, base, file, unchangedChaincodes(base, file));
      const joined = new Set(joins.map((step) => step.name));
      // A chaincode that changes waits for all who are on its channel then.
      const chaincodes = [...arrivals, ...chaincodesOf(world, base, file, { changed: after(changed, arrivals), joins: joined })];
      const all = after(changed, [...joins, ...chaincodes]);
      const leaves = leavingSteps(world, base, file, all);
      const removed = removingSteps(world, base, file, after(all, leaves));
      const proof = proofStep(world, { file: () => file, place, after: after(all, [...leaves, ...removed]) });
      const dropped = droppingSteps(world, base, file, ["proof"]);
      const destroyed = destroyingSteps(world, base, file, ["drop"]);
      const undoable = [...started, ...ordering, ...settings, ...joins, ...chaincodes, ...leaves, ...removed];
      return [
        nodesStep(world, name),
        ...untilDropped(world, base, file, undoable),
        // Of this moment, also when it is made again.
        proof,
        ...dropped,
        ...destroyed,
      ] as StepDefinition<ApplyInput>[];
    },
    async settled({ input: { spec }, operationId }, settlement) {
      const name = spec.metadata.name;
      const proof = settlement.resultOf<NetworkProof>("proof");
      const dropped = settlement.resultOf<DroppedItems>("drop");
      const removed = dropped && [...dropped, ...(settlement.resultOf<readonly RemovedItem[]>("destroy") ?? [])];
      const succeeded = settlement.state === "succeeded" && proof !== undefined;
      await world.store.transaction(async ({ networks, settings }) => {
        await networks.update(
          name,
          succeeded
            ? { spec, state: "ready", proof: { ...proof, phases: settlement.phases } }
            : { state: settlement.undone ? "ready" : "failed" },
        );
        if (succeeded || settlement.undone) await settings.delete(baseSetting(operationId));
      });
      return proof === undefined || removed === undefined ? proof : { ...proof, removed };
    },
  };
}

/** What a step waits for that comes after some others, and after what they wait for. */
function after(before: readonly string[], steps: readonly StepDefinition[]): string[] {
  return [...before, ...steps.map(({ name }) => name)];
}

/** The steps that deploy what is new or different, once the channels are as they shall be. */
function chaincodesOf(
  world: World,
  from: NetworkFile,
  to: NetworkFile,
  { changed, joins }: { readonly changed: readonly string[]; readonly joins: ReadonlySet<string> },
): StepDefinition[] {
  const name = to.metadata.name;
  const place = async () => (await world.network(name)).place;
  const added = new Set(channelsOnlyIn(to, from).map((channel) => channel.name));
  const afterJoin = (peer: string): string[] => [joinStep(peer)].filter((step) => joins.has(step));
  return changedChaincodes(from, to).flatMap((chaincode) => {
    const common = { world, file: to, name: chaincode.name, channel: chaincode.channel, place };
    // On a new channel nothing is committed that could decide, and its ledger goes where the change is undone.
    if (added.has(chaincode.channel))
      return chaincodeSteps({
        ...common,
        plan: () => ({ ...chaincode, sequence: chaincode.sequence ?? 1, endorsementPolicy: chaincode.endorsementPolicy }),
        afterPlace: changed,
        afterJoin,
        ledgersGo: true,
      });
    const decision = `${stepPrefix(chaincode)}:decide`;
    return [
      reviving(world, place, decisionStep(world, name, chaincode, { name: decision, after: changed, again: true })),
      ...chaincodeSteps({
        ...common,
        plan: (context: StepContext) => context.result<ChaincodePlan>(decision),
        afterPlace: [decision],
        afterJoin,
        ledgersGo: false,
      }),
    ];
  });
}
