// Ends devnet, then chaincode, with SIGKILL at every fault point of a creation, a deployment and a deletion at
// which it is alive. The server stands still at the point meanwhile (SIGSTOP), then goes on: the operation succeeds.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectGone, expectWorks } from "./support/expectations.ts";
import { Heddle, networkFile, tinyContract } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";
import { killAll, stateOf, until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NETWORK = "deployed";
const file = networkFile(NETWORK, "solo");
const deployment = { name: "tiny", channel: "main", source: { path: tinyContract }, language: "javascript" as const };
/** Points at which the plan lets there be a process: all but those of steps that come before it starts, or after it has been ended. */
const create = await faultPoints("network.create", file, { spec: file });
const deploy = await faultPoints("chaincode.deploy", file, deployment);
const remove = await faultPoints("network.delete", file, {});
const victims = ["devnet", "chaincode"] as const;
type Victim = (typeof victims)[number];
const startOf = { devnet: "start", chaincode: "chaincode:main.tiny:service" } as const;

const heddle = new Heddle();
const acknowledged: string[] = [];
/** At how many points a victim was there to be killed. */
const killed = { create: { devnet: 0, chaincode: 0 }, deploy: { devnet: 0, chaincode: 0 }, delete: { devnet: 0, chaincode: 0 } };
let version = 1;

beforeAll(async () => {
  await heddle.create(NETWORK);
});
afterAll(() => heddle.dispose());

/** Lets the server come to the point, ends the victim there, and lets it go on. Whether there was a victim. */
async function withoutAt(point: string, victim: Victim, network: string, act: () => Promise<unknown>): Promise<boolean> {
  await heddle.arm(point, "SIGSTOP");
  const { pid } = heddle;
  const acting = act();
  await until(`the server at ${point}`, () => stateOf(pid) === "T");
  const found = heddle.processes(network).filter(({ role }) => role?.startsWith(victim));
  await killAll(found.map((one) => one.pid));
  process.kill(pid, "SIGCONT");
  await acting;
  return found.length > 0;
}

const pairs = (points: (victim: Victim) => readonly string[]): [Victim, string, string][] =>
  victims.flatMap((victim) => points(victim).map((point, index): [Victim, string, string] => [victim, point, `${victim}${index}`]));

describe("while a network is created", () => {
  it.each(pairs((victim) => create.notBefore(startOf[victim])))("without %s from %s on, it is created", async (victim, point, name) => {
    const act = () => heddle.client.createNetwork({ body: { spec: networkFile(name, "solo") } });
    if (await withoutAt(point, victim, name, act)) killed.create[victim] += 1;
    expect(await heddle.succeeded((await heddle.lastOperation(name)).id)).toMatchObject({ kind: "network.create" });
    // What ended after the last step is started again by supervision.
    await until("all that should run", () => heddle.processes(name).length === 2);
    await untilCalls(name);
    await expectWorks(heddle, name);
    const deletion = await heddle.delete(name);
    expectGone(heddle, name, [deletion.id]);
  });

  it("there was something to end at many points", () => {
    expect(killed.create.devnet).toBeGreaterThan(15);
    expect(killed.create.chaincode).toBeGreaterThan(5);
  });
});

describe("while chaincode is deployed", () => {
  it.each(pairs(() => deploy.forward))("without %s from %s on, it is deployed, and every transaction is there", async (victim, point) => {
    acknowledged.push(await heddle.put(NETWORK, "before", point));
    const act = () => heddle.client.deployChaincode({ params: { name: NETWORK }, body: deployment });
    if (await withoutAt(point, victim, NETWORK, act)) killed.deploy[victim] += 1;
    await heddle.succeeded((await heddle.lastOperation(NETWORK)).id);
    version += 1;
    await until("all that should run", () => heddle.processes(NETWORK).length === 2);
    await untilCalls(NETWORK);
    expect(await heddle.get(NETWORK, "before")).toBe(point);
    acknowledged.push(await expectWorks(heddle, NETWORK, `${version}.0`));
  });

  it("there was something to end at every point, and the chain verifies", async () => {
    expect(killed.deploy).toEqual({ devnet: deploy.forward.length, chaincode: deploy.forward.length });
    const { codes } = await verifyLedger(heddle.client, NETWORK, "main", "Org1");
    expect(acknowledged.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
  });
});

describe("while a network is deleted", () => {
  it.each(pairs(() => remove.notAfter("runtime")))("without %s from %s on, it is deleted", async (victim, point, name) => {
    const network = `gone-${name}`;
    await heddle.create(network);
    const act = () => heddle.client.deleteNetwork({ params: { name: network } });
    if (await withoutAt(point, victim, network, act)) killed.delete[victim] += 1;
    const deletion = await heddle.succeeded((await heddle.lastOperation(network)).id);
    expect(deletion.kind).toBe("network.delete");
    expectGone(heddle, network, [deletion.id]);
  });

  it("there was something to end before the processes were", () => {
    expect(killed.delete.devnet).toBeGreaterThan(3);
    expect(killed.delete.chaincode).toBeGreaterThan(3);
  });
});

/** A chaincode that has been started again takes calls once the peer has connected to it again. */
async function untilCalls(network: string): Promise<void> {
  await until("an answer of the chaincode", () =>
    heddle.get(network, "works").then(
      () => true,
      () => false,
    ),
  );
}
