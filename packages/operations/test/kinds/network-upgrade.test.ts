import { validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Harness } from "./support/harness.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
  await harness.create("solo", "aging", { change: (spec) => void (spec.fabricVersion = "2.5") });
});
afterAll(() => harness.close());

const specOf = async (name: string): Promise<NetworkFile["spec"]> => (await harness.world.file(name)).spec;

it("upgrades node by node with a proof after each, then the capabilities, and says so in the network's file", async () => {
  await harness.services.submit("aging", "tiny", { function: "put", args: ["key", "before"] });
  const { id, result } = await harness.succeed("network.upgrade", { fabricVersion: "3.1", capabilities: true }, "aging");
  expect(result).toMatchObject({ fabricVersion: "3.1", capabilities: true, proof: { channels: [{ channel: "main" }] } });
  const { steps } = await harness.engine.get(id);
  expect(steps.map(({ name }) => name)).toEqual([
    "ensure",
    "order",
    "upgrade:1",
    "proof:1",
    "upgrade:2",
    "proof:2",
    "settings:main",
    "proof:main",
    "proof",
  ]);
  const file = await harness.world.file("aging");
  expect(file.spec.fabricVersion).toBe("3.1");
  expect(file.spec.channels[0]?.capabilities.channel).toBe("V3_0");
  expect(validateNetwork(file)).toEqual(file);
  expect((await harness.world.network("aging")).place).toMatchObject({ fabricVersion: "3.1" });
  expect(await harness.evaluate("aging", "tiny", "get", "key")).toBe("before");
});

it("takes nodes back to what they were where it failed and is cancelled", async () => {
  await harness.create("solo", "failing", { change: (spec) => void (spec.fabricVersion = "2.5") });
  const broken = new Error("nothing starts any more");
  const id = await harness.engine.submit("network.upgrade", { fabricVersion: "3.1", capabilities: false }, { network: "failing" });
  await harness.step(id, "upgrade:2", "done");
  harness.hooks.beforeEnsure = () => Promise.reject(broken);
  expect((await harness.engine.wait(id)).state).toBe("failed");
  delete harness.hooks.beforeEnsure;
  await harness.engine.cancel(id);
  expect((await harness.engine.wait(id)).state).toBe("cancelled");
  const { place, file } = await harness.world.network("failing");
  expect([place.fabricVersion, file.spec.fabricVersion, (await harness.store.networks.get("failing"))?.state]).toEqual([
    "2.5",
    "2.5",
    "ready",
  ]);
  await harness.services.submit("failing", "tiny", { function: "put", args: ["key", "after"] });
});

it("does not go back, nor twice to where it is, nor to capabilities that its nodes do not have", async () => {
  const refused = (name: string, fabricVersion: string, capabilities: boolean) =>
    expect(harness.run("network.upgrade", { fabricVersion, capabilities }, name)).rejects.toMatchObject({
      code: "OPERATION_UPGRADE_REFUSED",
    });
  await refused("aging", "2.5", false);
  await refused("aging", "3.1", true);
  await harness.create("solo", "old", { change: (spec) => void (spec.fabricVersion = "2.5") });
  await refused("old", "2.5", true);
  expect((await specOf("old")).fabricVersion).toBe("2.5");
});
