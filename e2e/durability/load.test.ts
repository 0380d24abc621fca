// Ends devnet and chaincode with SIGKILL again and again under the load of the official client. Every transaction whose
// commit status was VALID is on the ledger of every peer, and the chain verifies.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openGateway } from "./support/gateway.ts";
import { Heddle } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { killAll, until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NETWORK = "loaded";
const WORKERS = 8;
/** Kills, and how many transactions have to be acknowledged between two of them. */
const KILLS = ["devnet", "chaincode:tiny_1.0", "devnet", "devnet", "chaincode:tiny_1.0", "devnet"];
const BETWEEN = 40;

const heddle = new Heddle();
beforeAll(() => heddle.create(NETWORK, "consortium"));
afterAll(() => heddle.dispose());

interface Acknowledged {
  readonly id: string;
  readonly key: string;
  readonly value: string;
  readonly block: bigint;
}

it(`keeps every acknowledged transaction over ${KILLS.length} kills`, { timeout: 240_000 }, async () => {
  const { gateway, close } = await openGateway(heddle, NETWORK);
  const contract = gateway.getNetwork("main").getContract("tiny");
  const acknowledged: Acknowledged[] = [];
  let failures = 0;
  let done = false;
  const work = async (worker: number): Promise<void> => {
    for (let count = 0; !done; count += 1) {
      const key = `w${worker}-${count}`;
      const value = `${worker * 1_000_000 + count}`;
      try {
        const commit = await contract.submitAsync("put", { arguments: [key, value] });
        const { code, transactionId: id, blockNumber: block, successful } = await commit.getStatus();
        if (successful) acknowledged.push({ id, key, value, block });
        else throw new Error(`transaction ${id} is ${code}`);
      } catch {
        // The peer was away. Whether the transaction is on the ledger is not known, and nothing is claimed of it.
        failures += 1;
        await pause(50);
      }
    }
  };
  const workers = Array.from({ length: WORKERS }, (_, worker) => work(worker));
  try {
    for (const role of KILLS) {
      const from = acknowledged.length;
      await until(`${BETWEEN} transactions before ${role} is killed`, () => acknowledged.length >= from + BETWEEN, 60);
      const before = heddle.pids(NETWORK)[role] ?? 0;
      await killAll([before]);
      await until(`${role} again`, () => (heddle.pids(NETWORK)[role] ?? before) !== before);
    }
    const from = acknowledged.length;
    await until("transactions after the last kill", () => acknowledged.length >= from + BETWEEN, 60);
  } finally {
    done = true;
    await Promise.all(workers);
  }
  // Under load, each kill was felt.
  expect(failures).toBeGreaterThanOrEqual(KILLS.length);
  expect(acknowledged.length).toBeGreaterThanOrEqual(BETWEEN * (KILLS.length + 1));
  for (const organization of ["Org1", "Org2"]) {
    const { codes } = await verifyLedger(heddle.client, NETWORK, "main", organization);
    expect(acknowledged.filter(({ id }) => codes.get(id) !== "VALID")).toEqual([]);
  }
  const read = await Promise.all(
    acknowledged.map(async ({ key, value }) => ({
      key,
      value,
      found: Buffer.from(await contract.evaluateTransaction("get", key)).toString(),
    })),
  );
  expect(read.filter(({ value, found }) => value !== found)).toEqual([]);
  // And after one more kill with nothing under way: the ledger was on disk, not in a process.
  await killAll(heddle.processes(NETWORK).map(({ pid }) => pid));
  await until("all that should run", () => heddle.processes(NETWORK).length === 2);
  const { operation } = await heddle.client.proveNetwork({ params: { name: NETWORK } });
  await heddle.succeeded(operation.id);
  const { codes } = await verifyLedger(heddle.client, NETWORK, "main", "Org2");
  expect(acknowledged.filter(({ id }) => codes.get(id) !== "VALID")).toEqual([]);
  close();
  console.log(`${acknowledged.length} acknowledged, ${failures} failed while something was away`);
});
