import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Receipt } from "../../src/index.ts";
import { changed, failureOf, Harness, tinySource } from "./support/harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
});
afterAll(() => harness.close());

const fileOf = async (network: string): Promise<NetworkFile> => (await harness.store.networks.get(network))?.spec as NetworkFile;
const stateOf = async (network: string): Promise<string | undefined> => (await harness.store.networks.get(network))?.state;

describe("network.apply", () => {
  const net = "applied";
  beforeAll(async () => {
    await harness.create("solo", net);
  });
  const apply = async (change: Parameters<typeof changed>[1]) =>
    harness.run("network.apply", { spec: changed(await fileOf(net), change) }, net);

  it("adds chaincode and new versions, and shows the change while it lasts", async () => {
    const added = await apply((spec) => spec.chaincodes?.push({ name: "second", channel: "main", source: { scenario: "tiny" } }));
    expect(added).toMatchObject({ state: "succeeded", result: { channels: [{ channel: "main" }] } });
    const raised = await apply((spec) => spec.chaincodes?.forEach((one) => (one.version = "2.0")));
    expect(raised).toMatchObject({ state: "succeeded" });
    expect((await harness.store.chaincodes.list(net)).map(({ name, version, sequence }) => [name, version, sequence])).toEqual([
      ["second", "2.0", 2],
      ["tiny", "2.0", 2],
    ]);
    expect((await harness.processes(net)).toSorted()).toEqual(["chaincode:second_2.0", "chaincode:tiny_2.0", "devnet"]);
    expect((await fileOf(net)).spec.chaincodes.map(({ version }) => version)).toEqual(["2.0", "2.0"]);
    const events = await harness.store.events.after(0, { network: net, limit: 10_000 });
    const states = events.filter(({ type }) => type === "network.changed").map(({ data }) => (data as { state: string }).state);
    expect(states).toContain("changing");
    expect(await stateOf(net)).toBe("ready");
    expect(Object.values(harness.rows()["settings"] ?? {}).map(({ key }) => key)).not.toContainEqual(expect.stringContaining("/base"));
  });

  it("goes on from what was deployed without the file", async () => {
    await harness.succeed("chaincode.deploy", { name: "tiny", channel: "main", source: { scenario: "tiny" } }, net);
    const raised = await apply(({ chaincodes = [] }) =>
      chaincodes.filter(({ name }) => name === "tiny").forEach((one) => (one.version = "4.0")),
    );
    expect(raised).toMatchObject({ state: "succeeded" });
    expect(await harness.store.chaincodes.get(net, "main", "tiny")).toMatchObject({ version: "4.0", sequence: 4 });
  });

  it("proves a file that changes nothing", async () => {
    expect(await apply(undefined)).toMatchObject({ state: "succeeded" });
  });

  it("refuses what cannot be changed, names each and keeps nothing", async () => {
    const before = harness.rows();
    const spec = changed(await fileOf(net), (file) => {
      file.storage = "memory";
      file.organizations.push({ name: "Org2" });
    });
    await expect(harness.engine.submit("network.apply", { spec }, { network: net })).rejects.toMatchObject({
      code: "OPERATION_CHANGE_NOT_SUPPORTED",
      problems: expect.arrayContaining([expect.objectContaining({ path: "spec.storage" }) as object]) as object[],
    });
    expect(harness.rows()).toEqual(before);
  });

  it("shows a failed change, is retried once it is mended, and undone where it is cancelled", async () => {
    const broken = harness.chaincode("exits");
    const before = await harness.runtime.inventory(net);
    const failed = await apply((spec) => spec.chaincodes?.push({ name: "third", channel: "main", source: { path: broken.folder } }));
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    expect(await stateOf(net)).toBe("failed");
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(await stateOf(net)).toBe("ready");
    expect(await harness.runtime.inventory(net)).toEqual(before);
    expect((await fileOf(net)).spec.chaincodes.map(({ name }) => name)).not.toContain("third");

    const again = await apply((spec) => spec.chaincodes?.push({ name: "third", channel: "main", source: { path: broken.folder } }));
    expect(again.state).toBe("failed");
    broken.write(tinySource("mended"));
    await harness.engine.retry(again.id);
    expect(await harness.engine.wait(again.id)).toMatchObject({ state: "succeeded" });
    expect(await stateOf(net)).toBe("ready");
    expect(await harness.evaluate(net, "third", "source")).toBe("mended");
  });
});

describe("network.prove", () => {
  it("starts what has ended and proves every channel again", async () => {
    await harness.create("consortium", "proven");
    await harness.services.submit("proven", "tiny", { function: "put", args: ["a", "kept"] });
    const before = (await harness.store.networks.get("proven"))?.proof;
    await harness.kill("proven", "devnet");
    await harness.kill("proven", "chaincode:tiny_1.0");
    const proven = await harness.succeed("network.prove", {}, "proven");
    expect(proven.result).toMatchObject({ channels: [{ channel: "main", peers: ["peer0.org1.example.com", "peer0.org2.example.com"] }] });
    expect((await harness.store.networks.get("proven"))?.proof).not.toEqual(before);
    expect((await harness.processes("proven")).toSorted()).toEqual(["chaincode:tiny_1.0", "devnet"]);
    expect(await harness.evaluate("proven", "tiny", "get", "a")).toBe("kept");
  });

  it("fails for a network that is not there", async () => {
    expect(failureOf(await harness.run("network.prove", {}, "nowhere"))).toMatchObject({ code: "STORE_NETWORK_NOT_FOUND", step: "ensure" });
  });
});

