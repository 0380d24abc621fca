import { adoptElements, ChannelBundle, createChannelGroup, type OrganizationMaterial } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { channelSpec } from "../../src/network/channel-spec.ts";
import { changeChannel, currentConfig } from "../../src/network/channel-update.ts";
import { organizationNames } from "../../src/network/identities.ts";
import { changed, failureOf, Harness } from "./support/harness.ts";

const net = "tuned";
let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
  await harness.create("consortium", net, {
    change(spec) {
      spec.ordering = { batch: { timeout: "200ms" } };
      const [first] = spec.organizations;
      if (first !== undefined) first.peers = [{ name: "peer0" }, { name: "peer1" }];
    },
  });
});
afterAll(() => harness.close());

const fileOf = async (): Promise<NetworkFile> => (await harness.store.networks.get(net))?.spec as NetworkFile;
const apply = async (change: Parameters<typeof changed>[1]) => harness.run("network.apply", { spec: changed(await fileOf(), change) }, net);

/** The channel as each of its peers has it. */
async function bundles(): Promise<ChannelBundle[]> {
  const { connections } = await harness.world.network(net);
  const peers = connections.place.nodes.filter(({ kind }) => kind === "peer");
  return Promise.all(peers.map(async (node) => ChannelBundle.fromConfig("main", await currentConfig(connections, node, "main"))));
}

/** Changes the channel past Heddle, as an administrator with Fabric's own tools would. */
async function changeElsewhere(change: Parameters<typeof changed>[1], ...signers: string[]): Promise<void> {
  const { connections, place } = await harness.world.network(net);
  const file = changed(await fileOf(), change);
  const materials = new Map<string, OrganizationMaterial>();
  for (const name of organizationNames(file)) materials.set(name, await connections.identities.organization(name));
  const [channel] = file.spec.channels;
  if (channel === undefined) throw new Error("no channel");
  const wanted = createChannelGroup(channelSpec(file, channel, place, materials));
  const [first, ...others] = await Promise.all(signers.map((name) => connections.identities.admin(name)));
  if (first === undefined) throw new Error("nobody signs");
  await changeChannel(connections, {
    network: net,
    channel: "main",
    change: (config) => adoptElements(config, wanted, [{ groups: ["Orderer"], kind: "value", name: "BatchSize" }]),
    signers: [first, ...others],
    nodes: place.nodes.filter(({ kind }) => kind === "peer"),
    signal: AbortSignal.timeout(30_000),
  });
}

