import { CommitError, EndorseError, StatusCode, type Transaction } from "@hyperledger/fabric-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { take, transactionsOf } from "./support/blocks.ts";
import { open, text, type Connection } from "./support/client.ts";
import { startNetwork } from "./support/network.ts";
import { namesPeer, refusal } from "./support/refusal.ts";

describe("transactions that are committed as invalid", () => {
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

  const endorse = (name: string, ...args: string[]): Promise<Transaction> => one.contract.newProposal(name, { arguments: args }).endorse();

  /** Orders a transaction, waits for it and checks that its block says the same as the status. */
  async function codeOf(transaction: Transaction): Promise<number> {
    const commit = await transaction.submit();
    const { code, successful, blockNumber } = await commit.getStatus();
    expect(successful).toBe(code === StatusCode.VALID);
    const events = await two.network.getFilteredBlockEvents({ startBlock: blockNumber });
    const [block] = await take(events, 1);
    events.close();
    const listed = block?.getFilteredTransactionsList().find((one) => one.getTxid() === transaction.getTransactionId());
    expect(listed?.getTxValidationCode()).toBe(code);
    return code;
  }

  it("MVCC_READ_CONFLICT: a key that was read has changed", async () => {
    await one.contract.submitTransaction("put", "n", "1");
    const [first, second] = await Promise.all([endorse("add", "n", "10"), endorse("add", "n", "100")]);
    expect(await codeOf(first)).toBe(StatusCode.VALID);
    expect(await codeOf(second)).toBe(StatusCode.MVCC_READ_CONFLICT);
    expect(text(await two.contract.evaluateTransaction("get", "n"))).toBe("11");
  });

  it("MVCC_READ_CONFLICT: a key that was not there has come, or gone", async () => {
    const [first, second] = await Promise.all([endorse("add", "new", "1"), endorse("add", "new", "1")]);
    expect([await codeOf(first), await codeOf(second)]).toEqual([StatusCode.VALID, StatusCode.MVCC_READ_CONFLICT]);
    const [remove, add] = await Promise.all([endorse("remove", "new"), endorse("add", "new", "1")]);
    expect([await codeOf(remove), await codeOf(add)]).toEqual([StatusCode.VALID, StatusCode.MVCC_READ_CONFLICT]);
    // Two that only write do not conflict.
    const [left, right] = await Promise.all([endorse("put", "blind", "1"), endorse("put", "blind", "2")]);
    expect([await codeOf(left), await codeOf(right)]).toEqual([StatusCode.VALID, StatusCode.VALID]);
  });

  it("PHANTOM_READ_CONFLICT: a key has come into a range, gone from it, or changed in it", async () => {
    await Promise.all(["p1", "p2", "p3"].map((key) => one.contract.submitTransaction("put", key, "1")));
    for (const change of [() => endorse("put", "p25", "1"), () => endorse("remove", "p2"), () => endorse("put", "p3", "2")]) {
      const [changed, counted] = await Promise.all([change(), endorse("countInto", "p", "q", "count")]);
      expect(await codeOf(changed)).toBe(StatusCode.VALID);
      expect(await codeOf(counted)).toBe(StatusCode.PHANTOM_READ_CONFLICT);
    }
    const [outside, counted] = await Promise.all([endorse("put", "r1", "1"), endorse("countInto", "p", "q", "count")]);
    expect([await codeOf(outside), await codeOf(counted)]).toEqual([StatusCode.VALID, StatusCode.VALID]);
    expect(text(await one.contract.evaluateTransaction("get", "count"))).toBe("3");
  });

  it("PHANTOM_READ_CONFLICT: also in a range so long that it is recorded as a tree of hashes", async () => {
    await one.contract.submitTransaction("putMany", "m", "250");
    const [changed, counted] = await Promise.all([endorse("put", "m00123x", "1"), endorse("countInto", "m", "n", "count")]);
    expect([await codeOf(changed), await codeOf(counted)]).toEqual([StatusCode.VALID, StatusCode.PHANTOM_READ_CONFLICT]);
    expect(await codeOf(await endorse("countInto", "m", "n", "count"))).toBe(StatusCode.VALID);
  });

  it("within one block, the first of several wins", async () => {
    await one.contract.submitTransaction("put", "race", "0");
    const endorsed = await Promise.all(Array.from({ length: 6 }, () => endorse("add", "race", "1")));
    const commits = await Promise.all(endorsed.map((transaction) => transaction.submit()));
    const codes = (await Promise.all(commits.map((commit) => commit.getStatus()))).map(({ code }) => code);
    expect(codes.filter((code) => code === StatusCode.VALID)).toHaveLength(1);
    expect(codes.filter((code) => code === StatusCode.MVCC_READ_CONFLICT)).toHaveLength(5);
    expect(text(await one.contract.evaluateTransaction("get", "race"))).toBe("1");
  });

  it("ENDORSEMENT_POLICY_FAILURE: one organisation endorsed where both have to", async () => {
    const call = { arguments: ["policy", "1"], endorsingOrganizations: ["Org2MSP"] };
    const error = await refusal(CommitError, one.contract.submit("put", call));
    expect(error.code).toBe(StatusCode.ENDORSEMENT_POLICY_FAILURE);
    expect(error.transactionId).toMatch(/^[0-9a-f]{64}$/);
    expect(error.message).toContain("ENDORSEMENT_POLICY_FAILURE");
    expect(text(await one.contract.evaluateTransaction("get", "policy"))).toBe("");
  });

  it("DUPLICATE_TXID: a transaction that is sent again changes nothing and keeps its status", async () => {
    await one.contract.submitTransaction("put", "again", "0");
    const transaction = await endorse("add", "again", "1");
    expect(await codeOf(transaction)).toBe(StatusCode.VALID);
    const commit = await transaction.submit();
    expect(await commit.getStatus()).toMatchObject({ code: StatusCode.VALID });
    const { blockNumber } = await (await one.contract.submitAsync("put", { arguments: ["after", "1"] })).getStatus();
    const events = await one.network.getBlockEvents({ startBlock: 0n });
    const all = (await take(events, Number(blockNumber) + 1)).flatMap(transactionsOf);
    events.close();
    // Peers know the transaction too, and do not endorse it again.
    const proposal = one.contract.newProposal("add", { arguments: ["again", "1"] });
    const endorsed = await proposal.endorse();
    await (await endorsed.submit()).getStatus();
    const duplicate = `duplicate transaction found [${proposal.getTransactionId()}]. Creator [`;
    const error = await refusal(EndorseError, proposal.endorse());
    expect(error.details).toEqual([namesPeer(network, 1, expect.stringContaining(duplicate))]);
    const codes = all.filter(({ txId }) => txId === transaction.getTransactionId()).map(({ code }) => code);
    expect(codes).toEqual([StatusCode.VALID, StatusCode.DUPLICATE_TXID]);
    expect(text(await one.contract.evaluateTransaction("get", "again"))).toBe("2");
  });
});
