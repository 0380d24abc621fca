import { chaincodeLabel, type ChaincodePlan } from "../kinds/chaincode-plan.ts";
import { listDefinitions } from "../services/definitions.ts";
import type { World } from "../services/world.ts";

/** What comparing found out. */
export interface Comparison {
  /** Chaincodes that are no longer defined, and are forgotten. */
  readonly gone: readonly string[];
  /** Chaincodes whose definition is an earlier one, with a version whose code is not running any more. */
  readonly withoutCode: readonly string[];
}

/**
 * Brings what is noted as deployed on a channel in line with what is committed there, and ends the services
 * of versions that no definition names any more.
 */
export async function compareDeployments(world: World, network: string, channel: string): Promise<Comparison> {
  const { place, runtime } = await world.network(network);
  const committed = (await listDefinitions(world, network)).filter((one) => one.channel === channel);
  const noted = (await world.store.chaincodes.list(network)).filter((one) => one.channel === channel);
  const gone: string[] = [];
  const withoutCode: string[] = [];
  for (const record of noted) {
    const definition = committed.find(({ name }) => name === record.name);
    if (definition?.sequence === record.sequence && definition.version === record.version) continue;
    // The steps of a deployment note their plan, with the label, as the detail.
    const detail = record.detail as ChaincodePlan & { readonly label: string };
    if (definition === undefined) {
      gone.push(record.name);
      await world.store.chaincodes.delete(network, channel, record.name);
    } else {
      const { version, sequence, installedOn } = definition;
      const label = chaincodeLabel({ name: record.name, version });
      const packageId = installedOn[0]?.packageId ?? record.packageId;
      await world.store.chaincodes.put({
        network,
        channel,
        name: record.name,
        version,
        sequence,
        packageId,
        detail: { ...detail, version, sequence, label },
      });
      if (!(await runtime.chaincodeRuns(place, label))) withoutCode.push(record.name);
    }
    const used = await world.store.chaincodes.list(network);
    if (!used.some((one) => (one.detail as { label?: string }).label === detail.label)) await runtime.removeChaincode(place, detail.label);
  }
  return { gone, withoutCode };
}
