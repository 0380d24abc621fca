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
