// What Heddle takes of the machine while nobody uses it.
import { setTimeout as pause } from "node:timers/promises";
import { presetNetwork } from "@heddle/network";
import type { Bench } from "./lib/bench.ts";
import { startServer, timed } from "./lib/heddle.ts";
import { cpuSeconds, residentMiB, table } from "./lib/measure.ts";

interface IdleRow {
  readonly name: string;
  readonly memory: number;
  /** Percent of one core. */
  readonly cpu: number;
}

interface IdleData {
  readonly settleSeconds: number;
  readonly seconds: number;
  readonly rows: readonly IdleRow[];
}

const TARGETS: Readonly<Record<string, readonly [memory: string, cpu: string]>> = { devnet: ["130", "1"], server: ["150", ""] };

export const idle: Bench<IdleData> = {
  name: "idle",
  title: "Idle",
  async run({ quick, say }) {
    const settleSeconds = quick ? 2 : 20;
    const seconds = quick ? 3 : 60;
    const server = await startServer();
    const { client } = server;
    try {
      const spec = presetNetwork("consortium", { name: "idle" });
      await timed(client, () => client.createNetwork({ body: { spec } }));
      const { nodes } = await client.listNodes({ params: { name: "idle" } });
      const devnet = nodes.find(({ kind }) => kind === "peer")?.pid;
      const chaincode = nodes.find(({ kind }) => kind === "chaincode")?.pid;
      if (devnet === undefined || chaincode === undefined) throw new Error("the network does not say what its processes are");
      const pids = { devnet, server: server.program.pid, "chaincode (official shim)": chaincode };
      await pause(settleSeconds * 1000);
      const before = Object.values(pids).map(cpuSeconds);
      await pause(seconds * 1000);
      const rows = Object.entries(pids).map(([name, pid], index) => ({
        name,
        memory: residentMiB(pid),
        cpu: ((cpuSeconds(pid) - (before[index] ?? 0)) / seconds) * 100,
      }));
      for (const { name, memory, cpu } of rows) say(`${name}: ${memory.toFixed(0)} MiB, ${cpu.toFixed(2)} %`);
      await timed(client, () => client.deleteNetwork({ params: { name: "idle" } }));
      return { settleSeconds, seconds, rows };
    } finally {
      await server.stop();
    }
  },
  render({ settleSeconds, seconds, rows }) {
    const body = rows.map(({ name, memory, cpu }) => {
      const [memoryTarget = "", cpuTarget = ""] = TARGETS[name] ?? [];
      return [name, memory.toFixed(0), memoryTarget, cpu.toFixed(2), cpuTarget];
    });
    return `A network of two organisations, created through the API, left alone for ${settleSeconds} s and then watched for ${seconds} s.\n\n${table(["", "RSS MiB", "target", "% of a core", "target"], body)}`;
  },
};
