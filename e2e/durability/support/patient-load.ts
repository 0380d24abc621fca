// A steady load of the official client, as an application would make it that has several peers to go to and submits again
// what it got no answer for: an orderer that took a transaction may end before it is in a block.
import { setTimeout as pause } from "node:timers/promises";
import type { Gateway } from "@hyperledger/fabric-gateway";
import { openGateway } from "./gateway.ts";
import type { Heddle } from "./heddle.ts";
import { until } from "./processes.ts";

/** How long an application tries one before it gives up, unless said otherwise. Milliseconds. */
const PATIENCE_MS = 45_000;
const RETRY_MS = 100;

/** What became of the transactions of a load. */
export interface LoadOutcome {
  /** Ids of those that were committed as valid. */
  readonly valid: readonly string[];
  /** What was given up, or was committed as invalid. */
  readonly failed: readonly string[];
  /** Transactions that were submitted again. */
  readonly retried: number;
  /** Why, and how often. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Transactions that were begun, a second. */
  readonly rate: number;
}

/** Submits to `put` of the tiny contract on channel main, one each `everyMs`, through these peers of Org1; until it is stopped. */
export async function startPatientLoad(
  heddle: Heddle,
  network: string,
  {
    everyMs,
    peers,
    patienceMs = PATIENCE_MS,
  }: { readonly everyMs: number; readonly peers: readonly string[]; readonly patienceMs?: number },
): Promise<{ readonly committed: () => number; readonly stop: () => Promise<LoadOutcome> }> {
  const opened = await Promise.all(peers.map((peer) => openGateway(heddle, network, peer)));
  const valid: string[] = [];
  const failed: string[] = [];
  const under: Promise<void>[] = [];
  let retried = 0;
  const reasons: Record<string, number> = {};
  let done = false;

  const once = async (gateway: Gateway, count: number): Promise<string> => {
    const commit = await gateway
      .getNetwork("main")
      .getContract("tiny")
      .submitAsync("put", { arguments: [`key${count}`, `${count}`] });
    const { code, transactionId } = await commit.getStatus();
    if (code !== 0) throw new RangeError(`${transactionId} is ${code}`);
    return transactionId;
  };

  const submit = async (count: number): Promise<void> => {
    const deadline = Date.now() + patienceMs;
    for (let attempt = 0; ; attempt += 1) {
      const gateway = opened[attempt % opened.length]?.gateway;
      if (gateway === undefined) throw new Error("no peer is named");
      try {
        valid.push(await once(gateway, count));
        return;
      } catch (error) {
        // What was committed as invalid is not tried again: nothing that is restarted should make it so.
        if (error instanceof RangeError || Date.now() > deadline) {
          failed.push(String(error));
          return;
        }
        const reason = String(error).replaceAll(/,.*|[0-9a-f]{64}|after \d.*/g, "");
        reasons[reason] = (reasons[reason] ?? 0) + 1;
      }
      retried += 1;
      await pause(RETRY_MS);
    }
  };

  const started = performance.now();
  let seconds = 0;
  const load = (async (): Promise<void> => {
    const began = performance.now();
    for (let count = 0; !done; count += 1) {
      under.push(submit(count));
      // By the clock: what came late is made up for.
      await pause(Math.max(0, began + (count + 1) * everyMs - performance.now()));
    }
  })();
  await until("a transaction", () => valid.length > 0);
  return {
    committed: () => valid.length,
    async stop() {
      done = true;
      await load;
      seconds = (performance.now() - started) / 1000;
      await Promise.all(under);
      for (const { close } of opened) close();
      return { valid, failed, retried, reasons, rate: under.length / seconds };
    },
  };
}
