import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Harness } from "./support/harness.ts";

let harness: Harness;
const net = "served";
beforeAll(async () => {
  harness = await Harness.open();
  await harness.create("consortium", net, {
    change(spec) {
      spec.channels?.push({ name: "second", members: ["Org2"] });
      spec.chaincodes?.push({ name: "tiny", channel: "second", source: { scenario: "tiny" } });
      spec.chaincodes?.push({ name: "only", channel: "second", source: { scenario: "tiny" } });
    },
  });
});
afterAll(() => harness.close());

describe("services of a network", () => {
  it("list nodes and chaincode with their addresses and what they use", async () => {
    const nodes = await harness.services.nodes(net);
    expect(nodes.map(({ name, kind, state }) => `${kind} ${name} ${state}`)).toEqual([
      "orderer orderer0.example.com running",
      "peer peer0.org1.example.com running",
      "peer peer0.org2.example.com running",
      "chaincode only_1.0 running",
      "chaincode tiny_1.0 running",
    ]);
    expect(nodes[1]).toMatchObject({
      mspId: "Org1MSP",
      organization: "Org1",
      operations: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
    });
    expect(nodes[0]).toMatchObject({ mspId: "OrdererMSP", admin: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string });
  });

  it("call chaincode where channel, organisation and user follow from the network", async () => {
    const { block } = await harness.services.submit(net, "only", { function: "put", args: ["a", "1"] });
    expect(block).toBeGreaterThan(0);
    expect(await harness.evaluate(net, "only", "get", "a")).toBe("1");
  });

  it.each([
    ["OPERATION_CHANNEL_AMBIGUOUS", "tiny", {}],
    ["OPERATION_CHANNEL_UNKNOWN", "tiny", { channel: "third" }],
    ["OPERATION_CHAINCODE_MISSING", "other", {}],
    ["OPERATION_ORGANIZATION_UNKNOWN", "only", { organization: "Org9" }],
    ["OPERATION_USER_UNKNOWN", "only", { user: "nobody" }],
    ["FABRIC_REFUSED", "only", { function: "none" }],
  ])("refuse with %s, and say what to do", async (code, chaincode, change) => {
    const call = { function: "get", args: ["a"], ...change };
    const expected = { code, next: expect.stringMatching(/\w/) as string };
    await expect(harness.services.evaluate(net, chaincode, call)).rejects.toMatchObject(expected);
    await expect(harness.services.submit(net, chaincode, call)).rejects.toMatchObject(expected);
  });

  it("refuse a network that is not there or has no place", async () => {
    await expect(harness.services.nodes("nowhere")).rejects.toMatchObject({ code: "STORE_NETWORK_NOT_FOUND" });
    await harness.store.networks.insert({ name: "row", spec: {}, runtime: "embedded", state: "creating" });
    await expect(harness.services.nodes("row")).rejects.toMatchObject({ code: "OPERATION_NETWORK_NOT_PLACED" });
    await harness.store.networks.delete("row");
  });

  it("reach nodes that have come back at once, not when the connection's patience is over", async () => {
    await harness.kill(net, "devnet");
    await expect(harness.evaluate(net, "only", "get", "a")).rejects.toMatchObject({ code: "FABRIC_UNREACHABLE" });
    const { place } = await harness.world.network(net);
    expect(await harness.world.revive(place)).toEqual(["nodes"]);
    expect(await harness.evaluate(net, "only", "get", "a")).toBe("1");
  });
});
