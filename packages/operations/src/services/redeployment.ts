import { operationErrors } from "../errors.ts";
import type { DeployInput } from "../kinds/chaincode-deploy.ts";
import type { ChaincodePlan } from "../kinds/chaincode-plan.ts";
import type { World } from "./world.ts";

/**
 * What deploys a chaincode again from where it came, as the next sequence.
 * Throws OPERATION_CHAINCODE_MISSING, OPERATION_CHANNEL_AMBIGUOUS, OPERATION_CHAINCODE_ELSEWHERE.
 */
export async function redeployment(world: World, network: string, chaincode: string, channel: string | undefined): Promise<DeployInput> {
  const deployed = (await world.store.chaincodes.list(network)).filter(
    (one) => one.name === chaincode && (channel === undefined || one.channel === channel),
  );
  const [found] = deployed;
  if (found === undefined) throw operationErrors.create("OPERATION_CHAINCODE_MISSING", { network, chaincode });
  if (deployed.length > 1) {
    throw operationErrors.create("OPERATION_CHANNEL_AMBIGUOUS", { chaincode, channels: deployed.map((one) => one.channel).join(", ") });
  }
  // The steps of a deployment note their plan as the detail.
  const { source, language, endorsementPolicy, initRequired } = found.detail as ChaincodePlan;
  // One that was there when the network was imported was deployed from a folder nobody has told of.
  if ((source as ChaincodePlan["source"] | undefined) === undefined)
    throw operationErrors.create("OPERATION_CHAINCODE_ELSEWHERE", { network, subject: `the source of ${chaincode}` });
  return { name: found.name, channel: found.channel, source, language, endorsementPolicy, initRequired };
}
