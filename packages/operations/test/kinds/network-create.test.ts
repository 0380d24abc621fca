import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { BlockSlot, ChannelBundle, configFromBlock, verifyBlock } from "@heddle/fabric";
import { common } from "@heddle/fabric/wire";
import { presetNetwork, type NetworkFileInput, type PresetName } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NetworkProof } from "../../src/index.ts";
import { changed, failureOf, fixtures, Harness, tinySource } from "./support/harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
});
afterAll(() => harness.close());

const statesOf = async (network: string): Promise<unknown[]> =>
  (await harness.store.events.after(0, { network, limit: 10_000 }))
    .filter(({ type }) => type.startsWith("network."))
    .map(({ type, data }) => (type === "network.deleted" ? "deleted" : (data as { state: string }).state));
const distinct = (states: unknown[]): unknown[] => states.filter((state, index) => state !== states[index - 1]);

/** What is left of a network that is not there: its operations, as history, and nothing else. */
async function expectGone(network: string): Promise<void> {
  expect(await harness.runtime.inventory(network)).toEqual([]);
  expect(existsSync(path.join(harness.home, "networks", network))).toBe(false);
  const left = Object.entries(harness.rows()).flatMap(([table, rows]) =>
    rows.filter((row) => JSON.stringify(row).includes(`"${network}"`)).map(() => table),
  );
  expect(left.filter((table) => !["operations", "events", "journal"].includes(table))).toEqual([]);
}

