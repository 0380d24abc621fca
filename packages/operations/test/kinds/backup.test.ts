import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { presetNetwork } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BackupResult } from "../../src/kinds/network-backup.ts";
import { takeCheckpoints } from "../../src/network/checkpoints.ts";
import { failureOf, Harness } from "./support/harness.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
});
afterAll(() => harness.close());

async function put(network: string, key: string, value: string): Promise<void> {
  const { code } = await harness.services.submit(network, "tiny", { function: "put", args: [key, value] });
  expect(code).toBe("VALID");
}

const get = (network: string, key: string): Promise<string> => harness.evaluate(network, "tiny", "get", key);

async function backup(network: string): Promise<BackupResult> {
  return (await harness.succeed("network.backup", {}, network)).result as BackupResult;
}

async function checkpoints(network: string) {
  const { file, connections } = await harness.world.network(network);
  return takeCheckpoints(file, connections);
}

describe("a network of two organisations that is backed up", () => {
  let made: BackupResult;
  beforeAll(async () => {
    await harness.create("consortium", "trade");
    await put("trade", "kept", "before");
    await harness.succeed("identity.issue", { organization: "Org1", user: "dana" }, "trade");
    made = await backup("trade");
  });

  it("tells what the backup is, and proves that the network works again", async () => {
    expect(made.checkpoints).toHaveLength(2);
    expect(new Set(made.checkpoints.map(({ hash }) => hash)).size).toBe(1);
    expect(new Set(made.checkpoints.map(({ commitHash }) => commitHash)).size).toBe(1);
    expect(made.checkpoints[0]?.commitHash).toMatch(/^[0-9a-f]{64}$/);
    expect(made.files).toBeGreaterThan(1);
    expect(made.proof.channels).toMatchObject([{ channel: "main", peers: ["peer0.org1.example.com", "peer0.org2.example.com"] }]);
    expect(await harness.world.backups.list()).toMatchObject([{ id: made.backup, network: "trade" }]);
    await harness.world.backups.verify(made.backup);
  });

  it("holds no private key in the clear", () => {
    const folder = harness.world.backups.folder(made.backup);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBe(made.files + 1);
    for (const { parentPath, name } of files) expect(readFileSync(path.join(parentPath, name), "latin1")).not.toContain("PRIVATE KEY");
  });

  it("comes back beside the original under another name, with every block, and goes its own way", async () => {
    await put("trade", "kept", "after");
    const { result } = await harness.succeed("network.restore", { backup: made.backup }, "scratch");
    expect(result).toMatchObject({ backup: made.backup, compared: 2, proof: { channels: [{ channel: "main" }] } });
    expect(await get("scratch", "kept")).toBe("before");
    await put("scratch", "kept", "scratch");
    expect(await get("trade", "kept")).toBe("after");
    expect(await get("scratch", "kept")).toBe("scratch");
    // Processes of its own: the original can go.
    expect(await harness.processes("scratch")).toEqual(expect.arrayContaining(["devnet", "chaincode:tiny_1.0"]));
    expect((await harness.services.identities("scratch")).map(({ name }) => name)).toContain("dana");
    const receipt = (await harness.succeed("network.delete", {}, "scratch")).result;
    expect(receipt).toMatchObject({ left: 0 });
    expect(await get("trade", "kept")).toBe("after");
  });

  it("comes back under its own name at its own ports once it was deleted", async () => {
    const { place } = await harness.world.network("trade");
    await expect(harness.run("network.restore", { backup: made.backup }, "trade")).rejects.toMatchObject({ code: "STORE_NETWORK_EXISTS" });
    await harness.succeed("network.delete", {}, "trade");
    await harness.succeed("network.restore", { backup: made.backup }, "trade");
    const restored = await harness.world.network("trade");
    expect(restored.place.nodes).toEqual(place.nodes);
    expect(await get("trade", "kept")).toBe("before");
    await put("trade", "kept", "again");
    expect(await get("trade", "kept")).toBe("again");
    const heights = (await checkpoints("trade")).map(({ block }) => block);
    expect(Math.min(...heights)).toBeGreaterThan(made.checkpoints[0]?.block ?? Infinity);
    // A user that was issued before the backup is there again.
    await harness.services.exportIdentity("trade", { organization: "Org1", user: "dana" });
  });

  it("gives its identities to a network that begins anew, and not to one with others", async () => {
    const { file } = await harness.world.backups.read(made.backup);
    const spec = { ...file, metadata: { ...file.metadata, name: "moved" } };
    await harness.succeed("network.create", { spec, identities: made.backup }, "moved");
    const serials = async (name: string) => (await harness.services.identities(name)).map(({ serial }) => serial).toSorted();
    expect(await serials("moved")).toEqual(await serials("trade"));
    expect(await get("moved", "kept")).toBe("");
    const other = presetNetwork("trade", { name: "other", chaincode: "tiny" });
    await expect(harness.run("network.create", { spec: other, identities: made.backup }, "other")).rejects.toMatchObject({
      code: "OPERATION_IDENTITIES_MISSING",
    });
  });

  it("is refused where a byte of it was changed, and nothing of a network is left", async () => {
    const folder = harness.world.backups.folder(made.backup);
    const [ledger] = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) => name === "ledger.db");
    appendFileSync(path.join(ledger?.parentPath ?? "", "ledger.db"), "x");
    const operation = await harness.run("network.restore", { backup: made.backup }, "damaged");
    expect(failureOf(operation)).toMatchObject({ code: "OPERATION_BACKUP_DAMAGED" });
    await harness.engine.cancel(operation.id);
    await harness.engine.wait(operation.id);
    expect(await harness.store.networks.get("damaged")).toBeUndefined();
    expect(await harness.runtime.inventory("damaged")).toEqual([]);
  });
});

