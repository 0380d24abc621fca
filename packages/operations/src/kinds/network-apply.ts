import { planNetwork, type NetworkChaincode, type NetworkFile } from "@heddle/network";
import { storeErrors, type Repositories } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import { proveNetwork, type NetworkProof } from "../network/prove.ts";
import { sourceFolder } from "../network/source.ts";
import type { World } from "../services/world.ts";
import { chaincodeSteps, checkPolicy, lastChaincodeStep, type ChaincodePlan } from "./chaincode-steps.ts";

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

/** Changes a running network to what a file says. In this version: chaincodes, added or in a new version. */
export function networkApply(world: World): OperationKind<ApplyInput> {
  const requireCurrent = async (network: string, { networks }: Pick<Repositories, "networks"> = world.store): Promise<NetworkFile> => {
    const record = await networks.get(network);
    if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name: network });
    return record.spec as NetworkFile;
  };
  /** The file before the change, kept until the operation is over: the plan has to be the same whenever it is made. */
  const baseSetting = (operation: string): string => `operation/${operation}/base`;
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
      for (const { source, language, endorsementPolicy } of changedChaincodes(current, spec)) {
        sourceFolder(source, language, world.scenarios);
        checkPolicy(endorsementPolicy);
      }
      await store.settings.put(baseSetting(operationId), current);
      await store.networks.update(spec.metadata.name, { state: "changing" });
    },
    async plan({ input: { spec: file }, operationId }) {
      const name = file.metadata.name;
      const base = ((await world.store.settings.get(baseSetting(operationId))) as NetworkFile | undefined) ?? (await requireCurrent(name));
      const chaincodes = changedChaincodes(base, file);
      const steps = chaincodes.flatMap((chaincode) =>
        chaincodeSteps({
          world,
          file,
          plan: (): ChaincodePlan => ({
            ...chaincode,
            endorsementPolicy: chaincode.endorsementPolicy,
            sequence: chaincode.sequence ?? nextSequence(base, chaincode),
          }),
          name: chaincode.name,
          channel: chaincode.channel,
          place: async () => (await world.network(name)).place,
          afterPlace: [],
          afterJoin: () => [],
        }),
      );
      const proof: StepDefinition = {
        name: "proof",
        title: "Commit a transaction on every peer",
        phase: "proof",
        after: chaincodes.map((chaincode) => lastChaincodeStep(chaincode.channel, chaincode.name)),
        probe: () => false,
        run: async (context: StepContext) => proveNetwork(file, (await world.network(name)).connections, context.signal),
        retries: 1,
      };
      return [...steps, proof] as StepDefinition<ApplyInput>[];
    },
    async settled({ input: { spec }, operationId }, settlement) {
      const name = spec.metadata.name;
      const proof = settlement.resultOf<NetworkProof>("proof");
      const succeeded = settlement.state === "succeeded" && proof !== undefined;
      await world.store.networks.update(
        name,
        succeeded
          ? { spec, state: "ready", proof: { ...proof, phases: settlement.phases } }
          : { state: settlement.undone ? "ready" : "failed" },
      );
      if (succeeded || settlement.undone) await world.store.settings.delete(baseSetting(operationId));
      return proof;
    },
  };
}

/** The sequence after the file's own count: a chaincode that the file had is at its sequence, or at 1. */
function nextSequence(base: NetworkFile, chaincode: NetworkChaincode): number {
  const known = base.spec.chaincodes.find(({ name, channel }) => name === chaincode.name && channel === chaincode.channel);
  return known === undefined ? 1 : (known.sequence ?? 1) + 1;
}
