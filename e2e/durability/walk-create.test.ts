// Kills the server with SIGKILL at every fault point of a creation and of its undoing, and starts it again:
// the operation ends as if nothing had been, nothing is left over, and no other network notices.
import type { NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectGone, expectWorks } from "./support/expectations.ts";
import { exitingContract, Heddle, networkFile } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const file = networkFile("points", "solo");
const { forward, backward } = await faultPoints("network.create", file, { spec: file });

/** A network that is built with a block for each transaction, and not meant to stay so. */
function patientFile(name: string): NetworkFile {
  const patient = structuredClone(networkFile(name, "solo"));
  patient.spec.ordering.batch = { ...patient.spec.ordering.batch, timeout: "300ms", maxMessages: 7 };
  return patient;
}
const patient = patientFile("batches");
const batchPoints = (await faultPoints("network.create", patient, { spec: patient })).notBefore("proof");

const heddle = new Heddle();
/** A network beside those that are killed: its process is not the server's, and its transactions stay. */
const witness = { pids: {} as Record<string, number>, acknowledged: [] as string[] };

beforeAll(async () => {
  await heddle.create("witness");
  witness.pids = heddle.pids("witness");
});
afterAll(() => heddle.dispose());

/** How the only peer of a network has it that blocks are cut. */
async function batchesOf(network: string): Promise<unknown> {
  const { root } = await heddle.client.channelConfig({ params: { name: network, channel: "main" }, query: {} });
  const orderer = root.children?.find(({ name }) => name === "Orderer");
  return ["BatchSize", "BatchTimeout"].map((name) => orderer?.children?.find((child) => child.name === name)?.value);
}

async function killedAt(point: string, act: () => Promise<unknown>): Promise<void> {
  await heddle.up();
  witness.acknowledged.push(await heddle.put("witness", point.replaceAll(/[^a-z0-9]/gi, "-"), point));
  await heddle.arm(point);
  // The answer is lost with the server, where it was not given before.
  const acting = act().catch(() => undefined);
  await heddle.died();
  await acting;
  await heddle.up();
}

it("lists the points that are walked", () => {
  expect(forward.length).toBeGreaterThan(30);
  expect(backward.length).toBeGreaterThan(8);
  console.log([...forward, ...backward].join("\n"));
});

describe("the server is killed while a network is created", () => {
  it.each(forward.map((point, index) => [point, `create${index}`]))("at %s: the network is created", async (point, name) => {
    await killedAt(point, () => heddle.client.createNetwork({ body: { spec: networkFile(name, "solo") } }));
    expect(await heddle.succeeded((await heddle.lastOperation(name)).id)).toMatchObject({ kind: "network.create" });
    await expectWorks(heddle, name);
    const deletion = await heddle.delete(name);
    expectGone(heddle, name, [deletion.id]);
  });
});

describe("the server is killed while a built network gets the batch that was asked for", () => {
  it.each(batchPoints.map((point, index) => [point, `batch${index}`]))("at %s: it has it", async (point, name) => {
    await killedAt(point, () => heddle.client.createNetwork({ body: { spec: patientFile(name) } }));
    expect(await heddle.succeeded((await heddle.lastOperation(name)).id)).toMatchObject({ kind: "network.create" });
    // The explorer reads the block a moment after its peer has it.
    const wanted = [{ maxMessageCount: 7 }, { timeout: "300ms" }];
    await vi.waitFor(async () => expect(await batchesOf(name)).toMatchObject(wanted), { timeout: 30_000, interval: 100 });
    await expectWorks(heddle, name);
    const deletion = await heddle.delete(name);
    expectGone(heddle, name, [deletion.id]);
  });
});

describe("the server is killed while a creation that failed is undone", () => {
  it.each(backward.map((point, index) => [point, `undo${index}`]))("at %s: nothing of the network is left", async (point, name) => {
    await heddle.up();
    const { operation } = await heddle.client.createNetwork({ body: { spec: networkFile(name, "solo", exitingContract) } });
    expect((await heddle.over(operation.id)).error).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await killedAt(point, () => heddle.client.cancelOperation({ params: { id: operation.id } }));
    expect(await heddle.over(operation.id)).toMatchObject({ state: "cancelled" });
    expectGone(heddle, name, [operation.id]);
    await expect(heddle.client.getNetwork({ params: { name } })).rejects.toMatchObject({ code: "STORE_NETWORK_NOT_FOUND" });
  });
});

describe("a network beside", () => {
  it("went on in its own processes, with every transaction that was acknowledged", async () => {
    await heddle.up();
    expect(heddle.pids("witness")).toEqual(witness.pids);
    const { codes } = await verifyLedger(heddle.client, "witness", "main", "Org1");
    expect(witness.acknowledged.length).toBe(forward.length + batchPoints.length + backward.length);
    expect(witness.acknowledged.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
  });
});
