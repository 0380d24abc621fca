// Networks on Fabric's own peers and orderers, from API call to an empty world, by the operations that embedded networks have.
import { createPrivateKey } from "node:crypto";
import { Client, credentials } from "@grpc/grpc-js";
import { connect, hash, signers } from "@hyperledger/fabric-gateway";
import { validateNetwork, type NetworkFile, type PresetName } from "@heddle/network";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Heddle, networkFile } from "../durability/support/heddle.ts";
import { killAll, until } from "../durability/support/processes.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const missing = whyNoFabric(["peer", "orderer"]);
const bin = process.env["HEDDLE_FABRIC_BIN"];
// The server of these tests is given PATH, nothing else.
if (bin !== undefined && bin !== "") process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;

function nativeFile(name: string, preset: PresetName, type: "raft" | "bft" = "raft"): NetworkFile {
  const file = networkFile(name, preset);
  const { organizations, channels, chaincodes } = file.spec;
  return validateNetwork({
    ...file,
    spec: {
      runtime: "native",
      organizations,
      ordering: { type },
      channels: channels.map(({ name: channel, members, observers }) => ({ name: channel, members, observers })),
      chaincodes,
    },
  });
}

/** The world of a network is empty, and its receipt says that it was not before. */
async function expectDeleted(heddle: Heddle, name: string): Promise<void> {
  const pids = Object.values(heddle.pids(name)).map(String);
  const { result } = await heddle.delete(name);
  const { removed, left } = result as { removed: Array<{ kind: string; id: string }>; left: number };
  expect(removed.filter(({ kind }) => kind === "process").map(({ id }) => id)).toEqual(expect.arrayContaining(pids));
  expect(left).toBe(0);
  expect(heddle.processes(name)).toEqual([]);
}

