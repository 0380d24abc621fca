// Kills the server with SIGKILL at every fault point of a backup and of restoring it, and starts it again.
import { cpSync, existsSync, readdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { expectGone, expectWorks } from "./support/expectations.ts";
import { exitingContract, Heddle, networkFile, tinyContract } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const heddle = new Heddle();
afterAll(() => heddle.dispose());

const backups = path.join(heddle.home, "backups");
await heddle.create("origin");
const transaction = await heddle.put("origin", "kept", "before");
const backup = await backUp("origin");
const broken = await backUpBroken();

const making = (await faultPoints("network.backup", networkFile("any", "solo"), {})).forward;
const restoring = async (name: string) => faultPoints("network.restore", networkFile(name, "solo"), { backup }, backups);
const [copying, returning] = [await restoring("any"), await restoring("origin")];
/** Those that only a network which comes back under its own name passes. */
const own = returning.forward.filter((point) => !copying.forward.includes(point) || /\/(prepare|data|chaincode)/.test(point));

async function backUp(name: string): Promise<string> {
  const { operation } = await heddle.client.createBackup({ params: { name } });
  return ((await heddle.succeeded(operation.id)).result as { backup: string }).backup;
}

/** A backup of a network whose chaincode ends before it listens by the time it is restored. */
async function backUpBroken(): Promise<string> {
  const folder = path.join(heddle.base, "chaincode");
  cpSync(tinyContract, folder, { recursive: true });
  symlinkSync(
    path.dirname(path.dirname(createRequire(path.join(tinyContract, "package.json")).resolve("fabric-shim/package.json"))),
    path.join(folder, "node_modules"),
  );
  const { operation } = await heddle.client.createNetwork({ body: { spec: networkFile("fragile", "solo", folder) } });
  await heddle.succeeded(operation.id);
  const made = await backUp("fragile");
  await heddle.delete("fragile");
  cpSync(exitingContract, folder, { recursive: true });
  return made;
}

/** Waits until the backup is restored and works; what became of the transaction from before it. */
async function restored(name: string): Promise<string | undefined> {
  const operation = await heddle.lastOperation(name);
  expect(operation.kind).toBe("network.restore");
  expect((await heddle.succeeded(operation.id)).result).toMatchObject({ backup, compared: 1 });
  expect(await heddle.get(name, "kept")).toBe("before");
  await expectWorks(heddle, name);
  const { codes } = await verifyLedger(heddle.client, name, "main", "Org1");
  return codes.get(transaction);
}

it("lists the points that are walked", () => {
  expect(making.length).toBeGreaterThan(12);
  expect(making).toContain("network.backup/copy/copied");
  expect(copying.forward.length).toBeGreaterThan(30);
  expect(copying.backward.length).toBeGreaterThan(8);
  expect(own.length).toBeGreaterThan(8);
  console.log([...making, ...copying.forward, ...copying.backward, ...own].join("\n"));
});

it.each(making)("a backup whose server is killed at %s is made once, whole", async (point) => {
  const before = new Set(readdirSync(backups));
  await heddle.killedAt(point, () => heddle.client.createBackup({ params: { name: "origin" } }));
  const operation = await heddle.lastOperation("origin");
  const made = ((await heddle.succeeded(operation.id)).result as { backup: string }).backup;
  expect(readdirSync(backups).filter((entry) => !before.has(entry))).toEqual([made]);
  await heddle.client.verifyBackup({ params: { backup: made } });
  await expectWorks(heddle, "origin");
  await heddle.client.deleteBackup({ params: { backup: made } });
  expect(existsSync(path.join(backups, made))).toBe(false);
});

it.each(copying.forward.map((point, index) => [point, `copy${index}`]))("a copy is restored, killed at %s", async (point, name) => {
  await heddle.killedAt(point, () => heddle.client.restoreBackup({ params: { backup }, body: { name } }));
  expect(await restored(name)).toBe("VALID");
  const deletion = await heddle.delete(name);
  expectGone(heddle, name, [deletion.id]);
});

it.each(copying.backward.map((point, index) => [point, `undone${index}`]))(
  "nothing is left of one that failed, killed at %s",
  async (point, name) => {
    const { operation } = await heddle.client.restoreBackup({ params: { backup: broken }, body: { name } });
    expect((await heddle.over(operation.id)).error).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await heddle.killedAt(point, () => heddle.client.cancelOperation({ params: { id: operation.id } }));
    expect(await heddle.over(operation.id)).toMatchObject({ state: "cancelled" });
    expectGone(heddle, name, [operation.id]);
  },
);

it.each(own)("the network comes back under its own name, killed at %s", async (point) => {
  await heddle.delete("origin");
  await heddle.killedAt(point, () => heddle.client.restoreBackup({ params: { backup }, body: {} }));
  expect(await restored("origin")).toBe("VALID");
});
