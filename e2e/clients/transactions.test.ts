import { StatusCode, type Contract, type ProposalOptions } from "@hyperledger/fabric-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { numberOf, take, transactionsOf } from "./support/blocks.ts";
import { open, text, type Connection } from "./support/client.ts";
import { fixture, startNetwork } from "./support/network.ts";
import { until } from "./support/until.ts";

describe("transactions of the official client", () => {
  let network: TestNetwork;
  let one: Connection;
  let two: Connection;

  beforeAll(async () => {
    network = await startNetwork();
    one = open(network, 1);
    two = open(network, 2);
  });
  afterAll(async () => {
    one.close();
    two.close();
    await network.close();
  });

  /** Who endorsed a transaction, as its block says. */
  async function endorsersOf(contract: Contract, name: string, options: ProposalOptions): Promise<readonly string[]> {
    const submitted = await contract.submitAsync(name, options);
    const { blockNumber, successful } = await submitted.getStatus();
    expect(successful).toBe(true);
    const [block] = await take(await one.network.getBlockEvents({ startBlock: blockNumber }), 1);
    const found = block === undefined ? undefined : transactionsOf(block).find(({ txId }) => txId === submitted.getTransactionId());
    return found?.endorsers ?? [];
  }

  /** Waits until a peer gives this value: peers commit each in its own time. */
  const reads = (contract: Contract, key: string, value: string): Promise<void> =>
    until(`${key} is there`, async () => {
      if (text(await contract.evaluateTransaction("get", key)) !== value) throw new Error(`${key} has another value`);
    });

  it("submits through one organisation's peer and evaluates on either", async () => {
    expect(text(await one.contract.submitTransaction("put", "a", "1"))).toBe("1");
    expect(text(await one.contract.evaluateTransaction("get", "a"))).toBe("1");
    await reads(two.contract, "a", "1");
    expect(text(await two.contract.submitTransaction("put", "a", "2"))).toBe("2");
    await reads(one.contract, "a", "2");
  });

  it("does not change the ledger when it evaluates", async () => {
    await one.contract.submitTransaction("put", "kept", "1");
    expect(text(await one.contract.evaluateTransaction("put", "kept", "2"))).toBe("2");
    expect(text(await one.contract.evaluateTransaction("get", "kept"))).toBe("1");
  });

  it("gives the result of an asynchronous submit at once and its status afterwards", async () => {
    const submitted = await one.contract.submitAsync("put", { arguments: ["async", "1"] });
    expect(text(submitted.getResult())).toBe("1");
    const status = await submitted.getStatus();
    expect(status).toMatchObject({ code: StatusCode.VALID, successful: true, transactionId: submitted.getTransactionId() });
    const [block] = await take(await one.network.getBlockEvents({ startBlock: status.blockNumber }), 1);
    expect(numberOf(block)).toBe(Number(status.blockNumber));
    expect(block === undefined ? [] : transactionsOf(block).map(({ txId }) => txId)).toContain(submitted.getTransactionId());
    // Asked again, and by a member of the other organisation at its own peer, the answer is the same.
    const again = two.gateway.newCommit(submitted.getBytes());
    expect(await again.getStatus()).toEqual(status);
  });

  it("goes step by step: proposal, endorsement, submit, commit", async () => {
    const proposal = one.contract.newProposal("put", { arguments: ["steps", "1"] });
    expect(text(await proposal.evaluate())).toBe("1");
    const transaction = await proposal.endorse();
    expect(transaction.getTransactionId()).toBe(proposal.getTransactionId());
    expect(text(transaction.getResult())).toBe("1");
    expect(text(await one.contract.evaluateTransaction("get", "steps"))).toBe("");
    const commit = await transaction.submit();
    expect(commit.getTransactionId()).toBe(proposal.getTransactionId());
    expect(await commit.getStatus()).toMatchObject({ successful: true });
    expect(text(await one.contract.evaluateTransaction("get", "steps"))).toBe("1");
  });

  it("takes the contract's name, bytes as arguments, and a megabyte", async () => {
    const named = one.network.getContract("clients", "Clients");
    const large = "é".repeat(512 * 1024);
    expect(text(await named.submitTransaction("put", Buffer.from("größe"), large))).toBe(large);
    await reads(two.network.getContract("clients", "Clients"), "größe", large);
  });

  it("shows the chaincode who calls", async () => {
    expect(text(await two.contract.evaluateTransaction("whoAmI"))).toMatch(/^Org2MSP x509::.*CN=app/);
  });

  it("hands transient data to the chaincode and keeps it out of the block", async () => {
    const transientData = { secret: Buffer.from("not for the ledger") };
    const submitted = await one.contract.submitAsync("transient", { arguments: ["secret"], transientData });
    expect(text(submitted.getResult())).toBe("not for the ledger");
    const { blockNumber, successful } = await submitted.getStatus();
    expect(successful).toBe(true);
    const [block] = await take(await one.network.getBlockEvents({ startBlock: blockNumber }), 1);
    const payloads = Buffer.from(block?.serializeBinary() ?? []);
    // What the chaincode itself answered is part of the transaction; the transient map is not.
    expect(payloads.includes("transient")).toBe(true);
    expect(payloads.toString("latin1").split("not for the ledger")).toHaveLength(2);
    expect(text(await one.contract.evaluate("transient", { arguments: ["secret"], transientData }))).toBe("not for the ledger");
  });

  it("has both organisations endorse where the policy wants both", async () => {
    const call = { arguments: ["both", "1"] };
    expect(await endorsersOf(one.contract, "put", call)).toEqual(["Org1MSP", "Org2MSP"]);
    expect(await endorsersOf(two.contract, "put", call)).toEqual(["Org1MSP", "Org2MSP"]);
  });

  it("has those endorse whom the client names", async () => {
    const endorsingOrganizations = ["Org2MSP", "Org1MSP"];
    expect(await endorsersOf(one.contract, "put", { arguments: ["named", "1"], endorsingOrganizations })).toEqual(["Org1MSP", "Org2MSP"]);
  });

  it("has one organisation endorse where the policy wants either", async () => {
    await network.deploy("either", { folder: fixture, endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')" });
    const either = one.network.getContract("either");
    expect(await endorsersOf(either, "put", { arguments: ["a", "1"] })).toEqual(["Org1MSP"]);
    const elsewhere = { arguments: ["a", "2"], endorsingOrganizations: ["Org2MSP"] };
    expect(await endorsersOf(either, "put", elsewhere)).toEqual(["Org2MSP"]);
    // A call of the other chaincode brings that one's policy with it.
    const calling = { arguments: ["clients", "", JSON.stringify(["put", "called", "1"])] };
    expect(await endorsersOf(either, "call", calling)).toEqual(["Org1MSP", "Org2MSP"]);
    await reads(two.contract, "called", "1");
  });

  it("commits what many submit at once", async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `many-${index}`);
    await Promise.all(keys.map((key, index) => (index % 2 === 0 ? one : two).contract.submitTransaction("put", key, key)));
    await Promise.all(keys.map((key) => reads(one.contract, key, key)));
    const values = await Promise.all(keys.map((key) => one.contract.evaluateTransaction("get", key)));
    expect(values.map(text)).toEqual(keys);
  });

  it("reads blocks and transactions through the system chaincodes", async () => {
    const submitted = await one.contract.submitAsync("put", { arguments: ["qscc", "1"] });
    await submitted.getStatus();
    const qscc = one.network.getContract("qscc");
    expect((await qscc.evaluateTransaction("GetChainInfo", "trade")).length).toBeGreaterThan(0);
    expect((await qscc.evaluateTransaction("GetBlockByTxID", "trade", submitted.getTransactionId())).length).toBeGreaterThan(0);
    expect((await one.network.getContract("cscc").evaluateTransaction("GetConfigBlock", "trade")).length).toBeGreaterThan(0);
  });
});
