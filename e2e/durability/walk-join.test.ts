// Kills the server with SIGKILL at every fault point of an organisation's joining a channel that is in use, and of the
// undoing of that, and starts it again.
import { readFileSync } from "node:fs";
import path from "node:path";
import { validateNetwork, type NetworkFile } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectGone } from "./support/expectations.ts";
import { exitingContract, Heddle, networkFile } from "./support/heddle.ts";
import { verifyLedger } from "./support/ledger.ts";
import { faultPoints } from "./support/points.ts";
import { until } from "./support/processes.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A network whose second organisation is a member of its channel, or not. */
function fileOf(name: string, members: readonly string[]): NetworkFile {
  const file = structuredClone(networkFile(name, "consortium"));
  for (const channel of file.spec.channels) channel.members = [...members];
  return validateNetwork(file);
}

/** As before, with one more chaincode that does not run. */
function failing(file: NetworkFile): NetworkFile {
  const copy = structuredClone(file);
  const [tiny] = copy.spec.chaincodes;
  if (tiny !== undefined) copy.spec.chaincodes.push({ ...tiny, name: "broken", source: { path: exitingContract } });
  return copy;
}

const [alone, both] = [["Org1"], ["Org1", "Org2"]];
const forward = (await faultPoints("network.apply", fileOf("any", alone), { spec: fileOf("any", both) })).forward;
const backward = (await faultPoints("network.apply", fileOf("any", alone), { spec: failing(fileOf("any", both)) })).backward;

const heddle = new Heddle();
afterAll(() => heddle.dispose());

async function create(name: string): Promise<void> {
  const client = await heddle.up();
  const { operation } = await client.createNetwork({ body: { spec: fileOf(name, alone) } });
  await heddle.succeeded(operation.id);
}

async function untilCalls(name: string): Promise<void> {
  await until("an answer of the chaincode", () =>
    heddle.get(name, "key").then(
      () => true,
      () => false,
    ),
  );
}

/** Channels of a node, as devnet keeps them. */
function joinedBy(name: string, node: string): readonly string[] {
  const kept = JSON.parse(readFileSync(path.join(heddle.home, "networks", name, "data", "membership.json"), "utf8")) as Record<
    string,
    string[]
  >;
  return kept[node] ?? [];
}

/** Submits as the second organisation, whose endorsement the channel asks for as soon as it is a member. */
async function submitAsSecond(name: string): Promise<string> {
  const { code } = await heddle.client.submitTransaction({
    params: { name, chaincode: "tiny" },
    body: { organization: "Org2", function: "put", args: ["key", "second"] },
  });
  return code;
}

it("lists the points that are walked", () => {
  expect(forward.length).toBeGreaterThan(12);
  expect(
    forward.filter((point) => point.includes("/join:peer0.org2") || point.includes("/arrive:") || point.includes("/adopt:")).length,
  ).toBe(9);
  expect(backward.length).toBeGreaterThan(6);
  console.log([...forward, ...backward].join("\n"));
});

describe("the server is killed while an organisation joins", () => {
  it.each(forward.map((point, index) => [point, `join${index}`]))("at %s: it is a member, with every block", async (point, name) => {
    await create(name);
    const before = await heddle.put(name, "key", "before");
    await heddle.killedAt(point, () => heddle.client.applyNetwork({ params: { name }, body: { spec: fileOf(name, both) } }));
    const operation = await heddle.lastOperation(name);
    expect(operation.kind).toBe("network.apply");
    await heddle.succeeded(operation.id);
    await untilCalls(name);
    expect(await submitAsSecond(name)).toBe("VALID");
    const { codes } = await verifyLedger(heddle.client, name, "main", "Org2");
    expect(codes.get(before)).toBe("VALID");
    const { spec } = await heddle.client.getNetwork({ params: { name } });
    expect((spec as NetworkFile).spec.channels[0]?.members).toEqual(both);
    const deletion = await heddle.delete(name);
    expectGone(heddle, name, [deletion.id]);
  });
});

describe("the server is killed while a joining that failed is undone", () => {
  const name = "alone";
  beforeAll(() => create(name));

  it.each(backward)("at %s: the organisation is no member", async (point) => {
    const { operation } = await heddle.client.applyNetwork({ params: { name }, body: { spec: failing(fileOf(name, both)) } });
    expect((await heddle.over(operation.id)).error).toMatchObject({ code: "RUNTIME_CHAINCODE_FAILED" });
    await heddle.killedAt(point, () => heddle.client.cancelOperation({ params: { id: operation.id } }));
    expect(await heddle.over(operation.id)).toMatchObject({ state: "cancelled" });
    await untilCalls(name);
    // One endorsement is enough again, and the second organisation's peer has no such channel.
    const id = await heddle.put(name, "key", point);
    const { codes } = await verifyLedger(heddle.client, name, "main", "Org1");
    expect(codes.get(id)).toBe("VALID");
    expect(joinedBy(name, "peer0.org1.example.com")).toEqual(["main"]);
    expect(joinedBy(name, "peer0.org2.example.com")).toEqual([]);
    const { spec, state } = await heddle.client.getNetwork({ params: { name } });
    expect([(spec as NetworkFile).spec.channels[0]?.members, state]).toEqual([alone, "ready"]);
  });
});
