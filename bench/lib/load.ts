// Puts a network under load and reads what it cost: the client runs in a process
// of its own, the CPU time of every other process is read when it begins and when it ends.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { CHAINCODE } from "./deploy.ts";
import type { LoadResult, LoadTask } from "./load-client.ts";
import { CHANNEL, type BenchNetwork } from "./material.ts";
import { cpuSeconds } from "./measure.ts";
import type { Program } from "./processes.ts";

/** Through which gateway, as whom, to which chaincode. */
export type LoadTarget = Omit<LoadTask, keyof LoadShape>;

/** A process whose CPU time counts. */
export type Measured = Pick<Program, "name" | "pid">;

/** How hard and how long. */
export interface LoadShape {
  readonly transactions: number;
  readonly warmUp: number;
  readonly inFlight: number;
}

/** What a run under load cost. */
export interface LoadReport {
  readonly transactions: number;
  readonly seconds: number;
  /** Transactions a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly latencies: readonly number[];
  /** CPU milliseconds a transaction, by program; `client` is the load client. */
  readonly cpu: Readonly<Record<string, number>>;
}

type Message = { readonly what: "begin" | "end" } | { readonly what: "result"; readonly result: LoadResult };

/** Submits through the first organisation's peer, as its application user. */
export function load(network: BenchNetwork, programs: readonly Measured[], shape: LoadShape): Promise<LoadReport> {
  const [organization] = network.organizations;
  if (organization === undefined) throw new Error("the network has no organisation");
  const { material, user, peer } = organization;
  const target: LoadTarget = {
    address: `127.0.0.1:${peer.grpc}`,
    tlsRootPem: material.tlsCa.certificatePem,
    mspId: material.mspId,
    certificatePem: user.signing.certificatePem,
    privateKeyPem: user.signing.privateKeyPem,
    channel: CHANNEL,
    chaincode: CHAINCODE,
  };
  return loadAt(target, programs, shape);
}

/** Submits through any gateway. */
export async function loadAt(target: LoadTarget, programs: readonly Measured[], shape: LoadShape): Promise<LoadReport> {
  const task: LoadTask = { ...target, ...shape };
  const child = fork(path.join(import.meta.dirname, "load-client.ts"), { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const used = (): number[] => programs.map(({ pid }) => cpuSeconds(pid));
  let before: number[] = [];
  let after: number[] = [];
  let result: LoadResult | undefined;
  child.on("message", (message: Message) => {
    if ("result" in message) {
      ({ result } = message);
      return;
    }
    if (message.what === "begin") before = used();
    else after = used();
    child.send({ go: true });
  });
  child.send(task);
  const [code] = (await once(child, "exit")) as [number | null];
  if (result === undefined) throw new Error(`the load client ended with code ${String(code)}`);
  const { transactions } = shape;
  const cpu: Record<string, number> = { client: (result.cpuSeconds * 1000) / transactions };
  for (const [index, { name }] of programs.entries()) {
    cpu[name] = (cpu[name] ?? 0) + (((after[index] ?? 0) - (before[index] ?? 0)) * 1000) / transactions;
  }
  return { transactions, seconds: result.seconds, rate: transactions / result.seconds, latencies: result.latencies, cpu };
}
