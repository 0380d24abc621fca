import { existsSync } from "node:fs";
import path from "node:path";
import { ChannelBundle, revocationListsOf } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NetworkProof } from "../../src/index.ts";
import { currentConfig } from "../../src/network/channel-update.ts";
import { changed, failureOf, Harness } from "./support/harness.ts";

const net = "channels";
let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
  await harness.create("consortium", net);
});
afterAll(() => harness.close());

const fileOf = async (): Promise<NetworkFile> => (await harness.store.networks.get(net))?.spec as NetworkFile;
const apply = async (change: Parameters<typeof changed>[1]) => harness.run("network.apply", { spec: changed(await fileOf(), change) }, net);
const ledger = (channel: string): string => path.join(harness.home, "networks", net, "data", "channels", channel);

/** Channels of every node, by its name. */
async function joined(): Promise<Record<string, string[]>> {
  const { connections, place } = await harness.world.network(net);
  const entries = place.nodes.map(async (node): Promise<[string, string[]]> => {
    if (node.kind === "orderer") return [node.name, await (await connections.participation(node)).list()];
    const admin = await connections.identities.admin(node.organization);
    return [node.name, (await (await connections.peer(node)).channels(admin)).toSorted()];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What is kept of channels: chaincodes, first blocks, the explorer's index. */
async function kept(): Promise<{ chaincodes: string[]; blocks: string[]; indexed: string[] }> {
  return {
    chaincodes: (await harness.store.chaincodes.list(net)).map(({ channel, name }) => `${channel}/${name}`),
    blocks: Object.keys((await harness.store.settings.get(`genesis/${net}`)) as object).toSorted(),
    indexed: (await harness.store.explorer.channels(net)).map(({ channel }) => channel),
  };
}

const side = (spec: Parameters<NonNullable<Parameters<typeof changed>[1]>>[0], members = ["Org1", "Org2"]): void => {
  spec.channels?.push({ name: "side", members });
  spec.chaincodes?.push({ name: "other", channel: "side", source: { scenario: "tiny" } });
  spec.chaincodes?.push({ name: "tiny", channel: "side", source: { scenario: "tiny" } });
};

describe("network.apply of channels", () => {
  it("adds one: every node joins, its chaincodes are deployed, a transaction is on every peer", async () => {
    await harness.succeed("identity.issue", { organization: "Org1", user: "leaver" }, net);
    await harness.succeed("identity.revoke", { organization: "Org1", user: "leaver" }, net);
    const operation = await apply((spec) => side(spec));
    expect(operation).toMatchObject({ state: "succeeded" });
    expect((operation.result as NetworkProof).channels).toMatchObject([
      { channel: "main" },
      { channel: "side", peers: ["peer0.org1.example.com", "peer0.org2.example.com"] },
    ]);
    expect(await joined()).toEqual({
      "orderer0.example.com": ["main", "side"],
      "peer0.org1.example.com": ["main", "side"],
      "peer0.org2.example.com": ["main", "side"],
    });
    expect((await harness.processes(net)).toSorted()).toEqual(["chaincode:other_1.0", "chaincode:tiny_1.0", "devnet"]);
    expect((await fileOf()).spec.channels.map(({ name }) => name)).toEqual(["main", "side"]);
    await harness.services.submit(net, "other", { channel: "side", function: "put", args: ["a", "there"] });
    expect(await harness.evaluate(net, "other", "get", "a")).toBe("there");
  });

  it("knows on the new channel too whom an organisation has revoked, and its anchor peers", async () => {
    const { connections } = await harness.world.network(net);
    const [node] = connections.peersOf("Org2");
    if (node === undefined) throw new Error("no peer");
    const config = await currentConfig(connections, node, "side");
    expect(revocationListsOf(config, "Org1")).toHaveLength(1);
    expect(revocationListsOf(config, "Org2")).toEqual([]);
    const bundle = ChannelBundle.fromConfig("side", config);
    expect(bundle.root.groups["Application"]?.groups["Org1"]?.values).toHaveProperty("AnchorPeers");
  });

  it("removes it with its ledger, its chaincodes and what the explorer knew, and leaves the other as it was", async () => {
    await harness.services.submit(net, "tiny", { channel: "main", function: "put", args: ["b", "stays"] });
    await harness.store.explorer.open(net, "side");
    expect(existsSync(ledger("side"))).toBe(true);
    const operation = await apply((spec) => {
      spec.channels = spec.channels?.filter(({ name }) => name !== "side") ?? [];
      spec.chaincodes = spec.chaincodes?.filter(({ channel }) => channel !== "side") ?? [];
    });
    expect(operation).toMatchObject({ state: "succeeded", result: { channels: [{ channel: "main" }] } });
    expect(Object.values(await joined())).toEqual([["main"], ["main"], ["main"]]);
    expect(existsSync(ledger("side"))).toBe(false);
    expect(await kept()).toEqual({ chaincodes: ["main/tiny"], blocks: ["main"], indexed: [] });
    // The service of the label that the other channel uses, and only that one.
    expect((await harness.processes(net)).toSorted()).toEqual(["chaincode:tiny_1.0", "devnet"]);
    expect(await harness.evaluate(net, "tiny", "get", "b")).toBe("stays");
    expect((await fileOf()).spec.channels.map(({ name }) => name)).toEqual(["main"]);
  });

  it("adds one of the same name again, empty", async () => {
    expect(await apply((spec) => side(spec, ["Org2"]))).toMatchObject({ state: "succeeded" });
    expect(await joined()).toMatchObject({ "peer0.org1.example.com": ["main"], "peer0.org2.example.com": ["main", "side"] });
    expect(await harness.evaluate(net, "other", "get", "a")).toBe("");
    await harness.succeed(
      "network.apply",
      {
        spec: changed(await fileOf(), (spec) => {
          spec.channels = spec.channels?.filter(({ name }) => name !== "side") ?? [];
          spec.chaincodes = spec.chaincodes?.filter(({ channel }) => channel !== "side") ?? [];
        }),
      },
      net,
    );
  });

  it("takes a new channel off again where the change fails and is cancelled", async () => {
    const before = { joined: await joined(), kept: await kept(), inventory: await harness.runtime.inventory(net) };
    const broken = harness.chaincode("exits");
    const failed = await apply((spec) => {
      side(spec);
      spec.chaincodes?.push({ name: "broken", channel: "side", source: { path: broken.folder } });
    });
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    expect((await joined())["orderer0.example.com"]).toEqual(["main", "side"]);
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(await joined()).toEqual(before.joined);
    expect(await kept()).toEqual(before.kept);
    const without = (items: typeof before.inventory) => items.filter(({ detail }) => detail !== "devnet");
    expect(without(await harness.runtime.inventory(net))).toEqual(without(before.inventory));
    expect(existsSync(ledger("side"))).toBe(false);
    expect((await harness.store.networks.get(net))?.state).toBe("ready");
    expect(await harness.evaluate(net, "tiny", "get", "b")).toBe("stays");
  });

  it("refuses a chaincode that does not begin with the first sequence on a new channel", async () => {
    const spec = changed(await fileOf(), (file) => {
      file.channels?.push({ name: "side", members: ["Org1"] });
      file.chaincodes?.push({ name: "late", channel: "side", sequence: 2, source: { scenario: "tiny" } });
    });
    const before = harness.rows();
    await expect(harness.engine.submit("network.apply", { spec }, { network: net })).rejects.toMatchObject({
      code: "OPERATION_SEQUENCE_NOT_FIRST",
    });
    expect(harness.rows()).toEqual(before);
  });

  it("leaves nothing where the network is deleted after all that", async () => {
    expect(await apply((spec) => side(spec))).toMatchObject({ state: "succeeded" });
    await harness.succeed("network.delete", {}, net);
    expect(await harness.runtime.inventory(net)).toEqual([]);
    const left = Object.values(harness.rows())
      .flat()
      .filter((row) => "key" in row && String(row["key"]).includes(net));
    expect(left).toEqual([]);
  });
});
