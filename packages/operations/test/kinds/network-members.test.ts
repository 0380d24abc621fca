import { ChannelBundle } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NetworkProof } from "../../src/index.ts";
import { currentConfig } from "../../src/network/channel-update.ts";
import { changed, failureOf, Harness } from "./support/harness.ts";

const net = "members";
let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
  await harness.create("consortium", net, {
    change(spec) {
      spec.organizations.push({ name: "Org3", peers: [{ name: "peer0" }, { name: "peer1" }] }, { name: "Watch", role: "observer" });
    },
  });
});
afterAll(() => harness.close());

const fileOf = async (): Promise<NetworkFile> => (await harness.store.networks.get(net))?.spec as NetworkFile;
const apply = async (change: Parameters<typeof changed>[1]) => harness.run("network.apply", { spec: changed(await fileOf(), change) }, net);
const joinedBy = async (organization: string): Promise<string[][]> => {
  const { connections } = await harness.world.network(net);
  const admin = await connections.identities.admin(organization);
  return Promise.all(connections.peersOf(organization).map(async (peer) => (await connections.peer(peer)).channels(admin)));
};
/** The channel as a peer of Org1 has it. */
const bundle = async (): Promise<ChannelBundle> => {
  const { connections } = await harness.world.network(net);
  const [peer] = connections.peersOf("Org1");
  if (peer === undefined) throw new Error("no peer");
  return ChannelBundle.fromConfig("main", await currentConfig(connections, peer, "main"));
};

describe("network.apply of a channel's members", () => {
  it("lets nobody join where the change fails and is cancelled", async () => {
    const before = await bundle();
    const broken = harness.chaincode("exits");
    const failed = await apply((spec) => {
      spec.channels?.forEach((channel) => channel.members.push("Org3"));
      spec.chaincodes?.push({ name: "broken", channel: "main", source: { path: broken.folder } });
    });
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(await joinedBy("Org3")).toEqual([[], []]);
    const after = await bundle();
    expect(after.applicationMspIds).toEqual(before.applicationMspIds);
    expect((await harness.store.networks.get(net))?.state).toBe("ready");
  });

  it("lets an organisation join: its peers have every block, its anchor is set, and it endorses", async () => {
    await harness.services.submit(net, "tiny", { function: "put", args: ["a", "before"] });
    const operation = await apply((spec) => spec.channels?.forEach((channel) => channel.members.push("Org3")));
    expect(operation).toMatchObject({ state: "succeeded" });
    expect((operation.result as NetworkProof).channels[0]?.peers).toEqual([
      "peer0.org1.example.com",
      "peer0.org2.example.com",
      "peer0.org3.example.com",
      "peer1.org3.example.com",
    ]);
    expect(await joinedBy("Org3")).toEqual([["main"], ["main"]]);
    expect((await bundle()).root.groups["Application"]?.groups["Org3"]?.values).toHaveProperty("AnchorPeers");
    const { payload } = await harness.services.evaluate(net, "tiny", { function: "get", args: ["a"], organization: "Org3" });
    expect(Buffer.from(payload).toString()).toBe("before");
    const { connections } = await harness.world.network(net);
    const [, peer] = connections.peersOf("Org3");
    if (peer === undefined) throw new Error("no second peer");
    const admin = await connections.identities.admin("Org3");
    const { response } = await (
      await connections.peer(peer)
    ).endorse({ channelId: "main", chaincode: "tiny", args: ["put", "a", "endorsed"] }, admin);
    expect(response.response?.status).toBe(200);
    expect(await (await connections.peer(peer)).definitionApprovals("main", "tiny", admin)).toMatchObject({ Org3MSP: true });
    expect((await fileOf()).spec.channels[0]?.members).toEqual(["Org1", "Org2", "Org3"]);
  });

  it("deploys with it from then on", async () => {
    const raised = await apply((spec) => spec.chaincodes?.forEach((one) => (one.version = "2.0")));
    expect(raised).toMatchObject({ state: "succeeded" });
    await harness.services.submit(net, "tiny", { function: "put", args: ["a", "after"], organization: "Org3" });
  });

  it("lets an observer join, which reads and does not count", async () => {
    expect(await apply((spec) => spec.channels?.forEach((channel) => (channel.observers = ["Watch"])))).toMatchObject({
      state: "succeeded",
    });
    expect(await joinedBy("Watch")).toEqual([["main"]]);
    await harness.services.submit(net, "tiny", { function: "put", args: ["a", "watched"] });
    expect(await apply((spec) => (spec.ordering = { batch: { maxMessages: 9 } }))).toMatchObject({ state: "succeeded" });
  });
});
