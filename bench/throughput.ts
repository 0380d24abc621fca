// Rate and CPU time of submits with 64 in flight, devnet and real Fabric in turn, and the latency of one at a time.
import type { Bench, BenchOptions } from "./lib/bench.ts";
import { findFabric } from "./lib/fabric.ts";
import { load, type LoadShape } from "./lib/load.ts";
import { median, percentile, table } from "./lib/measure.ts";
import { EMBEDDED_BATCH, readyNetwork, type Platform, type ReadyNetwork } from "./lib/network.ts";
import type { BatchShape } from "./lib/material.ts";

/** With 64 in flight this is what real Fabric was fastest with of 10, 50, 100, 250 and 2000 ms. */
export const FABRIC_BATCH: BatchShape = { timeoutMs: 50, maxMessages: 500 };
const ORGANIZATIONS = [1, 2] as const;

/** One system's median over the rounds. CPU in milliseconds a transaction. */
interface Figures {
  readonly rate: number;
  readonly nodesCpu: number;
  readonly chaincodeCpu: number;
  readonly clientCpu: number;
  readonly p50: number;
  readonly p99: number;
}

interface Pair {
  readonly organizations: number;
  readonly devnet: Figures;
  readonly fabric: Figures | undefined;
}

/** Figures of a benchmark that compares; `skipped` says why there is nothing to compare with. */
export interface ComparedData {
  readonly shape: LoadShape & { readonly rounds: number };
  readonly fabric: { readonly version: string } | { readonly skipped: string };
  readonly pairs: readonly Pair[];
}

type Measured = Figures & { readonly name: string };

async function measure(ready: ReadyNetwork, shape: LoadShape): Promise<Omit<Measured, "name">> {
  const report = await load(ready.network, [...ready.nodes, ready.chaincode], shape);
  const { client = 0, chaincode = 0, ...nodes } = report.cpu;
  return {
    rate: report.rate,
    nodesCpu: Object.values(nodes).reduce((sum, one) => sum + one, 0),
    chaincodeCpu: chaincode,
    clientCpu: client,
    p50: percentile(report.latencies, 50),
    p99: percentile(report.latencies, 99),
  };
}

function middle(rounds: readonly Figures[]): Figures {
  const of = (field: keyof Figures): number => median(rounds.map((round) => round[field]));
  return {
    rate: of("rate"),
    nodesCpu: of("nodesCpu"),
    chaincodeCpu: of("chaincodeCpu"),
    clientCpu: of("clientCpu"),
    p50: of("p50"),
    p99: of("p99"),
  };
}

async function comparePair(
  platforms: readonly Platform[],
  organizations: number,
  shape: ComparedData["shape"],
  say: BenchOptions["say"],
): Promise<Pair> {
  const networks: ReadyNetwork[] = [];
  try {
    for (const platform of platforms) {
      networks.push(await readyNetwork(platform, organizations, platform.kind === "devnet" ? EMBEDDED_BATCH : FABRIC_BATCH));
    }
    const rounds: Figures[][] = networks.map(() => []);
    // Turn by turn, so that what else the machine does falls on both alike.
    for (let round = 0; round < shape.rounds; round += 1) {
      for (const [index, ready] of networks.entries()) {
        const figures = await measure(ready, shape);
        rounds[index]?.push(figures);
        say(
          `${platforms[index]?.kind ?? ""}, ${organizations} org: ${figures.rate.toFixed(0)} tx/s, ${figures.nodesCpu.toFixed(2)} ms CPU, p50 ${figures.p50.toFixed(1)} ms`,
        );
      }
    }
    const [devnet = [], fabric] = rounds;
    return { organizations, devnet: middle(devnet), fabric: fabric === undefined ? undefined : middle(fabric) };
  } finally {
    for (const ready of networks) await ready.stop();
  }
}

/** Measures devnet and, where it is at hand, real Fabric, with one and with two organisations. */
export async function compare(shape: ComparedData["shape"], say: BenchOptions["say"]): Promise<ComparedData> {
  const programs = findFabric();
  const platforms: Platform[] = [{ kind: "devnet" }];
  if (typeof programs === "string") say(`real Fabric: skipped, ${programs}`);
  else platforms.push({ kind: "fabric", programs });
  const pairs: Pair[] = [];
  for (const organizations of ORGANIZATIONS) pairs.push(await comparePair(platforms, organizations, shape, say));
  return { shape, fabric: typeof programs === "string" ? { skipped: programs } : { version: programs.version }, pairs };
}

/** Says what devnet was compared with. */
export function comparedWith({ fabric }: ComparedData): string {
  return "skipped" in fabric
    ? `Real Fabric: **skipped**, ${fabric.skipped}.`
    : `Real Fabric (\`peer version\`: ${fabric.version}) in the same run, turn by turn; its batch timeout ${FABRIC_BATCH.timeoutMs} ms, its log at level warning.`;
}

export const throughput: Bench<ComparedData> = {
  name: "throughput",
  title: "Throughput: submits with 64 in flight",
  run: ({ quick, say }) =>
    compare(
      quick ? { transactions: 300, warmUp: 100, inFlight: 64, rounds: 1 } : { transactions: 3000, warmUp: 1000, inFlight: 64, rounds: 5 },
      say,
    ),
  render(data) {
    const row = (organizations: number, name: string, one: Figures): string[] => [
      `${name}, ${organizations === 1 ? "one organisation" : `${organizations} organisations endorse`}`,
      one.rate.toFixed(0),
      one.nodesCpu.toFixed(2),
      one.chaincodeCpu.toFixed(2),
      one.clientCpu.toFixed(2),
      one.p50.toFixed(0),
      one.p99.toFixed(0),
    ];
    const rows = data.pairs.flatMap(({ organizations, devnet, fabric }) => [
      row(organizations, "devnet", devnet),
      ...(fabric === undefined
        ? []
        : [
            row(organizations, "real Fabric", fabric),
            [
              "**devnet / real Fabric**",
              `**${(devnet.rate / fabric.rate).toFixed(2)}**`,
              `**${(devnet.nodesCpu / fabric.nodesCpu).toFixed(2)}**`,
              (devnet.chaincodeCpu / fabric.chaincodeCpu).toFixed(2),
              (devnet.clientCpu / fabric.clientCpu).toFixed(2),
              (devnet.p50 / fabric.p50).toFixed(2),
              (devnet.p99 / fabric.p99).toFixed(2),
            ],
          ]),
    ]);
    const { transactions, rounds, warmUp } = data.shape;
    const head = ["", "tx/s", "CPU orderer + peers, ms/tx", "CPU chaincode", "CPU client", "p50 ms", "p99 ms"];
    return `One Node.js client (fabric-gateway), simple put, chaincode in the official Node.js shim; ${rounds} rounds of ${transactions} transactions after ${warmUp} to warm up, medians. ${comparedWith(data)}\n\n${table(head, rows)}`;
  },
};
