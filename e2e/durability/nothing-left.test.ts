// The world before and after: processes, ports, files and rows. What a network had is gone when it is deleted or its
// creation is undone, and the receipt lists just that.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectReceipt, expectWorks, isHistory, leasesOf, possessions } from "./support/expectations.ts";
import { exitingContract, Heddle, networkFile, tinyContract } from "./support/heddle.ts";
import { processesOf } from "./support/processes.ts";
import { snapshot, type Snapshot } from "./support/world.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const heddle = new Heddle();
afterAll(() => heddle.dispose());

/** A snapshot without the rows that only tell of these operations. */
function without(world: Snapshot, operations: readonly string[]): Snapshot {
  const entries = Object.entries(world.rows).map(
    ([table, rows]) => [table, rows.filter((row) => !isHistory({ table, row }, operations))] as const,
  );
  return { ...world, rows: Object.fromEntries(entries) };
}

describe("nothing is left", () => {
  let before: Snapshot;
  beforeAll(async () => {
    await heddle.up();
    before = without(snapshot(heddle), []);
  });

  it("of a network that was created, given another version of its chaincode, used and deleted", async () => {
    await heddle.create("used", "consortium");
    const { operation } = await heddle.client.deployChaincode({
      params: { name: "used" },
      body: { name: "tiny", channel: "main", source: { path: tinyContract }, language: "javascript" },
    });
    await heddle.succeeded(operation.id);
    await heddle.put("used", "a", "1");
    const during = await possessions(heddle, "used");
    // There was something to remove, of every kind.
    expect(during.world.processes).toEqual(["used/chaincode:tiny_2.0", "used/devnet"]);
    expect(during.world.ports).toHaveLength(10);
    expect(during.world.ports).toEqual(during.ports);
    expect(during.world.files.length).toBeGreaterThan(30);
    for (const table of ["networks", "chaincodes", "operations", "journal", "events", "data_keys", "secrets", "settings"])
      expect([table, during.world.rows[table]?.length ?? 0]).toEqual([table, expect.toSatisfy((count: number) => count > 0)]);
    const deletion = await heddle.delete("used");
    expectReceipt(heddle, deletion, during);
    expect(without(snapshot(heddle), [deletion.id])).toEqual(before);
    expect(leasesOf(heddle, "used")).toEqual([]);
  });

  it("of a network whose creation failed and was undone", async () => {
    const { operation } = await heddle.client.createNetwork({ body: { spec: networkFile("failed", "solo", exitingContract) } });
    expect((await heddle.over(operation.id)).error).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    expect(snapshot(heddle).processes).toEqual(["failed/devnet"]);
    await heddle.client.cancelOperation({ params: { id: operation.id } });
    expect(await heddle.over(operation.id)).toMatchObject({ state: "cancelled" });
    const { operations } = await heddle.client.listOperations({ query: {} });
    expect(
      without(
        snapshot(heddle),
        operations.map(({ id }) => id),
      ),
    ).toEqual(before);
  });

  it("of a network whose creation failed, when it is deleted", async () => {
    const { operation } = await heddle.client.createNetwork({ body: { spec: networkFile("broken", "solo", exitingContract) } });
    await heddle.over(operation.id);
    const deletion = await heddle.delete("broken");
    const { operations } = await heddle.client.listOperations({ query: {} });
    expect(operations.map(({ id }) => id)).not.toContain(operation.id);
    expect(
      without(
        snapshot(heddle),
        operations.map(({ id }) => id),
      ),
    ).toEqual(before);
    expect((deletion.result as { left: number }).left).toBe(0);
  });

  it("of the deletion itself in the way of a new network of the same name", async () => {
    for (const round of [1, 2]) {
      await heddle.create("used");
      await expectWorks(heddle, "used");
      const deletion = await heddle.delete("used");
      const { operations } = await heddle.client.listOperations({ query: { network: "used" } });
      expect([round, operations.map(({ id }) => id)]).toEqual([round, [deletion.id]]);
    }
  });
});

describe("heddle up, down, up and delete", () => {
  const main = path.resolve(import.meta.dirname, "../../apps/cli/src/main.ts");
  const cli = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@heddle/source", main, ...args, "--output", "json"], {
      env: { PATH: process.env["PATH"] ?? "", HEDDLE_HOME: heddle.home, HEDDLE_PORT: "0", TMPDIR: heddle.tmp },
    });
    // The result comes last, after what a command tells on its way.
    return JSON.parse(stdout.slice(`\n${stdout}`.lastIndexOf("\n{"))) as Record<string, unknown>;
  };

  it("leave what runs running, find it again, and remove it without a trace", async () => {
    await heddle.down();
    const before = without(snapshot(heddle), []);
    const first = await cli("up", "--name", "sample", "--preset", "solo");
    expect(first).toMatchObject({ network: { state: "ready" }, transaction: { code: "VALID" } });
    const pids = heddle.pids("sample");
    expect(Object.keys(pids).toSorted()).toEqual(["chaincode:food-tracing_1.0", "devnet"]);
    await cli("down");
    expect(heddle.pids("sample")).toEqual(pids);
    expect(processesOf(heddle.home)).toHaveLength(2);
    const again = await cli("up", "--name", "sample", "--preset", "solo");
    expect(again).toMatchObject({ network: { state: "ready" } });
    // The first lot is there already.
    expect(again["transaction"]).toBeUndefined();
    expect(heddle.pids("sample")).toEqual(pids);
    await cli("network", "delete", "sample", "--yes");
    await cli("down");
    expect(processesOf(heddle.home)).toEqual([]);
    const history = snapshot(heddle).rows["operations"]?.map(({ id }) => String(id)) ?? [];
    expect(without(snapshot(heddle), history)).toEqual({ ...before, rows: without({ ...before }, history).rows });
  });
});
