import { describe, expect, it } from "vitest";
import { readPrometheus } from "../src/metrics/prometheus.ts";
import { peerPoints, type NodeCounters } from "../src/metrics/sample.ts";
import { averageOf, chartOf } from "../src/metrics/series.ts";

const counters = (at: number, text: string): NodeCounters => ({ at, samples: readPrometheus(text) });

const before = counters(
  0,
  `# HELP ledger_blockchain_height Height
ledger_blockchain_height{channel="main"} 5
ledger_transaction_count{channel="main",validation_code="VALID"} 10
endorser_endorsement_failures 2
endorser_proposal_duration_bucket{success="true",le="0.1"} 4
endorser_proposal_duration_bucket{success="true",le="1"} 4
endorser_proposal_duration_bucket{success="true",le="+Inf"} 4`,
);
const after = counters(
  10_000,
  `ledger_blockchain_height{channel="main"} 9
ledger_transaction_count{channel="main",validation_code="VALID"} 50
ledger_transaction_count{channel="main",validation_code="MVCC_READ_CONFLICT"} 10
endorser_endorsement_failures 1
endorser_proposal_duration_bucket{success="true",le="0.1"} 12
endorser_proposal_duration_bucket{success="true",le="1"} 14
endorser_proposal_duration_bucket{success="true",le="+Inf"} 14`,
);

describe("what a peer's counters say", () => {
  const value = (metric: string): number | undefined => peerPoints("peer0", before, after).find((point) => point.metric === metric)?.value;

  it("is the growth a second, over every label that is not asked for", () => {
    expect(value("height")).toBe(9);
    expect(value("transactions_per_second")).toBe(5);
  });

  it("takes a counter that fell as begun anew", () => {
    expect(value("endorsement_failures_per_second")).toBeCloseTo(0.1);
  });

  it("interpolates quantiles within their bucket", () => {
    // Eight of ten in the first tenth of a second: the fifth is at 5/8 of it.
    expect(value("endorsement_seconds_p50")).toBeCloseTo(0.0625);
    expect(value("endorsement_seconds_p95")).toBeCloseTo(0.1 + 0.9 * (1.5 / 2));
  });

  it("is only the height at the first look", () => {
    expect(peerPoints("peer0", undefined, after).map(({ metric }) => metric)).toEqual(["height"]);
  });

  it("reads labels with escapes", () => {
    expect(readPrometheus('one{a="x\\"y\\\\z",b="2"} 1e3 1700')).toEqual([{ name: "one", labels: { a: 'x"y\\z', b: "2" }, value: 1000 }]);
  });
});

describe("a chart", () => {
  const at = (second: number) => ({
    network: "n",
    resolution: 15,
    at: new Date(second * 1000),
    data: [{ metric: "height" as const, node: "peer0", channel: "main", value: second }],
  });

  it("averages what falls into one slot and leaves gaps", () => {
    const { times, series } = chartOf([at(1), at(2), at(9)], new Date(0), new Date(10_000), 5);
    expect(times.map((time) => time.getTime())).toEqual([2000, 4000, 6000, 8000, 10_000]);
    expect(series).toEqual([{ metric: "height", node: "peer0", channel: "main", values: [1.5, null, null, null, 9] }]);
  });

  it("makes one measurement of several", () => {
    expect(averageOf([at(2), at(4), at(6)])).toEqual([{ metric: "height", node: "peer0", channel: "main", value: 4 }]);
    expect(averageOf([])).toEqual([]);
  });
});
