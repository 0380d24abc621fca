// Latency of one submit with nothing else running: endorse, order, commit, hear of it.
import type { Bench } from "./lib/bench.ts";
import { table } from "./lib/measure.ts";
import { compare, comparedWith, type ComparedData } from "./throughput.ts";

export const latency: Bench<ComparedData> = {
  name: "latency",
  title: "Latency: one submit at a time",
  run: ({ quick, say }) =>
    compare(
      quick ? { transactions: 50, warmUp: 20, inFlight: 1, rounds: 1 } : { transactions: 300, warmUp: 100, inFlight: 1, rounds: 5 },
      say,
    ),
  render(data) {
    const rows = data.pairs.flatMap(({ organizations, devnet, fabric }) => {
      const shape = organizations === 1 ? "one organisation" : `${organizations} organisations endorse`;
      return [
        [`devnet, ${shape}`, devnet.p50.toFixed(1), devnet.p99.toFixed(1)],
        ...(fabric === undefined ? [] : [[`real Fabric, ${shape}`, fabric.p50.toFixed(1), fabric.p99.toFixed(1)]]),
      ];
    });
    const { transactions, rounds } = data.shape;
    return `From the call of \`submitTransaction\` to its return, which is after the commit; ${rounds} rounds of ${transactions}, medians of their percentiles. ${comparedWith(data)} Most of what real Fabric takes is its batch timeout.\n\n${table(["", "p50 ms", "p99 ms"], rows)}`;
  },
};
