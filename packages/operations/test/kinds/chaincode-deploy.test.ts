import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, fixtures, Harness, tinySource } from "./support/harness.ts";

let harness: Harness;
const net = "trade";
beforeAll(async () => {
  harness = await Harness.open();
  await harness.create("consortium", net, { chaincode: "" });
});
afterAll(() => harness.close());

const deploy = (input: Record<string, unknown>) => harness.run("chaincode.deploy", { channel: "main", ...input }, net);
const services = async (): Promise<string[]> => (await harness.processes(net)).filter((role) => role.startsWith("chaincode:")).toSorted();
const holders = async (): Promise<string[]> =>
  (await harness.runtime.inventory(net))
    .filter(({ kind, detail }) => kind === "port" && detail.startsWith("chaincode "))
    .map(({ detail }) => detail);
const hang = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });

describe("chaincode.deploy", () => {
  it("counts versions and sequences on, keeps the ledger and ends what it replaces", async () => {
    const { folder, write } = harness.chaincode("tiny");
    const first = await deploy({ name: "counted", source: { path: folder } });
    expect(first).toMatchObject({
      state: "succeeded",
      result: { version: "1.0", sequence: 1, proof: { channels: [{ channel: "main" }] } },
    });
    await harness.services.submit(net, "counted", { function: "put", args: ["a", "kept"] });
    write(tinySource("second"));
    const second = await deploy({ name: "counted", source: { path: folder } });
    expect(second).toMatchObject({ state: "succeeded", result: { version: "2.0", sequence: 2 } });
    expect(await harness.evaluate(net, "counted", "source")).toBe("second");
    expect(await harness.evaluate(net, "counted", "get", "a")).toBe("kept");
    expect(await services()).toEqual(["chaincode:counted_2.0"]);
    expect(await holders()).toEqual(["chaincode counted_2.0"]);
    expect(await harness.store.chaincodes.get(net, "main", "counted")).toMatchObject({ version: "2.0", sequence: 2 });
    // The same version again is a new sequence, and the source as it is now.
    write(tinySource("third"));
    const third = await deploy({ name: "counted", version: "2.0", source: { path: folder } });
    expect(third).toMatchObject({ state: "succeeded", result: { version: "2.0", sequence: 3 } });
    expect(await harness.evaluate(net, "counted", "source")).toBe("third");
    expect(await services()).toEqual(["chaincode:counted_2.0"]);
    expect(await holders()).toEqual(["chaincode counted_2.0"]);
  });

  it("takes the sequence that is asked for only where it is the next", async () => {
    const failed = await deploy({ name: "counted", sequence: 9, source: { scenario: "tiny" } });
    expect(failureOf(failed)).toMatchObject({
      code: "OPERATION_DEPLOYED_ALREADY",
      step: "decide",
      next: expect.stringContaining("sequence 4") as string,
    });
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(await deploy({ name: "counted", sequence: 4, source: { scenario: "tiny" } })).toMatchObject({ state: "succeeded" });
  });

  it.each([
    ["OPERATION_CHANNEL_UNKNOWN", { channel: "nowhere" }],
    ["OPERATION_SCENARIO_UNKNOWN", { source: { scenario: "none" } }],
    ["OPERATION_SOURCE_UNUSABLE", { source: { path: "/nowhere" } }],
    ["OPERATION_LANGUAGE_NOT_SUPPORTED", { language: "go" }],
    ["FABRIC_POLICY_INVALID", { endorsementPolicy: "AND('Org1MSP.peer'" }],
  ])("refuses with %s, and keeps nothing", async (code, change) => {
    const before = harness.rows();
    const input = { name: "refused", channel: "main", source: { scenario: "tiny" }, ...change };
    await expect(harness.engine.submit("chaincode.deploy", input, { network: net })).rejects.toMatchObject({ code });
    expect(harness.rows()).toEqual(before);
  });

  it("refuses a network that is not there", async () => {
    const input = { name: "tiny", channel: "main", source: { scenario: "tiny" } };
    await expect(harness.engine.submit("chaincode.deploy", input, { network: "nowhere" })).rejects.toMatchObject({
      code: "STORE_NETWORK_NOT_FOUND",
    });
  });

  it("fails where the shim is not installed, and leaves nothing when cancelled", async () => {
    const { folder } = harness.chaincode("tiny");
    rmSync(path.join(folder, "node_modules"));
    const before = await harness.runtime.inventory(net);
    const failed = await deploy({ name: "bare", source: { path: folder } });
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_UNUSABLE", next: expect.stringContaining("npm install") as string });
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(await harness.runtime.inventory(net)).toEqual(before);
  });

  it("fails with chaincode that ends at once; what was deployed goes on, and the next deployment is not in its way", async () => {
    const { folder, write } = harness.chaincode("tiny");
    expect(await deploy({ name: "steady", source: { path: folder } })).toMatchObject({ state: "succeeded" });
    const before = { services: await services(), holders: await holders() };
    const broken = harness.chaincode("exits");
    const failed = await deploy({ name: "steady", source: { path: broken.folder } });
    expect(failed.state).toBe("failed");
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED", step: "chaincode:main.steady:service" });
    expect((await harness.store.networks.get(net))?.state).toBe("ready");
    expect(await harness.evaluate(net, "steady", "source")).toBe("first");
    // Nobody starts again and again what has never listened.
    expect(await harness.runtime.ensure((await harness.world.network(net)).place)).toEqual([]);
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect({ services: await services(), holders: await holders() }).toEqual(before);
    // Its approvals stand on the ledger: the same definition is approved already.
    write(tinySource("second"));
    expect(await deploy({ name: "steady", source: { path: folder } })).toMatchObject({
      state: "succeeded",
      result: { version: "2.0", sequence: 2 },
    });
    expect(await harness.evaluate(net, "steady", "source")).toBe("second");
  });

  it("goes on after a failure with a retry, with the version it had decided", async () => {
    const broken = harness.chaincode("exits");
    const failed = await deploy({ name: "retried", source: { path: broken.folder } });
    expect(failed.state).toBe("failed");
    broken.write(tinySource("mended"));
    await harness.engine.retry(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "succeeded", result: { version: "1.0", sequence: 1 } });
    expect(await harness.evaluate(net, "retried", "source")).toBe("mended");
  });

  it("refuses a label that stands for another source on another channel", async () => {
    // One channel only here: the rule is asked about what is noted.
    await harness.store.chaincodes.put({
      network: net,
      channel: "elsewhere",
      name: "labelled",
      version: "1.0",
      sequence: 1,
      packageId: "labelled_1.0:00",
      detail: { name: "labelled", channel: "elsewhere", version: "1.0", source: { path: `${fixtures}/exits` }, language: "javascript" },
    });
    const failed = await deploy({ name: "labelled", source: { scenario: "tiny" } });
    expect(failureOf(failed)).toMatchObject({ code: "OPERATION_LABEL_TAKEN" });
    await harness.store.chaincodes.delete(net, "elsewhere", "labelled");
    await harness.engine.cancel(failed.id);
    await harness.engine.wait(failed.id);
  });

  describe("cancelled", () => {
    it("before it is committed, leaves neither service nor address", async () => {
      const before = { inventory: await harness.runtime.inventory(net), chaincodes: await harness.store.chaincodes.list(net) };
      harness.hooks.beforeChaincode = hang;
      const id = await harness.engine.submit(
        "chaincode.deploy",
        { name: "dropped", channel: "main", source: { scenario: "tiny" } },
        { network: net },
      );
      await harness.step(id, "chaincode:main.dropped:service", "running");
      await harness.engine.cancel(id);
      delete harness.hooks.beforeChaincode;
      expect(await harness.engine.wait(id)).toMatchObject({ state: "cancelled" });
      expect({ inventory: await harness.runtime.inventory(net), chaincodes: await harness.store.chaincodes.list(net) }).toEqual(before);
    });

    it("in the middle of the same version again, keeps what is deployed running", async () => {
      const { folder } = harness.chaincode("tiny");
      expect(await deploy({ name: "again", source: { path: folder } })).toMatchObject({ state: "succeeded" });
      const before = { services: await services(), holders: await holders() };
      const other = harness.chaincode("tiny");
      other.write(tinySource("other"));
      let calls = 0;
      harness.hooks.beforeChaincode = (signal) => {
        calls += 1;
        return calls === 1 ? hang(signal) : undefined;
      };
      const input = { name: "again", version: "1.0", channel: "main", source: { path: other.folder } };
      const id = await harness.engine.submit("chaincode.deploy", input, { network: net });
      await harness.step(id, "chaincode:main.again:service", "running");
      await harness.engine.cancel(id);
      expect(await harness.engine.wait(id)).toMatchObject({ state: "cancelled" });
      delete harness.hooks.beforeChaincode;
      expect({ services: await services(), holders: await holders() }).toEqual(before);
      expect(await harness.evaluate(net, "again", "source")).toBe("first");
    });

    it("after it is committed, stays deployed, since a ledger takes nothing back", async () => {
      let calls = 0;
      // The second time is the proof's.
      harness.hooks.beforeEnsure = (signal) => {
        calls += 1;
        return calls === 2 ? hang(signal) : undefined;
      };
      const id = await harness.engine.submit(
        "chaincode.deploy",
        { name: "late", channel: "main", source: { scenario: "tiny" } },
        { network: net },
      );
      await harness.step(id, "proof", "running");
      await harness.engine.cancel(id);
      expect(await harness.engine.wait(id)).toMatchObject({ state: "cancelled" });
      delete harness.hooks.beforeEnsure;
      expect(await harness.store.chaincodes.get(net, "main", "late")).toMatchObject({ version: "1.0", sequence: 1 });
      expect(await harness.evaluate(net, "late", "source")).toBe("first");
    });
  });

  it.each(["devnet", "chaincode"])("is carried through where %s is killed in the middle", async (victim) => {
    const name = `killed-${victim}`;
    const { folder } = harness.chaincode("tiny");
    expect(await deploy({ name, source: { path: folder } })).toMatchObject({ state: "succeeded" });
    await harness.services.submit(net, name, { function: "put", args: ["a", "kept"] });
    const id = await harness.engine.submit("chaincode.deploy", { name, channel: "main", source: { path: folder } }, { network: net });
    await harness.step(id, `chaincode:main.${name}:service`, victim === "devnet" ? "running" : "done");
    await harness.kill(net, victim === "devnet" ? "devnet" : `chaincode:${name}_2.0`);
    expect(await harness.engine.wait(id)).toMatchObject({ state: "succeeded", result: { version: "2.0", sequence: 2 } });
    expect(await harness.evaluate(net, name, "get", "a")).toBe("kept");
  });
});
