// A network that Heddle made on Fabric's own nodes beside the same one made by hand: what a transaction costs, and memory.
import type { Bench } from "./lib/bench.ts";
import { findFabric } from "./lib/fabric.ts";
import { startServer } from "./lib/heddle.ts";
import { loadAt, load, type LoadReport, type LoadShape, type Measured } from "./lib/load.ts";
import { median, percentile, residentMiB, table } from "./lib/measure.ts";
import { readyNative } from "./lib/native.ts";
import { readyNetwork } from "./lib/network.ts";
import { FABRIC_BATCH } from "./throughput.ts";

/** Of one network: medians over the rounds, memory at the end. */
interface Figures {
  readonly rate: number;
  /** CPU milliseconds a transaction. */
  readonly cpu: number;
  readonly p50: number;
  readonly orderersMiB: number;
  readonly peersMiB: number;
}

type NativeData =
  | { readonly skipped: string }
  | { readonly shape: LoadShape & { readonly rounds: number }; readonly byHand: Figures; readonly native: Figures };

/** A network under measurement. */
interface Side {
  readonly nodes: readonly Measured[];
  readonly run: () => Promise<LoadReport>;
  readonly reports: LoadReport[];
}

function figuresOf({ nodes, reports }: Side): Figures {
  const of = (read: (report: LoadReport) => number): number => median(reports.map(read));
  const memory = (name: string): number => nodes.filter((one) => one.name === name).reduce((sum, { pid }) => sum + residentMiB(pid), 0);
  return {
    rate: of(({ rate }) => rate),
    cpu: of(({ cpu }) => (cpu["peer"] ?? 0) + (cpu["orderer"] ?? 0)),
    p50: of(({ latencies }) => percentile(latencies, 50)),
    orderersMiB: memory("orderer"),
    peersMiB: memory("peer"),
  };
}

export const native: Bench<NativeData> = {
  name: "native",
  title: "Native: a network that Heddle made beside one made by hand",
  async run({ quick, say }) {
    const programs = findFabric();
    if (typeof programs === "string") return { skipped: programs };
    const shape = { rounds: quick ? 1 : 5, transactions: quick ? 300 : 3000, warmUp: quick ? 100 : 1000, inFlight: 64 };
    const server = await startServer();
    try {
      const byHand = await readyNetwork({ kind: "fabric", programs }, 2, FABRIC_BATCH);
      const made = await readyNative(server, "native", { timeout: `${FABRIC_BATCH.timeoutMs}ms`, maxMessages: FABRIC_BATCH.maxMessages });
      try {
        const sides: readonly [Side, Side] = [
          { nodes: byHand.nodes, run: () => load(byHand.network, byHand.nodes, shape), reports: [] },
          { nodes: made.nodes, run: () => loadAt(made.target, made.nodes, shape), reports: [] },
        ];
        for (let round = 0; round < shape.rounds; round += 1) {
          for (const side of sides) side.reports.push(await side.run());
          const [hand, heddle] = sides.map((side) => figuresOf({ ...side, reports: side.reports.slice(-1) }));
          say(`by hand ${JSON.stringify(hand)}`);
          say(`native  ${JSON.stringify(heddle)}`);
        }
        return { shape, byHand: figuresOf(sides[0]), native: figuresOf(sides[1]) };
      } finally {
        await made.stop();
        await byHand.stop();
      }
    } finally {
      await server.stop();
    }
  },
  render(data) {
    if ("skipped" in data) return `**Skipped**, ${data.skipped}.`;
    const { shape, byHand, native: heddle } = data;
    const row = (name: string, one: Figures): (string | number)[] => [
      name,
      one.rate.toFixed(0),
      one.cpu.toFixed(2),
      one.p50.toFixed(0),
      one.orderersMiB.toFixed(0),
      one.peersMiB.toFixed(0),
    ];
    const ratio = (read: (one: Figures) => number): string => `**${(read(heddle) / read(byHand)).toFixed(2)}**`;
    const compared = table(
      ["", "tx/s", "CPU orderer + peers, ms/tx", "p50 ms", "orderer MiB", "both peers MiB"],
      [
        row("by hand", byHand),
        row("by Heddle", heddle),
        [
          "**ratio**",
          ratio(({ rate }) => rate),
          ratio(({ cpu }) => cpu),
          ratio(({ p50 }) => p50),
          ratio(({ orderersMiB }) => orderersMiB),
          ratio(({ peersMiB }) => peersMiB),
        ],
      ],
    );
    return `Two organisations that both endorse, one orderer, ${shape.inFlight} in flight; ${shape.rounds} rounds of ${shape.transactions} transactions in turns, medians; memory at the end. The network by hand has its log at level warning and no metrics; Heddle's logs at level info and offers metrics.\n\n${compared}`;
  },
};
