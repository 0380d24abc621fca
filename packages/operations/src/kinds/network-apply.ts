import { planNetwork, type NetworkChaincode, type NetworkFile } from "@heddle/network";
import { storeErrors, type Repositories } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import type { NetworkProof } from "../network/prove.ts";
import { sourceFolder } from "../network/source.ts";
import type { World } from "../services/world.ts";
import { decisionStep } from "./chaincode-decision.ts";
import { lastChaincodeStep } from "./chaincode-definition.ts";
import { checkPolicy, requireLabel, stepPrefix, type ChaincodePlan } from "./chaincode-plan.ts";
import { chaincodeSteps } from "./chaincode-steps.ts";
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

/** The setting that keeps the file from before a change until the operation is over: its plan has to be the same whenever it is made. */
export function baseSetting(operation: string): string {
  return `operation/${operation}/base`;
}

/** Changes a running network to what a file says. In this version: chaincodes, added or in a new version. */
export function networkApply(world: World): OperationKind<ApplyInput> {
  const requireCurrent = async (network: string, { networks }: Pick<Repositories, "networks"> = world.store): Promise<NetworkFile> => {
    const record = await networks.get(network);
    if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name: network });
    return record.spec as NetworkFile;
  };
  return {
    name: "network.apply",
    describe: ({ spec }) => `Change network ${spec.metadata.name}`,
    async accept({ input: { spec }, operationId }, store) {
      const current = await requireCurrent(spec.metadata.name, store);
      const refused = planNetwork(current, spec).changes.filter(({ supported }) => !supported);
      const [first] = refused;
      if (first !== undefined) {
        const problems = refused.map(({ path, summary }) => ({ path, message: summary }));
        throw operationErrors.create("OPERATION_CHANGE_NOT_SUPPORTED", { count: refused.length, first: first.summary }, { problems });
      }
      for (const chaincode of changedChaincodes(current, spec)) {
        sourceFolder(chaincode.source, chaincode.language, world.scenarios);
        checkPolicy(chaincode.endorsementPolicy);
        requireLabel(chaincode, spec.spec.chaincodes, world.scenarios);
      }
      await store.settings.put(baseSetting(operationId), current);
    },
    begins: async ({ input: { spec } }) => showState(world, spec.metadata.name, "changing"),
    async plan({ input: { spec: file }, operationId }) {
      const name = file.metadata.name;
      const base = ((await world.store.settings.get(baseSetting(operationId))) as NetworkFile | undefined) ?? (await requireCurrent(name));
      const place = async () => (await world.network(name)).place;
      const chaincodes = changedChaincodes(base, file);
      const steps = chaincodes.flatMap((chaincode) => {
        const decision = `${stepPrefix(chaincode)}:decide`;
        return [
          reviving(world, place, decisionStep(world, name, chaincode, { name: decision, after: ["ensure"], again: true })),
          ...chaincodeSteps({
            world,
            file,
            plan: (context: StepContext) => context.result<ChaincodePlan>(decision),
            name: chaincode.name,
            channel: chaincode.channel,
            place,
            afterPlace: [decision],
            afterJoin: () => [],
            ledgersGo: false,
          }),
        ];
      });
      const last = chaincodes.map((chaincode) => lastChaincodeStep(chaincode.channel, chaincode.name));
      const proof = proofStep(world, { file: () => file, place, after: ["ensure", ...last] });
      return [nodesStep(world, name), ...steps, proof] as StepDefinition<ApplyInput>[];
    },
    async settled({ input: { spec }, operationId }, settlement) {
      const name = spec.metadata.name;
      const proof = settlement.resultOf<NetworkProof>("proof");
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
      return proof;
    },
  };
}
