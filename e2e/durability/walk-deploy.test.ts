// Kills the server with SIGKILL at every fault point of a deployment, of its undoing, and of a deletion, and starts it again.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectGone, expectReceipt, expectWorks, possessions } from "./support/expectations.ts";
import { exitingContract, Heddle, networkFile, tinyContract } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NETWORK = "deployed";
const file = networkFile(NETWORK, "solo");
const deployment = (folder: string) => ({ name: "tiny", channel: "main", source: { path: folder }, language: "javascript" as const });
const deploy = await faultPoints("chaincode.deploy", file, deployment(tinyContract));
const remove = await faultPoints("network.delete", file, {});

const heddle = new Heddle();
const acknowledged: string[] = [];
/** Sequence and version of the chaincode: each deployment counts them on. */
let version = 1;

beforeAll(async () => {
  await heddle.create(NETWORK);
});
afterAll(() => heddle.dispose());

const submit = (folder: string) => heddle.client.deployChaincode({ params: { name: NETWORK }, body: deployment(folder) });

it("lists the points that are walked", () => {
  expect(deploy.forward.length).toBeGreaterThan(20);
  expect(deploy.backward.length).toBeGreaterThan(2);
  expect(remove.forward.length).toBeGreaterThan(12);
  console.log([...deploy.forward, ...deploy.backward, ...remove.forward].join("\n"));
});

describe("the server is killed while chaincode is deployed", () => {
  it.each(deploy.forward)("at %s: it is deployed, once", async (point) => {
    await heddle.up();
    acknowledged.push(await heddle.put(NETWORK, "before", point));
    await heddle.killedAt(point, () => submit(tinyContract));
    const operation = await heddle.lastOperation(NETWORK);
    await heddle.succeeded(operation.id);
    version += 1;
    expect(operation.kind).toBe("chaincode.deploy");
    const { chaincodes } = await heddle.client.listChaincodes({ params: { name: NETWORK } });
    expect(chaincodes).toMatchObject([{ name: "tiny", version: `${version}.0`, sequence: version }]);
    expect(await heddle.get(NETWORK, "before")).toBe(point);
    acknowledged.push(await expectWorks(heddle, NETWORK, `${version}.0`));
  });
});

describe("the server is killed while a deployment that failed is undone", () => {
  it.each(deploy.backward)("at %s: what was deployed before goes on", async (point) => {
    await heddle.up();
    const { operation } = await submit(exitingContract);
    expect((await heddle.over(operation.id)).error).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await heddle.killedAt(point, () => heddle.client.cancelOperation({ params: { id: operation.id } }));
    expect(await heddle.over(operation.id)).toMatchObject({ state: "cancelled" });
    acknowledged.push(await expectWorks(heddle, NETWORK, `${version}.0`));
  });
});

it("has kept every transaction that was acknowledged, in a chain that verifies", async () => {
  await heddle.up();
  const { codes } = await verifyLedger(heddle.client, NETWORK, "main", "Org1");
  expect(acknowledged.length).toBeGreaterThan(deploy.forward.length);
  expect(acknowledged.filter((id) => codes.get(id) !== "VALID")).toEqual([]);
});

describe("the server is killed while a network is deleted", () => {
  it.each(remove.forward.map((point, index) => [point, `delete${index}`]))(
    "at %s: it is deleted, and the receipt is whole",
    async (point, name) => {
      await heddle.create(name);
      await expectWorks(heddle, name);
      const before = await possessions(heddle, name);
      await heddle.killedAt(point, () => heddle.client.deleteNetwork({ params: { name } }));
      const deletion = await heddle.succeeded((await heddle.lastOperation(name)).id);
      expect(deletion.kind).toBe("network.delete");
      expectGone(heddle, name, [deletion.id]);
      expectReceipt(heddle, deletion, before);
    },
  );
});
