import { readdirSync } from "node:fs";
import path from "node:path";
import { ChannelBundle, consenterAddresses } from "@heddle/fabric";
import type { NetworkFile } from "@heddle/network";
import type { InventoryItem } from "@heddle/runtimes";
import type { OperationRecord } from "@heddle/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NetworkProof } from "../../src/index.ts";
import { currentConfig } from "../../src/network/channel-update.ts";
import { genesisBlock } from "../../src/network/genesis-blocks.ts";
import { organizationSecret } from "../../src/network/identities.ts";
import { changed, failureOf, Harness } from "./support/harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
});
afterAll(() => harness.close());

type Changes = Parameters<typeof changed>[1];
const fileOf = async (net: string): Promise<NetworkFile> => (await harness.store.networks.get(net))?.spec as NetworkFile;
const apply = async (net: string, change: Changes): Promise<OperationRecord> =>
  harness.run("network.apply", { spec: changed(await fileOf(net), change) }, net);
const succeed = async (net: string, change: Changes): Promise<OperationRecord> =>
  harness.succeed("network.apply", { spec: changed(await fileOf(net), change) }, net);
const refused = async (net: string, change: Changes): Promise<void> => {
  const spec = changed(await fileOf(net), change);
  await harness.engine.submit("network.apply", { spec }, { network: net });
};
const placeOf = async (net: string) => (await harness.world.network(net)).place;
const peersProven = ({ result }: OperationRecord): readonly string[] => (result as NetworkProof).channels[0]?.peers ?? [];
const organization = (spec: Parameters<NonNullable<Changes>>[0], name: string) => {
  const found = spec.organizations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no organisation ${name}`);
  return found;
};
/** The channel as a peer of Org1 has it. */
const bundle = async (net: string): Promise<ChannelBundle> => {
  const { connections } = await harness.world.network(net);
  const [peer] = connections.peersOf("Org1");
  if (peer === undefined) throw new Error("no peer");
  return ChannelBundle.fromConfig("main", await currentConfig(connections, peer, "main"));
};
const put = (net: string, value: string, by: string) =>
  harness.services.submit(net, "tiny", { function: "put", args: ["a", value], organization: by });
/** What is in the world of nodes whose names hold a word: files, ports, keys. */
const tracesOf = async (net: string, word: string): Promise<string[]> => {
  const directory = path.join(harness.home, "networks", net);
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => file.includes(word));
  const ports = (await harness.runtime.inventory(net)).filter(({ detail }) => detail.includes(word)).map(({ id }) => id);
  const kept = await harness.world.keys.names(net);
  const secrets = await Promise.all(kept.map(async (name) => (await harness.world.keys.get(net, name)).includes(word)));
  return [...files, ...ports, ...kept.filter((_, index) => secrets[index])];
};

describe("a peer of an organisation", () => {
  const net = "peers";
  const second = "peer1.org1.example.com";
  beforeAll(() => harness.create("consortium", net));

  it("comes to the channel with its blocks and chaincodes, and endorses", async () => {
    await put(net, "before", "Org1");
    const ports = (await placeOf(net)).nodes.map(({ name, grpc }) => [name, grpc]);
    const operation = await succeed(net, (spec) => organization(spec, "Org1").peers?.push({ name: "peer1" }));
    expect(peersProven(operation)).toEqual(["peer0.org1.example.com", second, "peer0.org2.example.com"]);
    const place = await placeOf(net);
    expect(place.nodes.filter(({ name }) => name !== second).map(({ name, grpc }) => [name, grpc])).toEqual(ports);
    const { connections } = await harness.world.network(net);
    const peer = connections.peersOf("Org1")[1];
    if (peer?.name !== second) throw new Error("no second peer");
    const admin = await connections.identities.admin("Org1");
    const client = await connections.peer(peer);
    const { response } = await client.endorse({ channelId: "main", chaincode: "tiny", args: ["put", "a", "by the second"] }, admin);
    expect(response.response?.status).toBe(200);
    // The same authority vouches for both.
    const { nodes, ca } = await connections.identities.organization("Org1");
    expect(nodes.map(({ name }) => name)).toEqual(["peer0.org1.example.com", second]);
    expect(ca.certificatePem).not.toBe("");
  });

  it("becomes the anchor where the file says so, and the first goes without a trace", async () => {
    const operation = await succeed(net, (spec) => {
      organization(spec, "Org1").peers = [{ name: "peer1" }];
    });
    expect(peersProven(operation)).toEqual([second, "peer0.org2.example.com"]);
    const removed = (operation.result as { removed: readonly InventoryItem[] }).removed;
    expect(removed.map(({ kind, detail }) => `${kind} ${detail}`).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "key signing and TLS keys",
      "port peer0.org1.example.com chaincode",
      "port peer0.org1.example.com grpc",
      "port peer0.org1.example.com operations",
    ]);
    expect(await tracesOf(net, "peer0.org1")).toEqual([]);
    const peer = (await placeOf(net)).nodes.find(({ name }) => name === second);
    const anchors = (await bundle(net)).root.groups["Application"]?.groups["Org1"]?.values["AnchorPeers"]?.value ?? new Uint8Array();
    expect(Buffer.from(anchors).includes(`${peer?.host ?? ""}`)).toBe(true);
    await put(net, "after", "Org1");
    await put(net, "after", "Org2");
  });

  it("goes again where the change fails and is cancelled", async () => {
    const broken = harness.chaincode("exits");
    const failed = await apply(net, (spec) => {
      organization(spec, "Org2").peers?.push({ name: "peer1" });
      spec.chaincodes?.push({ name: "broken", channel: "main", source: { path: broken.folder } });
    });
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    expect(await tracesOf(net, "peer1.org2")).not.toEqual([]);
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(await tracesOf(net, "peer1.org2")).toEqual([]);
    expect((await harness.store.networks.get(net))?.state).toBe("ready");
    await put(net, "as before", "Org2");
  });
});

describe("a removal that has begun", () => {
  const net = "removal";
  beforeAll(() => harness.create("consortium", net));
  const alone: Changes = (spec) => {
    spec.organizations = spec.organizations.filter(({ name }) => name === "Org1");
    spec.channels?.forEach((channel) => (channel.members = ["Org1"]));
  };
  const full = (): never => {
    throw new Error("the disk does not answer");
  };

  it("is finished where the operation is cancelled: the network is what the file says", async () => {
    harness.hooks.beforeShrink = full;
    const failed = await apply(net, alone);
    delete harness.hooks.beforeShrink;
    expect(failureOf(failed)).toMatchObject({ step: "drop" });
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(await harness.store.networks.get(net)).toMatchObject({ state: "ready" });
    expect((await fileOf(net)).spec.organizations.map(({ name }) => name)).toEqual(["Org1"]);
    expect((await bundle(net)).applicationMspIds).toEqual(["Org1MSP"]);
    expect((await placeOf(net)).nodes.map(({ name }) => name)).toEqual(["orderer0.example.com", "peer0.org1.example.com"]);
    expect(await tracesOf(net, "org2")).toEqual([]);
    expect(await harness.world.keys.names(net)).not.toContain(organizationSecret("Org2"));
    await put(net, "alone", "Org1");
  });

  it("goes on where the operation is retried, with a proof", async () => {
    await succeed(net, (spec) => organization(spec, "Org1").peers?.push({ name: "peer1" }));
    harness.hooks.beforeShrink = full;
    const failed = await apply(net, (spec) => {
      organization(spec, "Org1").peers = [{ name: "peer0" }];
    });
    delete harness.hooks.beforeShrink;
    expect(failureOf(failed)).toMatchObject({ step: "drop" });
    await harness.engine.retry(failed.id);
    const operation = await harness.engine.wait(failed.id);
    expect(operation).toMatchObject({ state: "succeeded" });
    expect(peersProven(operation)).toEqual(["peer0.org1.example.com"]);
    expect(await tracesOf(net, "peer1.org1")).toEqual([]);
  });
});

describe("an organisation", () => {
  const net = "organizations";
  beforeAll(() => harness.create("consortium", net));
  const third: Changes = (spec) => {
    spec.organizations.push({ name: "Org3", peers: [{ name: "peer0" }] });
    spec.channels?.forEach((channel) => channel.members.push("Org3"));
  };

  it("comes to the network and its channel in one change, and endorses", async () => {
    await put(net, "before", "Org1");
    const operation = await succeed(net, third);
    expect(peersProven(operation)).toContain("peer0.org3.example.com");
    expect((await bundle(net)).applicationMspIds.toSorted()).toEqual(["Org1MSP", "Org2MSP", "Org3MSP"]);
    expect(await harness.evaluate(net, "tiny", "get", "a")).toBe("before");
    await put(net, "by the third", "Org3");
  });

  it("leaves a channel, and the others go on", async () => {
    await succeed(net, (spec) => spec.channels?.forEach((channel) => (channel.members = ["Org1", "Org3"])));
    expect((await bundle(net)).applicationMspIds.toSorted()).toEqual(["Org1MSP", "Org3MSP"]);
    const { connections } = await harness.world.network(net);
    const [peer] = connections.peersOf("Org2");
    if (peer === undefined) throw new Error("no peer");
    expect(await (await connections.peer(peer)).channels(await connections.identities.admin("Org2"))).toEqual([]);
    await put(net, "without the second", "Org3");
  });

  it("stays where a change that would let it leave fails and is cancelled", async () => {
    const broken = harness.chaincode("exits");
    const failed = await apply(net, (spec) => {
      spec.channels?.forEach((channel) => (channel.members = ["Org1"]));
      spec.chaincodes?.push({ name: "broken", channel: "main", source: { path: broken.folder } });
    });
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect((await bundle(net)).applicationMspIds.toSorted()).toEqual(["Org1MSP", "Org3MSP"]);
    await put(net, "still there", "Org3");
  });

  it("goes from the network with its peers, ports, files and keys", async () => {
    const operation = await succeed(net, (spec) => {
      spec.organizations = spec.organizations.filter(({ name }) => name === "Org1");
      spec.channels?.forEach((channel) => (channel.members = ["Org1"]));
    });
    expect(peersProven(operation)).toEqual(["peer0.org1.example.com"]);
    const { removed } = operation.result as { removed: readonly { kind: string; id: string }[] };
    expect(removed.filter(({ kind }) => kind === "port")).toHaveLength(6);
    expect(removed.filter(({ kind }) => kind === "key").map(({ id }) => id)).toEqual([
      "organization/Org2",
      "organization/Org3",
      "peer0.org2.example.com",
      "peer0.org3.example.com",
    ]);
    for (const word of ["org2", "org3"]) expect(await tracesOf(net, word)).toEqual([]);
    expect(await harness.world.keys.names(net)).not.toContain(organizationSecret("Org3"));
    await put(net, "alone", "Org1");
  });

  it("comes anew, with other identities, under the name of one that went", async () => {
    const operation = await succeed(net, third);
    expect(peersProven(operation)).toEqual(["peer0.org1.example.com", "peer0.org3.example.com"]);
    await put(net, "again", "Org3");
  });
});

describe.each([
  ["raft", ["orderer0"], ["orderer0", "orderer1", "orderer2"], ["orderer1", "orderer2"]],
  [
    "bft",
    ["orderer0", "orderer1", "orderer2", "orderer3"],
    ["orderer0", "orderer1", "orderer2", "orderer3", "orderer4"],
    ["orderer1", "orderer2", "orderer3", "orderer4"],
  ],
] as const)("orderers of %s", (type, few, more, others) => {
  const net = `ordering-${type}`;
  const consenters = (names: readonly string[]): NonNullable<Changes> => {
    return (spec) => {
      spec.ordering = { ...spec.ordering, type, consenters: names.map((name) => ({ name })) };
      if (type === "bft") for (const channel of spec.channels ?? []) channel.capabilities = { ...channel.capabilities, channel: "V3_0" };
    };
  };
  beforeAll(() => harness.create("consortium", net, { change: consenters(few) }));
  const addresses = async (names: readonly string[]): Promise<string[]> => {
    const { nodes } = await placeOf(net);
    return nodes
      .filter(({ name }) => names.includes(name.split(".")[0] ?? ""))
      .map(({ host, grpc }) => `${host}:${grpc}`)
      .toSorted();
  };

  it("come one after the other", async () => {
    await succeed(net, consenters(more));
    const config = await bundle(net);
    expect(consenterAddresses(config.config).toSorted()).toEqual(await addresses(more));
    expect([...config.ordererEndpoints.values()].flat().toSorted()).toEqual(await addresses(more));
    await put(net, "ordered by more", "Org2");
  });

  it("go, the first that led among them", async () => {
    const numbers = new Map((await bundle(net)).consenters.map(({ id, port }) => [port, id]));
    await succeed(net, consenters(others));
    const config = await bundle(net);
    expect(consenterAddresses(config.config).toSorted()).toEqual(await addresses(others));
    for (const { id, port } of config.consenters) expect(numbers.get(port)).toBe(id);
    expect(await tracesOf(net, "orderer0")).toEqual([]);
    await put(net, "ordered by others", "Org1");
    // What is new is made for those that are there.
    await succeed(net, (spec) => spec.channels?.push({ name: "side", members: ["Org1", "Org2"] }));
  });

  it("are as before where a change fails and is cancelled", async () => {
    const before = consenterAddresses((await bundle(net)).config).toSorted();
    const broken = harness.chaincode("exits");
    const failed = await apply(net, (spec) => {
      consenters([...others.slice(type === "bft" ? 0 : 1), "orderer9"])(spec);
      spec.chaincodes?.push({ name: "broken", channel: "main", source: { path: broken.folder } });
    });
    expect(failureOf(failed)).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await harness.engine.cancel(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "cancelled" });
    expect(consenterAddresses((await bundle(net)).config).toSorted()).toEqual(before);
    expect(await tracesOf(net, "orderer9")).toEqual([]);
    await put(net, "as before", "Org1");
  });
});

describe("a network in memory", () => {
  const net = "memory";

  it("takes on a peer, an organisation, a channel, and lets them go", async () => {
    await harness.create("solo", net, { change: (spec) => (spec.storage = "memory") });
    await succeed(net, (spec) => {
      organization(spec, "Org1").peers?.push({ name: "peer1" });
      spec.organizations.push({ name: "Org2", peers: [{ name: "peer0" }] });
      spec.channels?.forEach((channel) => channel.members.push("Org2"));
      spec.channels?.push({ name: "side", members: ["Org1"] });
    });
    await put(net, "more", "Org2");
    await succeed(net, (spec) => {
      organization(spec, "Org1").peers = [{ name: "peer0" }];
      spec.organizations = spec.organizations.filter(({ name }) => name === "Org1");
      spec.channels = spec.channels?.filter(({ name }) => name === "main").map((channel) => ({ ...channel, members: ["Org1"] }));
    });
    expect(await harness.evaluate(net, "tiny", "get", "a")).toBe("more");
    await put(net, "less", "Org1");
    expect((await harness.store.networks.get(net))?.state).toBe("ready");
  });
});

describe("what is refused before anything happens", () => {
  const net = "refused";
  beforeAll(() => harness.create("solo", net));

  it.each<[what: string, change: Changes]>([
    ["another domain", (spec) => (organization(spec, "Org1").domain = "other.example.com")],
    ["a file without a user that it had", (spec) => (organization(spec, "Org1").users = [])],
  ])("%s", async (_, change) => {
    await expect(refused(net, change)).rejects.toMatchObject({ code: "OPERATION_CHANGE_NOT_SUPPORTED" });
  });

  it("a member that becomes an observer", async () => {
    await succeed(net, (spec) => {
      spec.organizations.push({ name: "Watch" });
      spec.channels?.forEach((channel) => channel.members.push("Watch"));
    });
    const aside: Changes = (spec) =>
      spec.channels?.forEach((channel) => Object.assign(channel, { members: ["Org1"], observers: ["Watch"] }));
    await expect(refused(net, aside)).rejects.toMatchObject({ code: "OPERATION_CHANGE_NOT_SUPPORTED" });
  });
});

describe("what a network's orderers do not allow", () => {
  const net = "quorum";
  const consenters = (...names: readonly string[]): NonNullable<Changes> => {
    return (spec) => {
      spec.ordering = { ...spec.ordering, consenters: names.map((name) => ({ name })) };
    };
  };
  beforeAll(() => harness.create("solo", net, { change: consenters("orderer0", "orderer1", "orderer2") }));

  it("is refused while too few of them take part, with nothing made", async () => {
    const { connections } = await harness.world.network(net);
    const [, second, third] = connections.orderers;
    if (second === undefined || third === undefined) throw new Error("three orderers were asked for");
    for (const orderer of [second, third]) await (await connections.participation(orderer)).remove("main");
    const before = await bundle(net);
    const failed = await apply(net, consenters("orderer0", "orderer1", "orderer2", "orderer3"));
    expect(failureOf(failed)).toMatchObject({ code: "OPERATION_QUORUM_AT_RISK", step: "quorum" });
    expect((await bundle(net)).sequence).toBe(before.sequence);
    expect(await tracesOf(net, "orderer3")).toEqual([]);
    // They come back, and the operation goes on.
    const genesis = await genesisBlock(harness.world, net, "main");
    for (const orderer of [second, third]) await (await connections.participation(orderer)).join(genesis);
    await harness.engine.retry(failed.id);
    expect(await harness.engine.wait(failed.id)).toMatchObject({ state: "succeeded" });
    await put(net, "with four", "Org1");
  }, 90_000);
});
