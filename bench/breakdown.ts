// Where devnet's time goes for one transaction, and what it cannot be less than: gRPC alone, signatures alone.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { createLocalSigner, generateKeyPair, verifySignature } from "@heddle/fabric";
import type { Bench } from "./lib/bench.ts";
import type { FloorTask } from "./lib/grpc-floor.ts";
import { load } from "./lib/load.ts";
import { makeNetwork } from "./lib/material.ts";
import { cpuSeconds, median, table } from "./lib/measure.ts";
import { EMBEDDED_BATCH, readyNetwork } from "./lib/network.ts";
import { freePorts } from "./lib/processes.ts";
import { busySeconds } from "./lib/profile.ts";

interface BreakdownData {
  readonly transactions: number;
  /** CPU milliseconds a transaction, without the profiler. */
  readonly cpu: number;
  /** Share of the main thread's busy time, by area. */
  readonly shares: Readonly<Record<string, number>>;
  /** CPU milliseconds a transaction of gRPC alone. */
  readonly grpc: number;
  /** Milliseconds of one operation. */
  readonly verify: number;
  readonly sign: number;
}

/** Signatures a transaction cannot do without: proposal, envelope and status request to check, the endorsement to make. */
const CHECKED = 3;
const MADE = 1;
const IN_FLIGHT = 64;

async function profile(transactions: number): Promise<{ cpu: number; shares: Record<string, number> }> {
  const plain = await readyNetwork({ kind: "devnet" }, 1, EMBEDDED_BATCH);
  const { cpu } = await load(plain.network, plain.nodes, { transactions, warmUp: transactions / 2, inFlight: IN_FLIGHT });
  await plain.stop();

  const folder = path.join(import.meta.dirname, "results", ".profile");
  rmSync(folder, { recursive: true, force: true });
  const profiled = await readyNetwork({ kind: "devnet", nodeArguments: ["--cpu-prof", `--cpu-prof-dir=${folder}`] }, 1, EMBEDDED_BATCH);
  await load(profiled.network, [], { transactions, warmUp: transactions, inFlight: IN_FLIGHT });
  await profiled.stop();
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error("Node.js wrote no profile");
  // The first part is start, deployment and code that is not compiled yet.
  const busy = busySeconds(path.join(folder, file), 0.5, 0.95);
  rmSync(folder, { recursive: true });
  const total = [...busy.values()].reduce((sum, one) => sum + one, 0);
  return { cpu: cpu["devnet"] ?? Number.NaN, shares: Object.fromEntries([...busy].map(([area, seconds]) => [area, seconds / total])) };
}

async function grpcAlone(transactions: number): Promise<number> {
  const network = await makeNetwork(1, EMBEDDED_BATCH);
  const [port = 0, chaincodePort = 0] = await freePorts(2);
  const folder = network.organizations[0]?.peer.folder ?? "";
  const task: FloorTask = { folder, port, chaincodePort, transactions, inFlight: IN_FLIGHT };
  const children: ChildProcess[] = [];
  const start = async (role: string): Promise<ChildProcess> => {
    const execArgv = ["--conditions=@heddle/source", "--disable-warning=ExperimentalWarning"];
    const child = fork(path.join(import.meta.dirname, "lib/grpc-floor.ts"), [role, JSON.stringify(task)], { execArgv });
    children.push(child);
    await once(child, "message");
    return child;
  };
  try {
    await start("chaincode");
    const server = await start("server");
    const client = await start("client");
    const pid = server.pid ?? 0;
    const before = cpuSeconds(pid);
    client.send("go");
    await once(client, "message");
    return ((cpuSeconds(pid) - before) * 1000) / transactions;
  } finally {
    for (const child of children) child.kill("SIGKILL");
    rmSync(network.directory, { recursive: true, force: true });
  }
}

/** Milliseconds of a call, the middle of many batches. */
function timeOf(call: (index: number) => void): number {
  const batch = 200;
  const times = Array.from({ length: 15 }, () => {
    const began = performance.now();
    for (let index = 0; index < batch; index += 1) call(index);
    return (performance.now() - began) / batch;
  });
  return median(times);
}

function signaturesAlone(): { verify: number; sign: number } {
  const { privateKey, publicKey } = generateKeyPair();
  const signer = createLocalSigner(privateKey);
  const message = Buffer.alloc(1700, 1);
  const signature = signer.signSync(message);
  return { verify: timeOf(() => void verifySignature(publicKey, message, signature)), sign: timeOf(() => void signer.signSync(message)) };
}

export const breakdown: Bench<BreakdownData> = {
  name: "breakdown",
  title: "Where a transaction's time goes",
  async run({ quick, say }) {
    const transactions = quick ? 500 : 6000;
    const { cpu, shares } = await profile(transactions);
    say(`devnet: ${cpu.toFixed(2)} ms CPU a transaction`);
    const grpc = await grpcAlone(transactions);
    const { verify, sign } = signaturesAlone();
    say(`gRPC alone ${grpc.toFixed(3)} ms; verify ${verify.toFixed(3)} ms, sign ${sign.toFixed(3)} ms`);
    return { transactions, cpu, shares, grpc, verify, sign };
  },
  render({ transactions, cpu, shares, grpc, verify, sign }) {
    const signatures = CHECKED * verify + MADE * sign;
    const floor = table(
      ["floor of one transaction", "CPU ms"],
      [
        ["gRPC alone: three calls over TLS and the chaincode's stream, same sizes", grpc.toFixed(2)],
        [`signatures alone: ${CHECKED} to check (${verify.toFixed(3)} each), ${MADE} to make (${sign.toFixed(3)})`, signatures.toFixed(2)],
        ["**both**", `**${(grpc + signatures).toFixed(2)}**`],
        ["devnet", cpu.toFixed(2)],
      ],
    );
    const rows = Object.entries(shares)
      .toSorted(([, a], [, b]) => b - a)
      .map(([area, share]) => [area, `${(share * 100).toFixed(1)} %`]);
    return `One organisation, ${IN_FLIGHT} in flight, ${transactions} transactions. The shares are of the main thread's busy time in a V8 profile, which counts waiting for the disk; CPU time is the kernel's, of all threads, without the profiler.\n\n${floor}\n\n${table(["what the main thread does", "share"], rows)}`;
  },
};
