import { isHeddleError } from "@heddle/network";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestNetwork } from "./support/network.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

describe("a network of two organisations", () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await TestNetwork.start();
    await network.deploy();
  });
  afterAll(() => network.close());

  const call = (...args: string[]) => ({ channelId: "trade", chaincode: "basic", args });

  it("commits a transaction endorsed by both organisations and evaluates on either peer", async () => {
    const { user } = network.organization(1);
    const submitted = await network.gateway(1).submit(call("put", "a", "1"), user);
    expect(text(submitted.result)).toBe("1");
    expect(text(await network.gateway(1).evaluate(call("get", "a"), user))).toBe("1");
    expect(text(await network.gateway(2).evaluate(call("get", "a"), network.organization(2).user))).toBe("1");
  });

  it("knows the channel, the installed package and the committed definition", async () => {
    const { client, admin } = network.organization(2);
    expect(await client.channels(admin)).toEqual(["trade"]);
    const [installed] = await client.installedChaincodes(admin);
    expect(installed).toMatchObject({
      label: "basic_1.0",
      references: [{ channel: "trade", chaincode: "basic", version: "1.0" }],
    });
    expect(await client.committedChaincodes("trade", admin)).toMatchObject([{ name: "basic", version: "1.0", sequence: 1 }]);
    expect(await network.participation().list()).toEqual(["trade"]);
  });

  it("gives chaincode ranges, pages and history", async () => {
    const gateway = network.gateway(1);
    const { user } = network.organization(1);
    await gateway.submit(call("putMany", "k", "250"), user);
    const keys = JSON.parse(text(await gateway.evaluate(call("range", "k", "l"), user))) as string[];
    expect(keys).toHaveLength(250);
    expect(keys).toEqual(keys.toSorted());
    const page = JSON.parse(text(await gateway.evaluate(call("page", "k", "l", "100", ""), user))) as { keys: string[]; bookmark: string };
    expect(page.keys).toHaveLength(100);
    expect(page.bookmark).toBe("k00100");
    await gateway.submit(call("put", "h", "first"), user);
    await gateway.submit(call("put", "h", "second"), user);
    await gateway.submit(call("remove", "h"), user);
    const history = JSON.parse(text(await gateway.evaluate(call("history", "h"), user))) as Array<{ value: string; isDelete: boolean }>;
    expect(history.map(({ value, isDelete }) => [value, isDelete])).toEqual([
      ["", true],
      ["second", false],
      ["first", false],
    ]);
  });

  it("commits one of two transactions that read and write the same key", async () => {
    const gateway = network.gateway(1);
    const { user } = network.organization(1);
    await gateway.submit(call("put", "n", "0"), user);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => gateway.submit(call("add", "n", "1"), user)));
    const committed = outcomes.filter(({ status }) => status === "fulfilled").length;
    const refused = outcomes.filter(
      (outcome) => outcome.status === "rejected" && isHeddleError(outcome.reason, "FABRIC_TRANSACTION_INVALID"),
    ).length;
    expect(committed + refused).toBe(8);
    expect(Number(text(await gateway.evaluate(call("get", "n"), user)))).toBe(committed);
  });

  it("does not endorse a result that differs between peers", async () => {
    await expect(network.gateway(1).submit(call("differ"), network.organization(1).user)).rejects.toMatchObject({ code: "FABRIC_REFUSED" });
  });

  it("names the failing peer", async () => {
    await expect(network.gateway(1).evaluate(call("fail", "no such lot"), network.organization(1).user)).rejects.toMatchObject({
      code: "FABRIC_REFUSED",
      problems: [{ path: expect.stringContaining("Org1MSP") as string, message: expect.stringContaining("no such lot") as string }],
    });
  });

  it("refuses private data and rich queries clearly", async () => {
    const gateway = network.gateway(1);
    const { user } = network.organization(1);
    await expect(gateway.evaluate(call("privatePut", "secrets", "a", "1"), user)).rejects.toMatchObject({ code: "FABRIC_REFUSED" });
    await expect(gateway.evaluate(call("richQuery", "{}"), user)).rejects.toMatchObject({ code: "FABRIC_REFUSED" });
  });

  it("does not let another organisation's member administer a peer", async () => {
    await expect(network.organization(1).client.channels(network.organization(2).admin)).rejects.toMatchObject({ code: "FABRIC_REFUSED" });
    await expect(network.organization(1).client.joinChannel(network.genesis, network.organization(1).user)).rejects.toMatchObject({
      code: "FABRIC_REFUSED",
    });
  });
});
