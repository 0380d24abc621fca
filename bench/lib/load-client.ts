// The client under load, a process of its own: the official gateway client, one
// connection, `inFlight` submits at a time. Reads its task from the first argument, prints one JSON line.
import { createPrivateKey } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { connect, EndorseError, hash, signers } from "@hyperledger/fabric-gateway";
import { credentials, Client, status } from "@grpc/grpc-js";
import { inParallel } from "./measure.ts";

/** What the client is told. */
export interface LoadTask {
  readonly address: string;
  readonly tlsRootPem: string;
  readonly mspId: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly transactions: number;
  readonly warmUp: number;
  readonly inFlight: number;
}

/** What it answers. */
export interface LoadResult {
  readonly seconds: number;
  /** Of this process, over the measured transactions. */
  readonly cpuSeconds: number;
  /** Milliseconds of each submit, in the order of completion. */
  readonly latencies: readonly number[];
}

async function run(task: LoadTask, signal: (what: "begin" | "end") => Promise<void>): Promise<LoadResult> {
  const client = new Client(task.address, credentials.createSsl(Buffer.from(task.tlsRootPem)));
  const gateway = connect({
    client,
    hash: hash.sha256,
    identity: { mspId: task.mspId, credentials: Buffer.from(task.certificatePem) },
    signer: signers.newPrivateKeySigner(createPrivateKey(task.privateKeyPem)),
  });
  try {
    const contract = gateway.getNetwork(task.channel).getContract(task.chaincode);
    const run = `${process.pid}-${Date.now()}`;
    const submit = (index: number): Promise<Uint8Array> => contract.submitTransaction("put", `${run}-${index}`, `value ${index}`);
    await endorsersFound(() => contract.newProposal("put", { arguments: [`${run}-found`, ""] }).endorse());
    await inParallel(task.warmUp, task.inFlight, async (index) => void (await submit(-1 - index)));
    const latencies: number[] = [];
    await signal("begin");
    const before = process.cpuUsage();
    const began = performance.now();
    await inParallel(task.transactions, task.inFlight, async (index) => {
      const submitted = performance.now();
      await submit(index);
      latencies.push(performance.now() - submitted);
    });
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    await signal("end");
    return { seconds, cpuSeconds: (user + system) / 1e6, latencies };
  } finally {
    gateway.close();
    client.close();
  }
}

/** A peer's gateway refuses until gossip has told it of the other organisations' peers: asks again until it has. */
async function endorsersFound(endorse: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await endorse();
      return;
    } catch (error) {
      if (!(error instanceof EndorseError) || error.code !== status.FAILED_PRECONDITION || Date.now() > deadline) throw error;
      await pause(20);
    }
  }
}

/** Tells the parent where it is, and goes on when the parent has read the counters. */
async function checkpoint(what: "begin" | "end"): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once("message", () => resolve());
    process.send?.({ what });
  });
}

if (process.send !== undefined) {
  process.once("message", (task: LoadTask) => {
    run(task, checkpoint).then(
      (result) => process.send?.({ what: "result", result }, () => process.disconnect()),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
