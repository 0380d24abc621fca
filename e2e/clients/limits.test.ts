import { status } from "@grpc/grpc-js";
import { GatewayError } from "@hyperledger/fabric-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { take } from "./support/blocks.ts";
import { open, statusRequest, text, userOf, type Connection } from "./support/client.ts";
import { CHAINCODE, startNetwork } from "./support/network.ts";
import { refusal } from "./support/refusal.ts";

/** Calls of the gateway service that a peer serves at one time (core.yaml: peer.limits.concurrency.gatewayService). */
const PLACES = 500;
const FULL = `too many requests for /gateway.Gateway, exceeding concurrency limit (${PLACES})`;

describe("a gateway that is asked too much at one time", () => {
  let network: TestNetwork;
  let one: Connection;
  /** The same user at the other organisation's gateway, which has places of its own. */
  let elsewhere: Connection;

  beforeAll(async () => {
    network = await startNetwork();
    one = open(network, 1);
    elsewhere = open(network, 2, { as: userOf(network, 1) });
    await one.contract.submitTransaction("emit", "Before", "1");
  });
  afterAll(async () => {
    one.close();
    elsewhere.close();
    await network.close();
  });

  it("refuses calls and streams until there is a place again, and streams of blocks not at all", async () => {
    const transaction = await one.contract.newProposal("put", { arguments: ["awaited", "1"] }).endorse();
    const question = statusRequest(userOf(network, 1), transaction.getTransactionId());
    const waiting = Array.from({ length: PLACES + 1 }, () => one.gateway.newCommit(question).getStatus());
    // The first answer is the refusal of the one that is too many.
    const tooMany = await refusal(GatewayError, Promise.race(waiting));
    expect([tooMany.code, tooMany.cause.details]).toEqual([status.UNKNOWN, FULL]);
    const refused = await refusal(GatewayError, one.contract.evaluateTransaction("get", "a"));
    expect([refused.code, refused.cause.details]).toEqual([status.UNKNOWN, FULL]);
    const stream = await refusal(
      GatewayError,
      one.network.getChaincodeEvents(CHAINCODE).then((events) => take(events, 1)),
    );
    expect([stream.code, stream.cause.details]).toEqual([status.UNKNOWN, FULL]);
    const blocks = await one.network.getBlockEvents({ startBlock: 0n });
    expect(await take(blocks, 1)).toHaveLength(1);
    blocks.close();

    await elsewhere.gateway.newTransaction(transaction.getBytes()).submit();
    const statuses = (await Promise.allSettled(waiting)).filter((outcome) => outcome.status === "fulfilled");
    expect(statuses).toHaveLength(PLACES);
    expect(statuses.every(({ value }) => value.successful)).toBe(true);
    expect(text(await one.contract.evaluateTransaction("get", "awaited"))).toBe("1");
    const events = await one.network.getChaincodeEvents(CHAINCODE, { startBlock: 0n });
    expect(await take(events, 1)).toHaveLength(1);
    events.close();
  });
});
