import type { CertificateExpiry } from "@heddle/operations";
import type { Store } from "@heddle/store";
import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A certificate of a network in the metrics. */
export type MeasuredCertificate = Pick<CertificateExpiry, "network" | "organization" | "owner" | "purpose" | "serial" | "notAfter">;

/** What the metrics ask of what is loaded after the server listens. */
export interface MetricSources {
  readonly store: Store;
  readonly certificates: () => Promise<readonly MeasuredCertificate[]>;
  /** End of the server's own certificate, where it speaks TLS. */
  readonly ownCertificateEnd: Date | undefined;
}

/** `/metrics` for Prometheus, in a registry of its own; names carry their units. */
export function registerMetrics(app: FastifyInstance, { store, certificates, ownCertificateEnd }: MetricSources): void {
  const registry = new Registry();
  // prom-client's default metrics watch the event loop a hundred times a second, also when nothing happens.
  new Gauge({
    name: "heddle_process_resident_memory_bytes",
    help: "Resident memory of the server",
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: "heddle_process_cpu_seconds",
    help: "CPU seconds the server has used since it started",
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
  const requests = new Counter({
    name: "heddle_http_requests_total",
    help: "Requests answered",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "heddle_http_request_duration_seconds",
    help: "Seconds from request to answer, streams excepted",
    labelNames: ["method", "route"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  new Gauge({
    name: "heddle_networks",
    help: "Networks by state",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { state } of await store.networks.list()) this.inc({ state });
    },
  });
  new Gauge({
    name: "heddle_operations_active",
    help: "Operations that are not over, by state",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { state } of await store.operations.list({ states: ["queued", "running", "undoing"], limit: 1_000 })) this.inc({ state });
    },
  });
  new Gauge({
    name: "heddle_certificate_expiry_timestamp_seconds",
    help: "When a certificate of a network expires, in seconds since 1970",
    labelNames: ["network", "organization", "owner", "purpose", "serial"],
    registers: [registry],
    async collect() {
      const all = await certificates();
      this.reset();
      for (const { notAfter, network, organization, owner, purpose, serial } of all)
        this.set({ network, organization, owner, purpose, serial }, notAfter.getTime() / 1000);
    },
  });
  if (ownCertificateEnd !== undefined) {
    new Gauge({
      name: "heddle_server_certificate_expiry_timestamp_seconds",
      help: "When the server's own certificate expires, in seconds since 1970",
      registers: [registry],
    }).set(ownCertificateEnd.getTime() / 1000);
  }
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    requests.inc({ method: request.method, route, status: reply.statusCode });
    if (!String(reply.getHeader("content-type") ?? "").startsWith("text/event-stream")) {
      seconds.observe({ method: request.method, route }, reply.elapsedTime / 1000);
    }
    done();
  });
  app.get("/metrics", { config: { permission: "server.read", scraped: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
