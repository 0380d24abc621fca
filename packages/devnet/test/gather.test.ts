import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Expectations } from "../src/orderer/expectations.ts";
import { TestNetwork } from "./support/network.ts";

describe("what a chain expects", () => {
  it("counts what is being endorsed until it is submitted, given up or old", () => {
    let now = 0;
    const expectations = new Expectations(() => now);
    for (const txId of ["a", "b", "c"]) expectations.add(txId);
    expect(expectations.count).toBe(3);
    expectations.remove("b");
    expectations.remove("unknown");
    expect(expectations.count).toBe(2);
    now = 60;
    expectations.add("d");
    // Endorsed again, so it is as fresh as the other.
    expectations.add("a");
    now = 120;
    expect(expectations.count).toBe(2);
    now = 1000;
    expect(expectations.count).toBe(0);
  });
});

describe("a chain that cuts blocks at once", () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await TestNetwork.start();
    await network.deploy();
  });
  afterAll(() => network.close());

  const call = (...args: string[]) => ({ channelId: "trade", chaincode: "basic", args });

  it("gives transactions that come one after the other a block each", async () => {
    const { user } = network.organization(1);
    const gateway = network.gateway(1);
    const first = await gateway.submit(call("put", "one", "1"), user);
    const second = await gateway.submit(call("put", "two", "1"), user);
    expect(second.blockNumber).toBe(first.blockNumber + 1);
  });

  it("commits all of many at the same time, and goes on after some that could not be endorsed", async () => {
    const { user } = network.organization(1);
    const gateway = network.gateway(1);
    const keys = Array.from({ length: 40 }, (_, index) => `many-${index}`);
    const submitted = await Promise.all(keys.map((key) => gateway.submit(call("put", key, "1"), user)));
    expect(new Set(submitted.map(({ txId }) => txId)).size).toBe(keys.length);
    const failed = await Promise.allSettled(Array.from({ length: 8 }, () => gateway.submit(call("fail", "no"), user)));
    expect(failed.every(({ status }) => status === "rejected")).toBe(true);
    const last = Math.max(...submitted.map(({ blockNumber }) => blockNumber));
    expect((await gateway.submit(call("put", "after", "1"), user)).blockNumber).toBe(last + 1);
  });
});
