// Kills the server with SIGKILL at every fault point of an upgrade, and starts it again.
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, expect, it, vi } from "vitest";
import { expectGone, expectWorks } from "./support/expectations.ts";
import { Heddle, networkFile } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

function fileOf(name: string): NetworkFile {
  const file = networkFile(name, "solo");
  return validateNetwork({ ...file, spec: { ...file.spec, fabricVersion: "2.5" } });
}

const wanted = { fabricVersion: "3.1", capabilities: true } as const;
const heddle = new Heddle();
afterAll(() => heddle.dispose());
const walked = (await faultPoints("network.upgrade", fileOf("any"), wanted)).forward;

it("lists the points that are walked", () => {
  expect(walked.length).toBeGreaterThan(30);
  expect(walked).toContain("network.upgrade/upgrade:1/versioned");
  console.log(walked.join("\n"));
});

it.each(walked.map((point, index) => [point, `aging${index}`]))(
  "at %s: every node is of the new version, and works",
  async (point, name) => {
    const client = await heddle.up();
    const { operation } = await client.createNetwork({ body: { spec: fileOf(name) } });
    await heddle.succeeded(operation.id);
    const before = await heddle.put(name, "key", "before");
    await heddle.killedAt(point, () => heddle.client.upgradeNetwork({ params: { name }, body: wanted }));
    const upgraded = await heddle.lastOperation(name);
    expect(upgraded.kind).toBe("network.upgrade");
    await heddle.succeeded(upgraded.id);
    await expectWorks(heddle, name);
    const { codes } = await verifyLedger(heddle.client, name, "main", "Org1");
    expect(codes.get(before)).toBe("VALID");
    const { spec } = await heddle.client.getNetwork({ params: { name } });
    expect((spec as NetworkFile).spec).toMatchObject({ fabricVersion: "3.1", channels: [{ capabilities: { channel: "V3_0" } }] });
    const deletion = await heddle.delete(name);
    expectGone(heddle, name, [deletion.id]);
  },
);