describe("network.delete", () => {
  const folderOf = (network: string): string => path.join(harness.home, "networks", network);

  /** Rows in which the network's name stands, by table, but for those of the deletion itself. */
  function leftovers(network: string, deletion: string): string[] {
    return Object.entries(harness.rows()).flatMap(([table, rows]) =>
      rows
        .filter((row) => Object.values(row).some((value) => typeof value === "string" && value.includes(network)))
        .filter((row) => row["operation"] !== deletion && row["id"] !== deletion && row["type"] !== "network.deleted")
        .map(() => table),
    );
  }

  it("removes everything, and its receipt lists exactly that", async () => {
    await harness.create("consortium", "listed");
    await harness.run("network.prove", {}, "listed");
    const inventory = await harness.runtime.inventory("listed");
    const deletion = await harness.succeed("network.delete", {}, "listed");
    const { removed, left } = deletion.result as Receipt;
    expect(left).toBe(0);
    const of = (...kinds: string[]): string[] => removed.filter(({ kind }) => kinds.includes(kind)).map(({ kind, id }) => `${kind} ${id}`);
    expect(of("process", "directory", "port")).toEqual(inventory.map(({ kind, id }) => `${kind} ${id}`));
    expect(of("key").toSorted()).toEqual(["key data key", "key organization/Orderer", "key organization/Org1", "key organization/Org2"]);
    expect(of("row").map((row) => row.replace(/[0-9a-f]{8}-[0-9a-f-]+/, "ID"))).toEqual([
      "row network listed",
      "row chaincode main/tiny",
      "row setting genesis/listed",
      "row operation ID",
      "row operation ID",
      "row events of listed",
    ]);
    expect(await harness.runtime.inventory("listed")).toEqual([]);
    expect(leftovers("listed", deletion.id)).toEqual([]);
    expect(readdirSync(path.join(harness.home, "ports")).length).toBe(
      (await Promise.all((await harness.store.networks.list()).map(({ name }) => harness.runtime.inventory(name))))
        .flat()
        .filter(({ kind }) => kind === "port").length,
    );
  });

  it("works where the nodes are dead", async () => {
    await harness.create("solo", "dead");
    await harness.kill("dead", "devnet");
    await harness.kill("dead", "chaincode:tiny_1.0");
    const deletion = await harness.succeed("network.delete", {}, "dead");
    expect((deletion.result as Receipt).removed.filter(({ kind }) => kind === "process")).toEqual([]);
    expect(leftovers("dead", deletion.id)).toEqual([]);
  });

  it.each([
    ["the folder is gone", (folder: string) => rmSync(folder, { recursive: true })],
    ["its place is gone", (folder: string) => rmSync(path.join(folder, "place.json"))],
    ["its place is damaged", (folder: string) => writeFileSync(path.join(folder, "place.json"), "{")],
    ["the ledgers are gone", (folder: string) => rmSync(path.join(folder, "data"), { recursive: true })],
  ])("works where %s", async (_what, spoil) => {
    await harness.create("solo", "spoilt");
    spoil(folderOf("spoilt"));
    const deletion = await harness.succeed("network.delete", {}, "spoilt");
    expect(existsSync(folderOf("spoilt"))).toBe(false);
    expect(await harness.runtime.inventory("spoilt")).toEqual([]);
    expect(leftovers("spoilt", deletion.id)).toEqual([]);
  });

  it("removes what a failed creation left", async () => {
    const failed = await harness
      .run(
        "network.create",
        { spec: changed(await fileOf("proven"), (spec) => spec.chaincodes?.forEach((one) => (one.source = { scenario: "exits" }))) },
        "half",
      )
      .catch((error: unknown) => error);
    // The name of the file counts, and that one is taken.
    expect(failed).toMatchObject({ code: "STORE_NETWORK_EXISTS" });
    await expect(harness.create("solo", "half", { chaincode: "exits" })).rejects.toThrow("RUNTIME_CHAINCODE_FAILED");
    const deletion = await harness.succeed("network.delete", {}, "half");
    expect(leftovers("half", deletion.id)).toEqual([]);
  });

  it("shows a deletion that failed, and goes on with a retry", async () => {
    await harness.create("solo", "stuck", { chaincode: "" });
    harness.hooks.beforeDestroy = () => {
      throw new Error("the disk does not answer");
    };
    const failed = await harness.run("network.delete", {}, "stuck");
    expect(failureOf(failed)).toMatchObject({
      code: "OPERATION_STEP_FAILED",
      step: "runtime",
      next: expect.stringContaining("retry") as string,
    });
    expect(await stateOf("stuck")).toBe("failed");
    delete harness.hooks.beforeDestroy;
    await harness.engine.retry(failed.id);
    const retried = await harness.engine.wait(failed.id);
    expect(retried.state).toBe("succeeded");
    // The receipt is that of the first look: nothing had been removed then.
    expect((retried.result as Receipt).removed.filter(({ kind }) => kind === "process")).toHaveLength(1);
  });

  it("refuses while another operation changes the network, to be cancelled, and a network that is not there", async () => {
    await harness.create("solo", "busy", { chaincode: "" });
    const held = Promise.withResolvers<void>();
    harness.hooks.beforeDestroy = () => held.promise;
    const id = await harness.engine.submit("network.delete", {}, { network: "busy" });
    await expect(harness.engine.submit("network.delete", {}, { network: "busy" })).rejects.toMatchObject({ code: "STORE_NETWORK_BUSY" });
    await expect(harness.engine.cancel(id)).rejects.toMatchObject({ code: "OPERATION_NOT_CANCELLABLE" });
    held.resolve();
    expect(await harness.engine.wait(id)).toMatchObject({ state: "succeeded" });
    delete harness.hooks.beforeDestroy;
    await expect(harness.engine.submit("network.delete", {}, { network: "busy" })).rejects.toMatchObject({
      code: "STORE_NETWORK_NOT_FOUND",
    });
  });
});
