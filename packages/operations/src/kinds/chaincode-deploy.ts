import type { NetworkFile } from "@heddle/network";
import { storeErrors, type Repositories } from "@heddle/store";
import { operationErrors } from "../errors.ts";
import type { OperationKind, StepContext, StepDefinition } from "../engine/types.ts";
import { sourceFolder, type ChaincodeSource } from "../network/source.ts";
import { proveNetwork, type NetworkProof } from "../network/prove.ts";
import type { World } from "../services/world.ts";
import { chaincodeSteps, checkPolicy, lastChaincodeStep, type ChaincodePlan } from "./chaincode-steps.ts";

/** What `chaincode.deploy` is given; what is left out is decided from what is deployed. */
export interface DeployInput {
  readonly name: string;
  readonly channel: string;
  readonly version?: string | undefined;
  readonly sequence?: number | undefined;
  readonly source: ChaincodeSource;
  readonly language?: string | undefined;
  readonly endorsementPolicy?: string | undefined;
  readonly initRequired?: boolean | undefined;
}

/** Decides version and sequence from what is committed: the first is 1.0, every further one counts on. */
async function decide(world: World, network: string, input: DeployInput): Promise<ChaincodePlan> {
  const { connections, file } = await world.network(network);
  const [member] = file.spec.channels.find(({ name }) => name === input.channel)?.members ?? [];
  const [node] = member === undefined ? [] : connections.peersOf(member);
  if (node === undefined) throw operationErrors.create("OPERATION_CHANNEL_UNKNOWN", { network, channel: input.channel });
  const admin = await connections.identities.admin(node.organization);
  const committed = (await (await connections.peer(node)).committedChaincodes(input.channel, admin)).find(
    ({ name }) => name === input.name,
  );
  const next = (committed?.sequence ?? 0) + 1;
  if (input.sequence !== undefined && input.sequence !== next) {
    throw operationErrors.create("OPERATION_DEPLOYED_ALREADY", {
      chaincode: input.name,
      version: committed?.version ?? "none",
      sequence: committed?.sequence ?? 0,
      wanted: next,
    });
  }
  return {
    name: input.name,
    channel: input.channel,
    version: input.version ?? `${next}.0`,
    sequence: next,
    source: input.source,
    language: input.language ?? "typescript",
    endorsementPolicy: input.endorsementPolicy,
    initRequired: input.initRequired ?? false,
  };
}

/** The setting that keeps what an operation decided, so that it decides once. */
function decisionSetting(operation: string): string {
  return `operation/${operation}/chaincode`;
}

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
    async plan({ input, network, operationId }) {
      const { name, file } = await requireFile(network);
      const decision: StepDefinition = {
        name: "decide",
        title: "Decide version and sequence",
        phase: "chaincode",
        after: [],
        async probe() {
          const decided = await world.store.settings.get(decisionSetting(operationId));
          return decided === undefined ? false : { result: decided };
        },
        async run() {
          const decided = await decide(world, name, input);
          await world.store.settings.put(decisionSetting(operationId), decided);
          return decided;
        },
      };
      const steps = chaincodeSteps({
        world,
        file,
        plan: (context: StepContext) => context.result<ChaincodePlan>("decide"),
        name: input.name,
        channel: input.channel,
        place: async () => (await world.network(name)).place,
        afterPlace: ["decide"],
        afterJoin: () => [],
      });
      const proof: StepDefinition = {
        name: "proof",
        title: "Commit a transaction on every peer",
        phase: "proof",
        after: [lastChaincodeStep(input.channel, input.name)],
        probe: () => false,
        run: async (context) => proveNetwork(file, (await world.network(name)).connections, context.signal),
        retries: 1,
      };
      return [decision, ...steps, proof] as StepDefinition<DeployInput>[];
    },
    async settled({ operationId, network }, settlement) {
      await world.store.settings.delete(decisionSetting(operationId));
      const proof = settlement.resultOf<NetworkProof>("proof");
      if (settlement.state !== "succeeded" || proof === undefined || network === undefined) return undefined;
      await world.store.networks.update(network, { proof: { ...proof, phases: settlement.phases } });
      return { ...settlement.resultOf<ChaincodePlan>("decide"), proof };
    },
  };
}
