import type { LogLine, Observation } from "@heddle/runtimes";
import type { MetricsCollector } from "../metrics/collector.ts";
import { metricsOf } from "../metrics/scrape.ts";
import { scrapeConfiguration, type ScrapedServer } from "../metrics/scrape-configuration.ts";
import { connectViews, type ConnectRequest } from "./connect/connect.ts";
import { warnOfCertificates } from "../certificates/warnings.ts";
import { certificateExpiries, listCertificates, rehearseCertificates } from "./certificate-list.ts";
import { contractMetadata } from "./contract-metadata.ts";
import { backupServices } from "./backups.ts";
import { importServices } from "./import.ts";
import { listDefinitions } from "./definitions.ts";
import { listIdentities } from "./identity-list.ts";
import { renewalInput, type RenewalRequest } from "./renewal-selection.ts";
import { redeployment } from "./redeployment.ts";
import { listRuntimes } from "./runtime-list.ts";
import { listScenarios } from "./scenarios.ts";
import { evaluateCall, submitCall, type ChaincodeCall } from "./calls.ts";
import { environment } from "./environment.ts";
import { exportIdentity, type Whose } from "./export.ts";
import type { World } from "./world.ts";

/** A node with what its place and the world say of it. */
export interface NodeView extends Observation {
  readonly mspId?: string;
  readonly organization?: string;
  readonly operations?: string;
  readonly admin?: string;
}

/** What can be done with a running network without changing it. */
export function createServices(world: World, collector: MetricsCollector) {
  return {
    async nodes(network: string): Promise<NodeView[]> {
      const { runtime, place } = await world.network(network);
      const observed = await runtime.observe(place);
      return observed.map((observation) => {
        const node = place.nodes.find(({ name }) => name === observation.name);
        if (node === undefined) return observation;
        const { mspId, organization, host, admin } = node;
        const metrics = metricsOf(node);
        return {
          ...observation,
          mspId,
          organization,
          ...(metrics === undefined ? {} : { operations: new URL(metrics.url).host }),
          ...(admin === undefined ? {} : { admin: `${host}:${admin}` }),
        };
      });
    },
    async *logs(
      network: string,
      request: { node?: string | undefined; follow: boolean; tail: number; signal: AbortSignal },
    ): AsyncGenerator<LogLine> {
      const { runtime, place } = await world.network(network);
      yield* runtime.logs(place, request);
    },
    exportIdentity: (network: string, whose: Whose) => exportIdentity(world, network, whose),
    environment: (network: string, whose: Pick<Whose, "organization">) => environment(world, network, whose),
    submit: (network: string, chaincode: string, call: ChaincodeCall) => submitCall(world, network, chaincode, call),
    evaluate: (network: string, chaincode: string, call: ChaincodeCall) => evaluateCall(world, network, chaincode, call),
    identities: (network: string) => listIdentities(world, network),
    certificates: (network: string) => listCertificates(world, network),
    certificateExpiries: () => certificateExpiries(world),
    warnOfCertificates: (network: string) => warnOfCertificates(world, network),
    renewal: (network: string, request: RenewalRequest) => renewalInput(world, network, request),
    rehearseCertificates: (network: string, at: Date) => rehearseCertificates(world, network, at),
    connect: (network: string, request: ConnectRequest) => connectViews(world, network, request),
    definitions: (network: string) => listDefinitions(world, network),
    contractMetadata: (network: string, chaincode: string, channel: string | undefined) =>
      contractMetadata(world, network, chaincode, channel),
    runtimes: (fabricVersion: string) => listRuntimes(world.runtimes, fabricVersion),
    scenarios: () => listScenarios(world.scenarios),
    redeployment: (network: string, chaincode: string, channel: string | undefined) => redeployment(world, network, chaincode, channel),
    metrics: (network: string, request: Parameters<MetricsCollector["chart"]>[1]) => collector.chart(network, request),
    scrapeConfiguration: (network: string, server: ScrapedServer) => scrapeConfiguration(world, network, server),
    ...backupServices(world),
    ...importServices(world),
    close(): Promise<void> {
      world.close();
      return Promise.resolve();
    },
  };
}

/** See {@link createServices}. */
export type NetworkServices = ReturnType<typeof createServices>;
