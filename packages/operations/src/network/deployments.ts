import { listDefinitions } from "../services/definitions.ts";
import type { World } from "../services/world.ts";

/**
 * Brings what is noted as deployed on a channel in line with what is committed there: a definition that
 * is gone is forgotten, one of another sequence is corrected. Names of those that changed.
 */
export async function deploymentsOf(world: World, network: string, channel: string): Promise<string[]> {
  const committed = (await listDefinitions(world, network)).filter((one) => one.channel === channel);
  const noted = (await world.store.chaincodes.list(network)).filter((one) => one.channel === channel);
  const changed: string[] = [];
  for (const record of noted) {
    const definition = committed.find(({ name }) => name === record.name);
    if (definition?.sequence === record.sequence && definition.version === record.version) continue;
    changed.push(record.name);
    if (definition === undefined) {
      await world.store.chaincodes.delete(network, channel, record.name);
      continue;
    }
    const { version, sequence, installedOn } = definition;
    const { deployedAt: _, ...kept } = record;
    await world.store.chaincodes.put({ ...kept, version, sequence, packageId: installedOn[0]?.packageId ?? record.packageId });
  }
  return changed;
}
