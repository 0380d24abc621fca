// Nodes and organisations come to networks of Fabric's own programs, and go, by the operation that embedded networks have.
import { readdirSync } from "node:fs";
import path from "node:path";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Heddle, networkFile } from "../durability/support/heddle.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const missing = whyNoFabric(["peer", "orderer"]);
const bin = process.env["HEDDLE_FABRIC_BIN"];
// The server of these tests is given PATH, nothing else.
if (bin !== undefined && bin !== "") process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;

function nativeFile(name: string, consenters: number, type: "raft" | "bft" = "raft"): NetworkFile {
  const file = networkFile(name, "consortium");
  const { organizations, channels, chaincodes } = file.spec;
  return validateNetwork({
    ...file,
    spec: {
      runtime: "native",
      organizations,
      ordering: {
        type,
        consenters: Array.from({ length: consenters }, (_, index) => ({ name: `orderer${index}` })),
        batch: { timeout: "200ms" },
      },
      channels: channels.map(({ name: channel, members, observers }) => ({ name: channel, members, observers })),
      chaincodes,
    },
  });
}

describe.skipIf(missing !== undefined)(`nodes of native networks${skipped(missing)}`, () => {
  const heddle = new Heddle();
  afterAll(() => heddle.dispose());

  const create = async (spec: NetworkFile): Promise<void> => {
    await heddle.up();
    const { operation } = await heddle.client.createNetwork({ body: { spec } });
    await heddle.succeeded(operation.id, 150);
  };
  /** Applies the file with a change; peers that the proof names. */
  const apply = async (name: string, change: (spec: NetworkFile["spec"]) => void): Promise<readonly string[]> => {
    const { spec: file } = await heddle.client.getNetwork({ params: { name } });
    const wanted = structuredClone(file as NetworkFile);
    change(wanted.spec);
    const began = performance.now();
    const { operation } = await heddle.client.applyNetwork({ params: { name }, body: { spec: wanted } });
    const { result } = await heddle.succeeded(operation.id, 200);
    console.log(`${name}: changed in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return (result as { channels: { peers: string[] }[] }).channels[0]?.peers ?? [];
  };
  const submit = async (name: string, organization: string, value: string): Promise<void> => {
    const { code } = await heddle.client.submitTransaction({
      params: { name, chaincode: "tiny" },
      body: { organization, function: "put", args: ["key", value] },
    });
    expect(code).toBe("VALID");
    expect(await heddle.get(name, "key")).toBe(value);
  };
  /** Files and processes of nodes whose names hold a word. */
  const tracesOf = (name: string, word: string): string[] => {
    const files = readdirSync(path.join(heddle.home, "networks", name), { recursive: true, encoding: "utf8" });
    return [...files, ...Object.keys(heddle.pids(name))].filter((one) => one.includes(word));
  };
  const roles = (name: string, kind: string): string[] =>
    Object.keys(heddle.pids(name))
      .filter((role) => role.startsWith(`node:${kind}`))
      .toSorted();

  describe("peers and organisations", () => {
    const name = "nodes";
    beforeAll(() => create(nativeFile(name, 1)));

    it("a peer comes to its organisation, and endorses alone for it when the first one goes", async () => {
      const before = heddle.pids(name);
      const peers = await apply(name, ({ organizations }) => organizations[0]?.peers.push({ name: "peer1" }));
      expect(peers).toEqual(["peer0.org1.example.com", "peer1.org1.example.com", "peer0.org2.example.com"]);
      expect(heddle.pids(name)).toMatchObject(before);
      await submit(name, "Org1", "with the second");
      expect(await apply(name, ({ organizations: [first] }) => void first?.peers.shift())).toEqual([
        "peer1.org1.example.com",
        "peer0.org2.example.com",
      ]);
      expect(tracesOf(name, "peer0.org1")).toEqual([]);
      await submit(name, "Org1", "by the second");
      await submit(name, "Org2", "by the other");
    });

    it("an organisation comes to the network and its channel, endorses, and goes from both", async () => {
      const peers = await apply(name, (spec) => {
        const [first] = spec.organizations;
        if (first === undefined) throw new Error("no organisation");
        spec.organizations.push({ ...first, name: "Org3", mspId: "Org3MSP", domain: "org3.example.com", peers: [{ name: "peer0" }] });
        for (const channel of spec.channels) channel.members.push("Org3");
      });
      expect(peers).toContain("peer0.org3.example.com");
      await submit(name, "Org3", "by the third");
      await apply(name, (spec) => {
        spec.organizations = spec.organizations.filter((one) => one.name !== "Org3");
        for (const channel of spec.channels) channel.members = channel.members.filter((one) => one !== "Org3");
      });
      expect(tracesOf(name, "org3")).toEqual([]);
      await submit(name, "Org2", "without the third");
    });

    it("an organisation leaves the channel and comes back to it", async () => {
      await apply(name, ({ channels }) => channels.forEach((channel) => (channel.members = ["Org1"])));
      await submit(name, "Org1", "alone");
      expect(await apply(name, ({ channels }) => channels.forEach((channel) => (channel.members = ["Org1", "Org2"])))).toEqual([
        "peer1.org1.example.com",
        "peer0.org2.example.com",
      ]);
      await submit(name, "Org2", "together");
    });
  });

  describe.each([
    ["raft", 1, 3],
    ["bft", 4, 5],
  ] as const)("orderers of %s", (type, few, more) => {
    const name = `ordering-${type}`;
    const consenters = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ({ name: `orderer${from + index}` }));
    beforeAll(() => create(nativeFile(name, few, type)));

    it("come one after the other, and the first one goes", async () => {
      await submit(name, "Org1", "before");
      await apply(name, ({ ordering }) => (ordering.consenters = consenters(0, more)));
      expect(roles(name, "orderer")).toHaveLength(more);
      await submit(name, "Org1", "ordered by more");
      await apply(name, ({ ordering }) => (ordering.consenters = consenters(1, more)));
      expect(roles(name, "orderer")).toHaveLength(more - 1);
      expect(tracesOf(name, "orderer0")).toEqual([]);
      await submit(name, "Org2", "ordered by others");
      await heddle.delete(name);
    });
  });
});
