import type { Observation } from "@heddle/runtimes";
import type { PlacedNetwork, World } from "../services/world.ts";
import { peerPoints, type NodeCounters, type Point } from "./sample.ts";
import { scrape } from "./scrape.ts";
import { averageOf, chartOf, type Chart } from "./series.ts";

/** Seconds between two looks at a network; what they show is kept for an hour. */
const FINE = 15;
/** Seconds that one measurement of the past day stands for. */
const COARSE = 120;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a process had used when it was looked at. */
interface Usage {
  readonly at: number;
  readonly cpuSeconds: number;
}

/** What a collector tells when a network cannot be measured. */
export interface MetricsLog {
  warn(details: object, message: string): void;
}

/** Looks at every ready network in turn, and keeps what its nodes' own Prometheus endpoints and processes show. */
export class MetricsCollector {
  readonly #world: World;
  readonly #log: MetricsLog;
  readonly #counters = new Map<string, NodeCounters>();
  readonly #usage = new Map<string, Usage>();
  readonly #rolled = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking = Promise.resolve();

  constructor(world: World, log: MetricsLog) {
    this.#world = world;
    this.#log = log;
  }

  /** Begins to look, every {@link FINE} seconds. */
  start(): void {
    this.#timer ??= setInterval(() => {
      this.#looking = this.#looking.then(() => this.collect());
    }, FINE * 1000);
    this.#timer.unref();
  }

  /** Ends; resolves once no look is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  /** One look at every ready network. */
  async collect(): Promise<void> {
    const networks = await this.#world.store.networks.list();
    for (const { name, state } of networks) {
      if (state !== "ready") continue;
      try {
        await this.#measure(name);
      } catch (error) {
        this.#log.warn({ err: error, network: name }, "a network could not be measured");
      }
    }
    await this.#world.store.measurements.prune(FINE, new Date(Date.now() - HOUR_MS - COARSE * 1000));
    await this.#world.store.measurements.prune(COARSE, new Date(Date.now() - DAY_MS));
  }

  async #measure(network: string): Promise<void> {
    const placed = await this.#world.network(network);
    const points = [...(await this.#processes(placed)), ...(await this.#peers(placed))];
    const { measurements } = this.#world.store;
    const now = Date.now();
    await measurements.put({ network, resolution: FINE, at: new Date(now), data: points });
    const rolled = this.#rolled.get(network) ?? now;
    this.#rolled.set(network, rolled);
    if (now - rolled < COARSE * 1000) return;
    this.#rolled.set(network, now);
    const recent = await measurements.range(network, FINE, new Date(rolled), new Date(now));
    await measurements.put({ network, resolution: COARSE, at: new Date(now), data: averageOf(recent) });
  }

  async #peers({ place }: PlacedNetwork): Promise<Point[]> {
    const peers = place.nodes.filter(({ kind }) => kind === "peer");
    const points = await Promise.all(
      peers.map(async (peer) => {
        const { name } = peer;
        const key = `${place.network} ${name}`;
        const before = this.#counters.get(key);
        const samples = await scrape(peer);
        // A node that does not answer leaves a gap in the chart.
        if (samples === undefined) return [];
        const now: NodeCounters = { at: Date.now(), samples };
        this.#counters.set(key, now);
        return peerPoints(name, before, now);
      }),
    );
    return points.flat();
  }

  /** Memory and CPU of each process; the nodes of one process are one line, by the name of the first. */
  async #processes({ runtime, place }: PlacedNetwork): Promise<Point[]> {
    const byProcess = new Map<number, Observation>();
    for (const observed of await runtime.observe(place))
      if (observed.pid !== undefined && !byProcess.has(observed.pid)) byProcess.set(observed.pid, observed);
    return [...byProcess].flatMap(([pid, { name, kind, memoryBytes, cpuSeconds }]): Point[] => {
      const node = kind === "chaincode" || byProcess.size > place.nodes.length ? name : "nodes";
      const key = `${place.network} ${pid}`;
      const before = this.#usage.get(key);
      const at = Date.now();
      if (cpuSeconds !== undefined) this.#usage.set(key, { at, cpuSeconds });
      return [
        ...(memoryBytes === undefined ? [] : [{ metric: "memory_bytes" as const, node, value: memoryBytes }]),
        ...(before === undefined || cpuSeconds === undefined
          ? []
          : [{ metric: "cpu_cores" as const, node, value: Math.max(0, (cpuSeconds - before.cpuSeconds) / ((at - before.at) / 1000)) }]),
      ];
    });
  }

  /** What was measured over a time: finely within the last hour, coarsely before. Throws STORE_NETWORK_NOT_FOUND. */
  async chart(network: string, request: { from?: Date | undefined; to?: Date | undefined; points: number }): Promise<Chart> {
    await this.#world.file(network);
    const to = request.to ?? new Date();
    const from = request.from ?? new Date(to.getTime() - HOUR_MS);
    const resolution = Date.now() - from.getTime() > HOUR_MS + COARSE * 1000 ? COARSE : FINE;
    const found = await this.#world.store.measurements.range(network, resolution, from, to);
    return chartOf(found, from, to, request.points);
  }
}
