import type { ChannelLedger } from "../ledger/ledger.ts";
import type { Metric, Sample } from "./prometheus-text.ts";

/** What the channels of a peer tell. */
export function peerChannelMetrics(channels: ReadonlyMap<string, ChannelLedger>): Metric[] {
  return [
    { name: "ledger_blockchain_height", help: "Height of the chain in blocks.", type: "gauge", samples: heights(channels, 0) },
    {
      name: "ledger_transaction_count",
      help: "Number of transactions processed.",
      type: "counter",
      samples: [...channels].flatMap(([channel, ledger]) =>
        ledger.counts.entries().map(([code, value]) => ({ labels: { channel, validation_code: code }, value })),
      ),
    },
  ];
}

/** What the channels of an orderer tell. */
export function ordererChannelMetrics(channels: ReadonlyMap<string, ChannelLedger>): Metric[] {
  return [
    {
      name: "consensus_etcdraft_committed_block_number",
      help: "The number of the latest committed block.",
      type: "gauge",
      samples: heights(channels, -1),
    },
  ];
}

/** What the process tells: its nodes share it. */
export function processMetrics(): Metric[] {
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number, type: Metric["type"] = "gauge"): Metric => ({
    name,
    help,
    type,
    samples: [{ value }],
  });
  return [
    gauge(
      "process_cpu_seconds_total",
      "CPU seconds of the process, which all nodes of the network share.",
      (user + system) / 1e6,
      "counter",
    ),
    gauge("process_resident_memory_bytes", "Resident memory of that process.", process.memoryUsage.rss()),
    gauge("process_start_time_seconds", "When that process started, in seconds since 1970.", performance.timeOrigin / 1000),
  ];
}

function heights(channels: ReadonlyMap<string, ChannelLedger>, offset: number): Sample[] {
  return [...channels].map(([channel, ledger]) => ({ labels: { channel }, value: ledger.height + offset }));
}
