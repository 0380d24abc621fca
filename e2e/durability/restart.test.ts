// The machine is started again: everything ends at once, with SIGKILL. What was there is there again.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectWorks } from "./support/expectations.ts";
import { Heddle, networkFile, tinyContract } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { killAll, processesOf, stateOf, until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const heddle = new Heddle();
const names = ["first", "second"];
beforeAll(async () => {
  for (const name of names) await heddle.create(name);
});
afterAll(() => heddle.dispose());

/** All of them before the first can react, the server first. */
async function powerCut(): Promise<void> {
  const all = processesOf(heddle.home).toSorted((a, b) => Number(a.role !== undefined) - Number(b.role !== undefined));
  expect(all.length).toBeGreaterThan(names.length);
  await killAll(all.map(({ pid }) => pid));
  expect(processesOf(heddle.home)).toEqual([]);
  await heddle.died();
}

describe("the machine is started again", () => {
  it("and the server brings every network back, with its addresses and its ledger", async () => {
    const before = await Promise.all(
      names.map(async (name) => ({
        ids: await Promise.all(Array.from({ length: 20 }, (_, count) => heddle.put(name, `key${count}`, `${name} ${count}`))),
        pids: heddle.pids(name),
        addresses: (await heddle.client.listNodes({ params: { name } })).nodes.map(({ address }) => address),
        height: (await verifyLedger(heddle.client, name, "main", "Org1")).height,
      })),
    );
    await powerCut();
    await heddle.up();
    await until("all that should run", () => heddle.processes().length === 2 * names.length);
    for (const [index, name] of names.entries()) {
      const { ids = [], pids = {}, addresses, height } = before[index] ?? {};
      await until(`${name} to run`, async () =>
        (await heddle.client.listNodes({ params: { name } })).nodes.every(({ state }) => state === "running"),
      );
      const { operation } = await heddle.client.proveNetwork({ params: { name } });
      await heddle.succeeded(operation.id);
      expect((await heddle.client.listNodes({ params: { name } })).nodes.map(({ address }) => address)).toEqual(addresses);
      expect(Object.values(heddle.pids(name)).filter((pid) => Object.values(pids).includes(pid))).toEqual([]);
      const ledger = await verifyLedger(heddle.client, name, "main", "Org1");
      expect(ledger.height).toBeGreaterThan(height ?? Infinity);
      expect(ids.filter((id) => ledger.codes.get(id) !== "VALID")).toEqual([]);
      for (let count = 0; count < 20; count += 1) expect(await heddle.get(name, `key${count}`)).toBe(`${name} ${count}`);
      await expectWorks(heddle, name);
    }
  });

  it.each(
    [
      "start/before-run",
      "start/after-run",
      "join:peer0.org1.example.com/after-run",
      "chaincode:main.tiny:install:peer0.org1.example.com/after-run",
      "chaincode:main.tiny:approve:Org1/before-run",
      "chaincode:main.tiny:commit/before-run",
      "proof/after-run",
    ].map((point, index) => [`network.create/${point}`, `cut${index}`]),
  )("in the middle of a creation at %s: the network is created", async (point, name) => {
    await heddle.up();
    await heddle.arm(point, "SIGSTOP");
    const acting = heddle.client.createNetwork({ body: { spec: networkFile(name, "solo") } }).catch(() => undefined);
    await until(`the server at ${point}`, () => stateOf(heddle.pid) === "T");
    await powerCut();
    await acting;
    await heddle.up();
    expect(await heddle.succeeded((await heddle.lastOperation(name)).id)).toMatchObject({ kind: "network.create" });
    await expectWorks(heddle, name);
    await heddle.delete(name);
  });

  it.each(["service", "commit", "record"])("in the middle of a deployment, at its %s: it is deployed", async (step) => {
    await heddle.up();
    await until("all that should run", () => heddle.processes("first").length === 2);
    const point = `chaincode.deploy/chaincode:main.tiny:${step}/after-run`;
    const { chaincodes: before } = await heddle.client.listChaincodes({ params: { name: "first" } });
    await heddle.arm(point, "SIGSTOP");
    const body = { name: "tiny", channel: "main", source: { path: tinyContract }, language: "javascript" as const };
    const acting = heddle.client.deployChaincode({ params: { name: "first" }, body }).catch(() => undefined);
    await until(`the server at ${point}`, () => stateOf(heddle.pid) === "T");
    await powerCut();
    await acting;
    await heddle.up();
    await heddle.succeeded((await heddle.lastOperation("first")).id);
    const sequence = (before[0]?.sequence ?? 0) + 1;
    expect((await heddle.client.listChaincodes({ params: { name: "first" } })).chaincodes).toMatchObject([{ name: "tiny", sequence }]);
    await expectWorks(heddle, "first", `${sequence}.0`);
    expect(await heddle.get("first", "key7")).toBe("first 7");
  });
});

describe("the server alone", () => {
  it("finds what ran on when it is killed, and what ran on when it was stopped", async () => {
    await heddle.up();
    await until("all that should run", () => heddle.processes().length === 2 * names.length);
    const pids = names.map((name) => heddle.pids(name));
    await heddle.kill();
    await heddle.up();
    expect(names.map((name) => heddle.pids(name))).toEqual(pids);
    for (const name of names) expect(await heddle.get(name, "key3")).toBe(`${name} 3`);
    await heddle.down();
    expect(names.map((name) => heddle.pids(name))).toEqual(pids);
    await heddle.up();
    for (const name of names) expect(await heddle.get(name, "key3")).toBe(`${name} 3`);
    expect(names.map((name) => heddle.pids(name))).toEqual(pids);
  });
});
