import path from "node:path";
import { createServices, MetricsCollector, OperationEngine, operationKinds, World } from "@heddle/operations";
import { EmbeddedRuntime, ImportedRuntime, NativeRuntime, type Runtime } from "@heddle/runtimes";
import { createExplorer } from "./explorer/services.ts";
import type { Backend } from "./ports.ts";
import type { BackendParts } from "./serve.ts";
import { watchCertificates } from "./lifetime/certificate-watch.ts";
import { supervise } from "./lifetime/supervise.ts";

/** Folder of the scenarios that come with Heddle. */
const SCENARIOS = path.resolve(import.meta.dirname, "../../../scenarios");

/** Puts together what carries out operations: runtimes, engine, services, supervision. */
export function createBackend({ home, store, keys, logger }: BackendParts): Promise<Backend> {
  const runtimes = new Map<string, Runtime>([
    ["embedded", new EmbeddedRuntime({ home })],
    ["native", new NativeRuntime({ home })],
    ["imported", new ImportedRuntime({ home })],
  ]);
  const world = new World({ store, keys, runtimes, scenarios: SCENARIOS, backups: path.join(home, "backups") });
  const engine = new OperationEngine({ store, kinds: operationKinds(world), exclusive: store.dialect === "sqlite", logger });
  const collector = new MetricsCollector(world, logger);
  collector.start();
  const services = createServices(world, collector);
  const explorer = createExplorer(world, logger);
  const stop = supervise({
    store,
    revive: async (network, signal) => world.revive((await world.network(network)).place, signal),
    logger,
  });
  const unwatch = watchCertificates({ store, warn: services.warnOfCertificates, logger });
  return Promise.resolve({
    engine,
    explorer,
    services: {
      ...services,
      async close() {
        await stop();
        await unwatch();
        await explorer.close();
        await collector.stop();
        await services.close();
      },
    },
  });
}
