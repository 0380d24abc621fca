// A network of Fabric's own peers and three Raft orderers is backed up, lost, and comes back at its own addresses; its
// organisations then move to an embedded network with their keys.
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Heddle, networkFile } from "../durability/support/heddle.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const missing = whyNoFabric(["peer", "orderer"]);
const bin = process.env["HEDDLE_FABRIC_BIN"];
// The server of these tests is given PATH, nothing else.
if (bin !== undefined && bin !== "") process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;

function fileOf(runtime: "native" | "embedded"): NetworkFile {
  const file = networkFile("real", "consortium");
  const { organizations, channels, chaincodes } = file.spec;
  return validateNetwork({
    ...file,
    spec: {
      runtime,
      organizations,
      ordering: { type: "raft", consenters: ["orderer0", "orderer1", "orderer2"].map((name) => ({ name })) },
      channels: channels.map(({ name: channel, members }) => ({ name: channel, members })),
      chaincodes,
    },
  });
}

describe.skipIf(missing !== undefined)(`backups of native networks${skipped(missing)}`, () => {
  const heddle = new Heddle();
  afterAll(() => heddle.dispose());

  it("bring a network back with the same blocks, and its organisations to another runtime with the same keys", async () => {
    await heddle.up();
    const created = await heddle.client.createNetwork({ body: { spec: fileOf("native") } });
    await heddle.succeeded(created.operation.id, 120);
    await heddle.put("real", "kept", "before");
    const made = await heddle.client.createBackup({ params: { name: "real" } });
    const { result } = await heddle.succeeded(made.operation.id, 120);
    const { backup, paused, checkpoints } = result as { backup: string; paused: number; checkpoints: unknown[] };
    console.log(`native backup: the nodes did not serve for ${paused} s`);
    expect(checkpoints).toHaveLength(2);
    await heddle.put("real", "kept", "after");
    const { nodes } = await heddle.client.listNodes({ params: { name: "real" } });
    const addresses = nodes.map(({ name, address }) => [name, address]);
    const serials = await serialsOf();
    await heddle.delete("real");
    expect(heddle.processes("real")).toEqual([]);

    const restored = await heddle.client.restoreBackup({ params: { backup }, body: {} });
    expect((await heddle.succeeded(restored.operation.id, 120)).result).toMatchObject({ backup, compared: 2 });
    expect(await heddle.get("real", "kept")).toBe("before");
    await heddle.put("real", "kept", "again");
    expect(await heddle.get("real", "kept")).toBe("again");
    expect((await heddle.client.listNodes({ params: { name: "real" } })).nodes.map(({ name, address }) => [name, address])).toEqual(
      expect.arrayContaining(addresses),
    );
    await expect(heddle.client.restoreBackup({ params: { backup }, body: { name: "other" } })).rejects.toMatchObject({
      code: "OPERATION_RESTORE_REFUSED",
    });

    await heddle.delete("real");
    const moved = await heddle.client.createNetwork({ query: { identities: backup }, body: { spec: fileOf("embedded") } });
    await heddle.succeeded(moved.operation.id);
    expect(await serialsOf()).toEqual(serials);
    await heddle.put("real", "kept", "embedded");
    await heddle.delete("real");
  });

  async function serialsOf(): Promise<string[]> {
    const { identities } = await heddle.client.listIdentities({ params: { name: "real" } });
    return identities.map(({ serial }) => serial).toSorted();
  }
});