describe("network.apply of a channel's settings", () => {
  it("lets others use chaincode than Fabric does, and takes that back", async () => {
    const ask = (user: string) => harness.services.evaluate(net, "tiny", { function: "get", args: ["a"], user });
    await ask("app");
    const acls = { "peer/Propose": "/Channel/Application/Org1/Admins" };
    expect(await apply((spec) => spec.channels?.forEach((channel) => (channel.acls = acls)))).toMatchObject({ state: "succeeded" });
    for (const bundle of await bundles()) expect(Object.fromEntries(bundle.acls)).toEqual(acls);
    await ask("Admin");
    await expect(ask("app")).rejects.toMatchObject({ code: "FABRIC_REFUSED" });
    expect(await apply((spec) => spec.channels?.forEach((channel) => delete channel.acls))).toMatchObject({ state: "succeeded" });
    await ask("app");
  });

  it("changes batch settings on every peer in one update, proves it and keeps the file true", async () => {
    const before = await bundles();
    const operation = await apply((spec) => {
      spec.ordering = { batch: { timeout: "50ms", maxMessages: 7, preferredMaxBytes: 4096, absoluteMaxBytes: 1_048_576 } };
    });
    expect(operation).toMatchObject({ state: "succeeded", result: { channels: [{ channel: "main" }] } });
    const after = await bundles();
    expect(after).toHaveLength(3);
    for (const [index, { orderer, sequence }] of after.entries()) {
      expect(orderer).toMatchObject({
        batchTimeoutMs: 50,
        batchSize: { maxMessageCount: 7, preferredMaxBytes: 4096, absoluteMaxBytes: 1_048_576 },
      });
      expect(sequence).toBe((before[index]?.sequence ?? 0) + 1);
    }
    expect((await fileOf()).spec.ordering.batch).toMatchObject({ timeout: "50ms", maxMessages: 7 });
    await expect(harness.services.submit(net, "tiny", { function: "put", args: ["big", "x".repeat(2_000_000)] })).rejects.toMatchObject({
      code: "FABRIC_REFUSED",
    });
  });

  it("changes policies, anchor peers and a capability, each signed by those who are asked", async () => {
    const operation = await apply((spec) => {
      const [main] = spec.channels ?? [];
      if (main === undefined) throw new Error("no channel");
      main.policies = { endorsement: "OR('Org1MSP.peer', 'Org2MSP.peer')" };
      main.capabilities = { channel: "V3_0" };
      main.anchorPeers = [
        { organization: "Org1", peer: "peer1" },
        { organization: "Org2", peer: "peer0" },
      ];
    });
    expect(operation).toMatchObject({ state: "succeeded" });
    for (const bundle of await bundles()) expect(bundle.capabilities.channel).toEqual(new Set(["V3_0"]));
    expect((await fileOf()).spec.channels[0]).toMatchObject({ capabilities: { channel: "V3_0" } });
  });

  it("is done at once where the file says the same in other words", async () => {
    const [{ sequence } = { sequence: 0 }] = await bundles();
    expect(await apply((spec) => spec.channels?.forEach((one) => (one.observers = [])))).toMatchObject({ state: "succeeded" });
    expect((await bundles()).every((one) => one.sequence === sequence)).toBe(true);
  });

  it("refuses a policy that nobody can read before anything happens", async () => {
    const before = harness.rows();
    const spec = structuredClone(await fileOf());
    for (const channel of spec.spec.channels) channel.policies = { endorsement: "OR('Org1MSP.peer'" };
    await expect(harness.engine.submit("network.apply", { spec }, { network: net })).rejects.toMatchObject({
      code: "FABRIC_POLICY_INVALID",
    });
    expect(harness.rows()).toEqual(before);
  });

  it("refuses before anything happens where a channel's own policies ask for more than the file's organisations", async () => {
    const { connections, place } = await harness.world.network(net);
    const [node] = connections.peersOf("Org1");
    if (node === undefined) throw new Error("no peer");
    const admin = await connections.identities.admin("Orderer");
    const request = {
      network: net,
      channel: "main",
      change: (config: Awaited<ReturnType<typeof currentConfig>>) => {
        const copy = structuredClone(config);
        const group = copy.channelGroup?.groups["Application"];
        if (group === undefined) throw new Error("no group");
        group.modPolicy = "Readers";
        return copy;
      },
      signers: [admin] as const,
      nodes: place.nodes.filter(({ kind }) => kind === "peer"),
      signal: AbortSignal.timeout(30_000),
    };
    const { sequence } = await currentConfig(connections, node, "main");
    await expect(changeChannel(connections, request)).rejects.toMatchObject({
      code: "OPERATION_CHANGE_REFUSED",
      message: expect.stringContaining("/Channel/Application") as string,
    });
    expect((await currentConfig(connections, node, "main")).sequence).toBe(sequence);
  });

  it("does not write over what somebody else has changed", async () => {
    await changeElsewhere((spec) => (spec.ordering = { batch: { maxMessages: 9 } }), "Orderer");
    const before = harness.rows();
    const spec = changed(await fileOf(), (file) => (file.ordering = { batch: { timeout: "50ms", maxMessages: 11 } }));
    await expect(harness.engine.submit("network.apply", { spec }, { network: net })).rejects.toMatchObject({
      code: "OPERATION_CONFIG_CONFLICT",
      message: expect.stringContaining("/Channel/Orderer/BatchSize") as string,
    });
    expect(harness.rows()).toEqual(before);
    await changeElsewhere(() => undefined, "Orderer");
  });

  it("takes settings back where the change fails later and is cancelled", async () => {
    const [before] = await bundles();
    const broken = harness.chaincode("exits");
    const failed = await apply((spec) => {
      spec.ordering = { batch: { timeout: "50ms", maxMessages: 33 } };
      spec.chaincodes?.push({ name: "third", channel: "main", source: { path: broken.folder } });
    });
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    expect((await bundles()).map(({ orderer }) => orderer.batchSize.maxMessageCount)).toEqual([33, 33, 33]);
    await harness.kill(net, "devnet");
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect((await bundles()).map(({ orderer }) => orderer)).toEqual([before?.orderer, before?.orderer, before?.orderer]);
    expect((await harness.store.networks.get(net))?.state).toBe("ready");
    expect((await fileOf()).spec.ordering.batch.maxMessages).not.toBe(33);
  });

  it("starts nodes that have ended, and changes them then", async () => {
    await harness.kill(net, "devnet");
    expect(await apply((spec) => (spec.ordering = { batch: { timeout: "60ms", maxMessages: 12 } }))).toMatchObject({ state: "succeeded" });
    expect((await bundles()).map(({ orderer }) => orderer.batchTimeoutMs)).toEqual([60, 60, 60]);
  });

  it("refuses to turn instant blocks on", async () => {
    const spec = changed(await fileOf(), (file) => (file.ordering = { batch: { timeout: "instant" } }));
    await expect(harness.engine.submit("network.apply", { spec }, { network: net })).rejects.toMatchObject({
      code: "OPERATION_CHANGE_NOT_SUPPORTED",
    });
  });
});
