// The four Raft orderers of a network of Fabric's own programs become BFT's, on the ledgers that they have.
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Heddle, networkFile } from "../durability/support/heddle.ts";
import { verifyLedger } from "../durability/support/ledger.ts";
import { killAll, until } from "../durability/support/processes.ts";
import { skipped, whyNoFabric } from "./support/tools.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });

const missing = whyNoFabric(["peer", "orderer"]);
const bin = process.env["HEDDLE_FABRIC_BIN"];
// The server of these tests is given PATH, nothing else.
if (bin !== undefined && bin !== "") process.env["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;

const NETWORK = "turning";

function fileOf(orderers: number): NetworkFile {
  const file = networkFile(NETWORK, "consortium");
  const { organizations, channels, chaincodes } = file.spec;
  return validateNetwork({
    ...file,
    spec: {
      runtime: "native",
      organizations,
      ordering: { type: "raft", consenters: Array.from({ length: orderers }, (_, index) => ({ name: `orderer${index}` })) },
      channels: channels.map(({ name, members }) => ({ name, members, capabilities: { channel: "V3_0" as const } })),
      chaincodes,
    },
  });
}

describe.skipIf(missing !== undefined)(`a migration to BFT${skipped(missing)}`, () => {
  const heddle = new Heddle();
  afterAll(() => heddle.dispose());

  it("keeps every transaction, goes on with one orderer less, and is in the network's file", async () => {
    const client = await heddle.up();
    const created = await client.createNetwork({ body: { spec: fileOf(4) } });
    await heddle.succeeded(created.operation.id, 120);
    const before = await heddle.put(NETWORK, "key", "raft");
    const migrated = await client.migrateOrdering({ params: { name: NETWORK }, body: { type: "bft" } });
    const operation = await heddle.succeeded(migrated.operation.id, 300);
    console.log(`Raft to BFT with 4 orderers: ${operation.seconds} s`);
    const { spec } = await client.getNetwork({ params: { name: NETWORK } });
    expect((spec as NetworkFile).spec.ordering.type).toBe("bft");
    expect(await heddle.get(NETWORK, "key")).toBe("raft");
    const after = await heddle.put(NETWORK, "key", "bft");
    // One of four may fail; not the first, which takes the transactions of these tests' client.
    await killAll([heddle.pids(NETWORK)["node:orderer3.example.com"] ?? 0]);
    const third = await heddle.put(NETWORK, "key", "three of four");
    const { codes } = await verifyLedger(client, NETWORK, "main", "Org2");
    expect([before, after, third].map((id) => codes.get(id))).toEqual(["VALID", "VALID", "VALID"]);
    await until("the orderer's return", async () => {
      const { nodes } = await client.listNodes({ params: { name: NETWORK } });
      return nodes.every(({ state }) => state === "running");
    });
    await expect(client.migrateOrdering({ params: { name: NETWORK }, body: { type: "bft" } })).rejects.toMatchObject({
      code: "OPERATION_MIGRATION_REFUSED",
    });
    await heddle.delete(NETWORK);
  });

  it("is refused with three orderers, before anything happens", async () => {
    const client = await heddle.up();
    const created = await client.createNetwork({ body: { spec: fileOf(3) } });
    await heddle.succeeded(created.operation.id, 120);
    await expect(client.migrateOrdering({ params: { name: NETWORK }, body: { type: "bft" } })).rejects.toMatchObject({
      code: "OPERATION_MIGRATION_REFUSED",
    });
    await heddle.put(NETWORK, "key", "still raft");
    await heddle.delete(NETWORK);
  });
});
