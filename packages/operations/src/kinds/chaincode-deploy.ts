import type { NetworkFile } from "@heddle/network";
import { storeErrors, type Repositories } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import { actingFile } from "../import/permitted.ts";
import { withChaincode } from "../network/file-with-chaincode.ts";
import { sourceFolder } from "../network/source.ts";
import type { NetworkProof } from "../network/prove.ts";
import type { World } from "../services/world.ts";
import { decisionStep, type WantedChaincode } from "./chaincode-decision.ts";
import { lastChaincodeStep } from "./chaincode-definition.ts";
import { checkPolicy, type ChaincodePlan } from "./chaincode-plan.ts";
import { chaincodeSteps } from "./chaincode-steps.ts";
import { nodesStep } from "./network-prove.ts";
import { proofStep } from "./proof-step.ts";
import { reviving } from "./reviving.ts";

/** What `chaincode.deploy` is given. */
export type DeployInput = WantedChaincode;

/** Deploys a chaincode, or a new version of it: package, service, install, approve, commit, prove. */
export function chaincodeDeploy(world: World): OperationKind<DeployInput> {
  const requireFile = async (
    network: string | undefined,
    { networks }: Pick<Repositories, "networks"> = world.store,
  ): Promise<{ name: string; file: NetworkFile }> => {
    const record = network === undefined ? undefined : await networks.get(network);
    if (record === undefined) throw storeErrors.create("STORE_NETWORK_NOT_FOUND", { name: network ?? "" });
    return { name: record.name, file: record.spec as NetworkFile };
  };
  return {
    name: "chaincode.deploy",
    describe: ({ name, channel }) => `Deploy chaincode ${name} on ${channel}`,
    async accept({ input, network }, store) {
      const { name, file } = await requireFile(network, store);
      if (!file.spec.channels.some((channel) => channel.name === input.channel))
        throw operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network: name, channel: input.channel });
      sourceFolder(input.source, input.language ?? "typescript", world.scenarios);
      checkPolicy(input.endorsementPolicy);
    },
    async plan({ input, network }) {
      const { name, file } = await requireFile(network);
      const acting = await actingFile(world, file, input.channel);
      const place = async () => (await world.network(name)).place;
      const decision = decisionStep(world, name, input, { name: "decide", after: ["ensure"], again: false });
      const steps = chaincodeSteps({
        world,
        file: acting,
        plan: (context: StepContext) => context.result<ChaincodePlan>("decide"),
        name: input.name,
        channel: input.channel,
        place,
        afterPlace: ["decide"],
        afterJoin: () => [],
        ledgersGo: false,
      });
      const proof = proofStep(world, { file: () => file, place, after: [lastChaincodeStep(input.channel, input.name)] });
      return [nodesStep(world, name), reviving(world, place, decision), ...steps, proof] as StepDefinition<DeployInput>[];
    },
    async settled({ network }, settlement) {
      const proof = settlement.resultOf<NetworkProof>("proof");
      if (settlement.state !== "succeeded" || proof === undefined || network === undefined) return undefined;
      const plan = settlement.resultOf<ChaincodePlan>("decide");
      const record = await world.store.networks.get(network);
      const spec = plan === undefined || record === undefined ? undefined : withChaincode(record.spec as NetworkFile, plan);
      await world.store.networks.update(network, {
        proof: { ...proof, phases: settlement.phases },
        ...(spec === undefined ? {} : { spec }),
      });
      return { ...plan, proof };
    },
  };
}