describe.skipIf(missing !== undefined)(`native networks${skipped(missing)}`, () => {
  const heddle = new Heddle();
  afterAll(() => heddle.dispose());

  it("creates a consortium, proves it, serves the official client, and outlives its server and a peer", async () => {
    await heddle.up();
    const { operation } = await heddle.client.createNetwork({ body: { spec: nativeFile("real", "consortium") } });
    const created = await heddle.succeeded(operation.id, 120);
    const proof = created.result as { seconds: number; channels: Array<{ peers: string[] }> };
    expect(proof.channels.map(({ peers }) => peers.length)).toEqual([2]);
    console.log(`consortium, native: ${proof.seconds} s from API call to proof`);
    expect(Object.keys(heddle.pids("real")).toSorted()).toEqual([
      "chaincode:tiny_1.0",
      "node:orderer0.example.com",
      "node:peer0.org1.example.com",
      "node:peer0.org2.example.com",
    ]);
    await heddle.put("real", "a", "1");
    expect(await heddle.get("real", "a")).toBe("1");

    const { files } = await heddle.client.exportNetwork({ params: { name: "real" }, body: { organization: "Org1" } });
    const file = (name: string): string => files.find(({ path }) => path === name)?.content ?? "";
    const { nodes } = await heddle.client.listNodes({ params: { name: "real" } });
    const peer = nodes.find(({ kind, organization }) => kind === "peer" && organization === "Org1");
    const client = new Client(peer?.address ?? "", credentials.createSsl(Buffer.from(file("tls-root.pem"))), {
      "grpc.ssl_target_name_override": peer?.name ?? "",
    });
    const gateway = connect({
      client,
      identity: { mspId: "Org1MSP", credentials: Buffer.from(file("certificate.pem")) },
      signer: signers.newPrivateKeySigner(createPrivateKey(file("private-key.pem"))),
      hash: hash.sha256,
    });
    try {
      const contract = gateway.getNetwork("main").getContract("tiny");
      await contract.submitTransaction("put", "b", "2");
      expect(Buffer.from(await contract.evaluateTransaction("get", "b")).toString("utf8")).toContain("2");
    } finally {
      gateway.close();
      client.close();
    }

    const before = heddle.pids("real");
    await heddle.kill();
    await heddle.up();
    expect(await heddle.get("real", "b")).toBe("2");
    expect(heddle.pids("real")).toEqual(before);

    const role = "node:peer0.org2.example.com";
    await killAll([before[role] ?? 0]);
    await until("another process of the peer", () => Promise.resolve((heddle.pids("real")[role] ?? before[role]) !== before[role]), 60);
    await until(
      "the whole network runs",
      async () => {
        const all = (await heddle.client.listNodes({ params: { name: "real" } })).nodes;
        return all.every(({ state }) => state === "running");
      },
      60,
    );
    const others = (pids: Record<string, number>) => new Map(Object.entries(pids).filter(([one]) => one !== role));
    expect(others(heddle.pids("real"))).toEqual(others(before));
    const { operation: proving } = await heddle.client.proveNetwork({ params: { name: "real" } });
    await heddle.succeeded(proving.id, 90);
    await expectDeleted(heddle, "real");
  });

  it("lets an organisation join, changes settings, adds a channel with its chaincode, and takes it off again", async () => {
    await heddle.up();
    const file = nativeFile("changed", "consortium");
    const alone = structuredClone(file);
    for (const channel of alone.spec.channels) channel.members = ["Org1"];
    const { operation } = await heddle.client.createNetwork({ body: { spec: alone } });
    await heddle.succeeded(operation.id, 120);
    await heddle.put("changed", "a", "1");
    const apply = async (spec: NetworkFile): Promise<unknown> => {
      const applied = await heddle.client.applyNetwork({ params: { name: "changed" }, body: { spec } });
      return (await heddle.succeeded(applied.operation.id, 120)).result;
    };
    expect(await apply(file)).toMatchObject({
      channels: [{ channel: "main", peers: ["peer0.org1.example.com", "peer0.org2.example.com"] }],
    });
    // Both have to endorse now, the new one too.
    await heddle.put("changed", "a", "2");
    const tuned = structuredClone(file);
    const [main] = tuned.spec.channels;
    const [tiny] = tuned.spec.chaincodes;
    if (main === undefined || tiny === undefined) throw new Error("the preset has neither channel nor chaincode");
    tuned.spec.ordering.batch = { ...tuned.spec.ordering.batch, timeout: "300ms", maxMessages: 20 };
    main.policies = { endorsement: "OR('Org1MSP.peer', 'Org2MSP.peer')" };
    main.capabilities = { ...main.capabilities, channel: "V3_0" };
    expect(await apply(tuned)).toMatchObject({ channels: [{ channel: "main" }] });

    const wider = structuredClone(tuned);
    wider.spec.channels.push({ ...main, name: "side" });
    wider.spec.chaincodes.push({ ...tiny, name: "other", channel: "side" });
    const peers = ["peer0.org1.example.com", "peer0.org2.example.com"];
    expect(await apply(wider)).toMatchObject({ channels: [{ channel: "main" }, { channel: "side", peers }] });
    expect(Object.keys(heddle.pids("changed"))).toContain("chaincode:other_1.0");

    expect(await apply(tuned)).toMatchObject({ channels: [{ channel: "main", peers }] });
    expect(Object.keys(heddle.pids("changed"))).not.toContain("chaincode:other_1.0");
    const { chaincodes } = await heddle.client.listChaincodes({ params: { name: "changed" } });
    expect(chaincodes.map(({ name }) => name)).toEqual(["tiny"]);
    // The same name again: nothing of the channel was left on any node.
    expect(await apply(wider)).toMatchObject({ channels: [{ channel: "main" }, { channel: "side", peers }] });
    await expectDeleted(heddle, "changed");
  });

  it("creates a network of four BFT consenters", async () => {
    await heddle.up();
    const { operation } = await heddle.client.createNetwork({ body: { spec: nativeFile("four", "solo", "bft") } });
    const { result } = await heddle.succeeded(operation.id, 150);
    console.log(`solo of 4 BFT consenters, native: ${(result as { seconds: number }).seconds} s from API call to proof`);
    expect(Object.keys(heddle.pids("four")).filter((role) => role.startsWith("node:orderer"))).toHaveLength(4);
    await heddle.put("four", "a", "1");
    expect(await heddle.get("four", "a")).toBe("1");
    await expectDeleted(heddle, "four");
  });
});