describe("what cannot be backed up or restored", () => {
  beforeAll(() => harness.create("solo", "kept"));

  it("is a network whose ledgers are in memory", async () => {
    await harness.create("solo", "brief", { change: (spec) => void (spec.storage = "memory") });
    await expect(harness.run("network.backup", {}, "brief")).rejects.toMatchObject({ code: "OPERATION_BACKUP_REFUSED" });
  });

  it("is a backup that is not there, or whose name leads elsewhere", async () => {
    for (const backup of ["nothing-12345678", "../heddle", ".part"])
      await expect(harness.run("network.restore", { backup }, "any")).rejects.toMatchObject({ code: "OPERATION_BACKUP_UNKNOWN" });
  });

  it("is a backup whose manifest was changed", async () => {
    const { backup: id } = await backup("kept");
    const file = path.join(harness.world.backups.folder(id), "manifest.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"number": 1', '"number": 2').replace('"sequence": 1', '"sequence": 2'));
    await expect(harness.run("network.restore", { backup: id }, "any")).rejects.toMatchObject({ code: "OPERATION_BACKUP_DAMAGED" });
    await expect(harness.world.backups.verify(id)).rejects.toMatchObject({ code: "OPERATION_BACKUP_DAMAGED" });
    expect((await harness.world.backups.list()).map((one) => one.id)).not.toContain(id);
  });

  it("is a backup of real Fabric under another name: its orderers would call those of the original", async () => {
    const { backup: id } = await backup("kept");
    const { digest: _, files: __, ...manifest } = await harness.world.backups.read(id);
    const { spec } = manifest.file;
    await harness.world.backups.begin("native-12345678");
    await harness.world.backups.finish({
      ...manifest,
      id: "native-12345678",
      file: {
        ...manifest.file,
        spec: { ...spec, runtime: "native", ordering: { ...spec.ordering, batch: { ...spec.ordering.batch, timeout: "1s" } } },
      },
    });
    await expect(harness.run("network.restore", { backup: "native-12345678" }, "other")).rejects.toMatchObject({
      code: "OPERATION_RESTORE_REFUSED",
    });
  });
});
