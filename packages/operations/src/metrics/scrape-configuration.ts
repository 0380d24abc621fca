import { metricsOf } from "./scrape.ts";
import type { World } from "../services/world.ts";

/** Where Prometheus finds Heddle itself: its address, and the file with the token that opens its metrics. */
export interface ScrapedServer {
  readonly url: string;
  readonly tokenFile: string;
}

/** A scrape configuration for Prometheus with every node of a network, and Heddle itself. Throws STORE_NETWORK_NOT_FOUND, OPERATION_NETWORK_NOT_PLACED. */
export async function scrapeConfiguration(world: World, network: string, server: ScrapedServer): Promise<string> {
  const { place } = await world.network(network);
  const heddle = new URL(server.url);
  const targets = place.nodes.flatMap((node) => {
    const { name, kind, organization } = node;
    const metrics = metricsOf(node);
    const labels = `{ node: ${JSON.stringify(name)}, kind: ${kind}, organization: ${JSON.stringify(organization)} }`;
    return metrics === undefined ? [] : [`      - targets: [${JSON.stringify(new URL(metrics.url).host)}]\n        labels: ${labels}`];
  });
  return `scrape_configs:
  - job_name: ${JSON.stringify(`fabric-${network}`)}
    static_configs:
${targets.join("\n")}
  - job_name: heddle
    scheme: ${heddle.protocol.replace(":", "")}
    authorization: { credentials_file: ${JSON.stringify(server.tokenFile)} }
    static_configs:
      - targets: [${JSON.stringify(heddle.host)}]
`;
}