describe("network.create", () => {
  it.each<[PresetName, number, number]>([
    ["solo", 1, 1],
    ["consortium", 1, 2],
    ["trade", 1, 4],
  ])("makes %s with raft ready: %i channel, proven on %i peers", async (preset, channels, peers) => {
    const { result } = await harness.create(preset, preset);
    const { channels: proven } = result as NetworkProof;
    expect(proven.map((channel) => channel.peers.length)).toEqual(Array.from({ length: channels }, () => peers));
    const record = await harness.store.networks.get(preset);
    expect(record).toMatchObject({ state: "ready", proof: { channels: proven } });
    expect(distinct(await statesOf(preset))).toEqual(["creating", "ready"]);
    expect(new Set((await harness.services.nodes(preset)).map(({ state }) => state))).toEqual(new Set(["running"]));
    const { organizations } = presetNetwork(preset, { name: preset }).spec;
    const { transactionId, code } = await harness.services.submit(preset, "tiny", { function: "put", args: ["a", preset] });
    expect({ transactionId, code }).toEqual({ transactionId: expect.stringMatching(/^[0-9a-f]{64}$/) as string, code: "VALID" });
    // Whoever is on the channel can read it.
    for (const { name } of organizations.filter(({ role }) => role === "member")) {
      const { payload } = await harness.services.evaluate(preset, "tiny", { organization: name, function: "get", args: ["a"] });
      expect(Buffer.from(payload).toString()).toBe(preset);
    }
    await harness.succeed("network.delete", {}, preset);
  });

  it.each<PresetName>(["solo", "trade"])("makes %s with bft: blocks that a quorum of four orderers signed", async (preset) => {
    const name = `${preset}-bft`;
    const spec = presetNetwork(preset, { name, ordering: "bft", chaincode: "" });
    const { result } = await harness.succeed("network.create", { spec }, name);
    const [proof] = (result as NetworkProof).channels;
    if (proof === undefined) throw new Error("nothing was proven");
    const { channel, block } = proof;
    const { connections, file } = await harness.world.network(name);
    const [organization = ""] = file.spec.channels[0]?.members ?? [];
    const [node] = connections.peersOf(organization);
    if (node === undefined) throw new Error("there is no peer");
    const admin = await connections.identities.admin(organization);
    const client = await connections.peer(node);
    const bundle = ChannelBundle.fromConfig(channel, configFromBlock(await client.configBlock(channel, admin)).config);
    expect(bundle.orderer.consensusType).toBe("BFT");
    const proven = fromBinary(common.BlockSchema, await client.block(channel, block, admin));
    verifyBlock(proven, bundle);
    const { signatures } = fromBinary(common.MetadataSchema, proven.metadata?.metadata[BlockSlot.signatures] ?? new Uint8Array());
    expect(signatures.length).toBe(3);
    await harness.succeed("network.delete", {}, name);
  });

  it("builds with a block for each transaction, and ends with the batch that was asked for on every peer", async () => {
    const spec = changed(presetNetwork("consortium", { name: "patient", chaincode: "tiny" }), ({ ordering }) => {
      if (ordering !== undefined) ordering.batch = { timeout: "2s", maxMessages: 50 };
    });
    const { result } = await harness.succeed("network.create", { spec }, "patient");
    const { connections } = await harness.world.network("patient");
    for (const node of [...connections.peersOf("Org1"), ...connections.peersOf("Org2")]) {
      const client = await connections.peer(node);
      const admin = await connections.identities.admin(node.organization);
      const { config } = configFromBlock(await client.configBlock("main", admin));
      const { orderer } = ChannelBundle.fromConfig("main", config);
      expect({ batch: orderer.batchSize.maxMessageCount, timeout: orderer.batchTimeoutMs }).toEqual({ batch: 50, timeout: 2000 });
      // Two approvals and the commit, the proof, and then the batch: a block each.
      expect((result as NetworkProof).channels).toMatchObject([{ block: 4 }]);
      expect((await client.channelInfo("main", admin)).height).toBe(6);
    }
    await harness.succeed("network.delete", {}, "patient");
  });

  const refused: [string, string, (spec: NetworkFileInput["spec"]) => void][] = [
    ["a runtime that is not there", "RUNTIME_NOT_AVAILABLE", (spec) => ((spec.runtime = "docker"), (spec.ordering = {}))],
    [
      "a scenario that is not there",
      "OPERATION_SCENARIO_UNKNOWN",
      ({ chaincodes: [one] = [] }) => one && (one.source = { scenario: "none" }),
    ],
    ["a folder that is not there", "OPERATION_SOURCE_UNUSABLE", ({ chaincodes: [one] = [] }) => one && (one.source = { path: "/nowhere" })],
    [
      "a folder that is not absolute",
      "OPERATION_SOURCE_UNUSABLE",
      ({ chaincodes: [one] = [] }) => one && (one.source = { path: "contract" }),
    ],
    ["a sequence that is not the first", "OPERATION_SEQUENCE_NOT_FIRST", ({ chaincodes: [one] = [] }) => one && (one.sequence = 2)],
    [
      "two sources under one label",
      "OPERATION_LABEL_TAKEN",
      (spec) => {
        spec.channels?.push({ name: "second", members: ["Org1"] });
        spec.chaincodes?.push({ name: "tiny", channel: "second", source: { path: path.join(fixtures, "exits") } });
      },
    ],
  ];
  it.each(refused)("refuses %s: %s, and keeps nothing", async (_what, code, change) => {
    const spec = changed(presetNetwork("solo", { name: "refused", chaincode: "tiny" }), change);
    const before = harness.rows();
    await expect(harness.engine.submit("network.create", { spec }, { network: "refused" })).rejects.toMatchObject({
      code,
      next: expect.stringMatching(/\w/) as string,
    });
    expect(harness.rows()).toEqual(before);
    expect(await harness.runtime.inventory("refused")).toEqual([]);
  });

  it("refuses a name that is taken, and leaves the network that has it alone", async () => {
    await harness.create("solo", "mine");
    const before = await harness.runtime.inventory("mine");
    const spec = presetNetwork("solo", { name: "mine", chaincode: "tiny" });
    await expect(harness.engine.submit("network.create", { spec }, { network: "mine" })).rejects.toMatchObject({
      code: "STORE_NETWORK_EXISTS",
    });
    expect(await harness.runtime.inventory("mine")).toEqual(before);
    await harness.succeed("network.delete", {}, "mine");
  });

  it("shares one service between two channels that run the same chaincode", async () => {
    await harness.create("solo", "shared", {
      change(spec) {
        spec.channels?.push({ name: "second", members: ["Org1"] });
        spec.chaincodes?.push({ name: "tiny", channel: "second", source: { scenario: "tiny" } });
      },
    });
    expect((await harness.processes("shared")).toSorted()).toEqual(["chaincode:tiny_1.0", "devnet"]);
    await harness.services.submit("shared", "tiny", { channel: "main", function: "put", args: ["a", "main"] });
    await harness.services.submit("shared", "tiny", { channel: "second", function: "put", args: ["a", "second"] });
    const { payload } = await harness.services.evaluate("shared", "tiny", { channel: "second", function: "get", args: ["a"] });
    expect(Buffer.from(payload).toString()).toBe("second");
    await harness.succeed("network.delete", {}, "shared");
  });

  it("fails with chaincode that ends at once, says why and what to do, and goes on with a retry once it is mended", async () => {
    const { folder, write } = harness.chaincode("exits");
    const spec = changed(presetNetwork("solo", { name: "mended", chaincode: "tiny" }), ({ chaincodes: [one] = [] }) => {
      if (one !== undefined) one.source = { path: folder };
    });
    const failed = await harness.run("network.create", { spec }, "mended");
    expect(failed).toMatchObject({ state: "failed" });
    expect(failureOf(failed)).toMatchObject({
      code: "RUNTIME_CHAINCODE_FAILED",
      step: "chaincode:main.tiny:service",
      message: expect.stringContaining("this contract cannot be loaded") as string,
      next: expect.stringContaining("heddle logs mended tiny_1.0") as string,
    });
    expect((await harness.store.networks.get("mended"))?.state).toBe("failed");
    write(tinySource("mended"));
    await harness.engine.retry(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "succeeded", error: undefined });
    expect(distinct(await statesOf("mended"))).toEqual(["creating", "failed", "creating", "ready"]);
    expect(await harness.evaluate("mended", "tiny", "source")).toBe("mended");
    await harness.succeed("network.delete", {}, "mended");
  });

  it("says which port another program has taken, and goes on with a retry once it is free", async () => {
    const other = createServer();
    harness.hooks.afterPrepare = async ({ nodes }) => {
      if (other.listening) return;
      other.listen(nodes[0]?.grpc, "127.0.0.1");
      await once(other, "listening");
    };
    const spec = presetNetwork("solo", { name: "conflict", chaincode: "" });
    const failed = await harness.run("network.create", { spec }, "conflict");
    expect(failureOf(failed)).toMatchObject({
      code: "RUNTIME_PORT_TAKEN",
      step: "start",
      next: expect.stringContaining("ss -ltnp") as string,
    });
    delete harness.hooks.afterPrepare;
    other.close();
    await harness.engine.retry(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "succeeded" });
    await harness.succeed("network.delete", {}, "conflict");
  });

  it("leaves a folder alone that is in its way, also when it is cancelled", async () => {
    const folder = path.join(harness.home, "networks", "occupied");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "thesis.tex"), "years of work");
    const failed = await harness.run("network.create", { spec: presetNetwork("solo", { name: "occupied", chaincode: "" }) }, "occupied");
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_NAME_TAKEN", step: "prepare" });
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(existsSync(path.join(folder, "thesis.tex"))).toBe(true);
    expect(await harness.store.networks.get("occupied")).toBeUndefined();
  });

  describe("cancelled", () => {
    const spec = () => ({ spec: presetNetwork("solo", { name: "cancelled", chaincode: "tiny" }) });
    const hang = (signal: AbortSignal | undefined): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });

    it.each(["beforeStart", "beforeChaincode", "beforeEnsure"] as const)("in the middle (%s), leaves nothing", async (place) => {
      harness.hooks[place] = hang;
      const id = await harness.engine.submit("network.create", spec(), { network: "cancelled" });
      const step = { beforeStart: "start", beforeChaincode: "chaincode:main.tiny:service", beforeEnsure: "proof" }[place];
      await harness.step(id, step, "running");
      await harness.engine.cancel(id);
      delete harness.hooks[place];
      expect(await harness.engine.wait(id)).toMatchObject({ state: "cancelled", error: undefined });
      await expectGone("cancelled");
      expect((await harness.engine.get(id)).steps.filter(({ state }) => state === "undoing" || state === "running")).toEqual([]);
    });

    it("after it had failed, leaves nothing", async () => {
      const failing = presetNetwork("solo", { name: "cancelled", chaincode: "exits" });
      const failed = await harness.run("network.create", { spec: failing }, "cancelled");
      expect(failed.state).toBe("failed");
      expect(await harness.runtime.inventory("cancelled")).not.toEqual([]);
      await harness.engine.cancel(failed.id);
      expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
      await expectGone("cancelled");
      await expect(harness.engine.retry(failed.id)).rejects.toMatchObject({ code: "OPERATION_OVER" });
    });

    it("goes on undoing with a retry where something could not be undone", async () => {
      harness.hooks.beforeChaincode = hang;
      const id = await harness.engine.submit("network.create", spec(), { network: "cancelled" });
      await harness.step(id, "chaincode:main.tiny:service", "running");
      harness.hooks.beforeDestroy = () => {
        throw new Error("the disk does not answer");
      };
      await harness.engine.cancel(id);
      const stuck = await harness.engine.wait(id);
      expect(failureOf(stuck)).toMatchObject({
        code: "OPERATION_UNDO_FAILED",
        step: "prepare",
        message: expect.stringContaining("the disk") as string,
      });
      expect((await harness.store.networks.get("cancelled"))?.state).toBe("failed");
      delete harness.hooks.beforeDestroy;
      delete harness.hooks.beforeChaincode;
      await harness.engine.retry(id);
      expect(["cancelled", "failed"]).toContain((await harness.engine.wait(id)).state);
      await expectGone("cancelled");
    });
  });

  it("ends with a network whose ledgers are in memory; when they are gone, it says so and can be deleted", async () => {
    await harness.create("solo", "brief", { change: (spec) => (spec.storage = "memory") });
    await harness.services.submit("brief", "tiny", { function: "put", args: ["a", "1"] });
    await harness.kill("brief", "devnet");
    const failed = await harness.run("network.prove", {}, "brief");
    expect(failureOf(failed)).toMatchObject({ code: "OPERATION_LEDGER_GONE", next: expect.stringContaining("storage: kept") as string });
    await harness.succeed("network.delete", {}, "brief");
    await expectGone("brief");
  });
});
