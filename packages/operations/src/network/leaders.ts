import type { NodePlace } from "@heddle/runtimes";
import { scrape } from "../metrics/scrape.ts";

/** Fabric's gauges that are 1 where an orderer leads a channel (orderer/consensus/etcdraft/metrics.go, smartbft/metrics.go). */
const LEADS = /^consensus_\w+_is_leader$/;

/**
 * Orderers in the order in which they are best restarted: those that lead the fewest channels first, so that leadership
 * moves once and to one that is done. Where none says that it leads, as in devnet, as they are given.
 */
export async function followersFirst(orderers: readonly NodePlace[]): Promise<readonly string[]> {
  const led = await Promise.all(
    orderers.map(async (node, index) => {
      const samples = (await scrape(node)) ?? [];
      return { name: node.name, index, leads: samples.filter((sample) => LEADS.test(sample.name) && sample.value === 1).length };
    }),
  );
  return led.toSorted((a, b) => a.leads - b.leads || a.index - b.index).map(({ name }) => name);
}
