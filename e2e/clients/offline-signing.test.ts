import { createHash, createPrivateKey } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { connect, EndorseError, GatewayError, signers, StatusCode, type Gateway, type Signer } from "@hyperledger/fabric-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { numberOf, take } from "./support/blocks.ts";
import { asIdentity, dial, text, userOf } from "./support/client.ts";
import { CHAINCODE, CHANNEL, startNetwork } from "./support/network.ts";
import { namesPeer, refusal } from "./support/refusal.ts";

describe("off-line signing", () => {
  let network: TestNetwork;
  let client: ReturnType<typeof dial>;
  /** Knows the certificate, not the key. */
  let gateway: Gateway;
  let sign: Signer;

  beforeAll(async () => {
    network = await startNetwork();
    client = dial(network, 1);
    const user = userOf(network, 1);
    sign = signers.newPrivateKeySigner(createPrivateKey(user.privateKeyPem));
    gateway = connect({ client, identity: asIdentity(user) });
  });
  afterAll(async () => {
    gateway.close();
    client.close();
    await network.close();
  });

  const contract = () => gateway.getNetwork(CHANNEL).getContract(CHAINCODE);

  it("cannot do anything without signatures", async () => {
    await expect(contract().submitTransaction("put", "a", "1")).rejects.toThrow("No signing implementation");
    await expect(contract().evaluateTransaction("get", "a")).rejects.toThrow("No signing implementation");
  });

  it("signs an evaluation", async () => {
    const unsigned = contract().newProposal("whoAmI");
    const signed = gateway.newSignedProposal(unsigned.getBytes(), await sign(unsigned.getDigest()));
    expect(text(await signed.evaluate())).toMatch(/^Org1MSP /);
  });

  it("signs every step of a submit: proposal, transaction and commit status", async () => {
    const unsignedProposal = contract().newProposal("put", { arguments: ["offline", "1"] });
    const proposal = gateway.newSignedProposal(unsignedProposal.getBytes(), await sign(unsignedProposal.getDigest()));
    const unsignedTransaction = await proposal.endorse();
    expect(unsignedTransaction.getTransactionId()).toBe(unsignedProposal.getTransactionId());
    expect(text(unsignedTransaction.getResult())).toBe("1");
    const transaction = gateway.newSignedTransaction(unsignedTransaction.getBytes(), await sign(unsignedTransaction.getDigest()));
    const unsignedCommit = await transaction.submit();
    const commit = gateway.newSignedCommit(unsignedCommit.getBytes(), await sign(unsignedCommit.getDigest()));
    expect(await commit.getStatus()).toMatchObject({
      code: StatusCode.VALID,
      successful: true,
      transactionId: unsignedProposal.getTransactionId(),
    });
  });

  it("signs the request for chaincode events", async () => {
    await submit("emit", "Signed", "payload");
    const unsigned = gateway.getNetwork(CHANNEL).newChaincodeEventsRequest(CHAINCODE, { startBlock: 0n });
    const request = gateway.newSignedChaincodeEventsRequest(unsigned.getBytes(), await sign(unsigned.getDigest()));
    const events = await request.getEvents();
    const [event] = await take(events, 1);
    events.close();
    expect(event).toMatchObject({ eventName: "Signed", chaincodeName: CHAINCODE });
  });

  it("signs the requests for blocks, whole, filtered and with private data", async () => {
    const channel = gateway.getNetwork(CHANNEL);
    const whole = channel.newBlockEventsRequest({ startBlock: 0n });
    const blocks = await gateway.newSignedBlockEventsRequest(whole.getBytes(), await sign(whole.getDigest())).getEvents();
    expect((await take(blocks, 2)).map(numberOf)).toEqual([0, 1]);
    blocks.close();
    const reduced = channel.newFilteredBlockEventsRequest({ startBlock: 1n });
    const filtered = await gateway.newSignedFilteredBlockEventsRequest(reduced.getBytes(), await sign(reduced.getDigest())).getEvents();
    expect((await take(filtered, 2)).map((block) => block.getNumber())).toEqual([1, 2]);
    filtered.close();
    const complete = channel.newBlockAndPrivateDataEventsRequest({ startBlock: 0n });
    const signed = gateway.newSignedBlockAndPrivateDataEventsRequest(complete.getBytes(), await sign(complete.getDigest()));
    const withPrivateData = await signed.getEvents();
    expect((await take(withPrivateData, 1)).map((one) => numberOf(one.getBlock()))).toEqual([0]);
    withPrivateData.close();
  });

  it("is refused with somebody else's signature, at each step", async () => {
    const stranger = signers.newPrivateKeySigner(createPrivateKey(userOf(network, 2).privateKeyPem));
    const unsigned = contract().newProposal("put", { arguments: ["forged", "1"] });
    const forged = gateway.newSignedProposal(unsigned.getBytes(), await stranger(unsigned.getDigest()));
    const denied = `error validating proposal: access denied: channel [${CHANNEL}] creator org [Org1MSP]`;
    const endorsing = await refusal(EndorseError, forged.endorse());
    expect(endorsing).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 1, denied)] });
    const evaluating = await refusal(GatewayError, forged.evaluate());
    expect(evaluating).toMatchObject({ code: status.FAILED_PRECONDITION, details: [namesPeer(network, 1, denied)] });

    const proposal = gateway.newSignedProposal(unsigned.getBytes(), await sign(unsigned.getDigest()));
    const transaction = await proposal.endorse();
    const badTransaction = gateway.newSignedTransaction(transaction.getBytes(), await stranger(transaction.getDigest()));
    const submitting = await refusal(GatewayError, badTransaction.submit());
    expect(submitting.code).toBe(status.ABORTED);
    expect(submitting.cause.details).toBe(
      "received unsuccessful response from orderer: status=FORBIDDEN, info=implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' sub-policies to be satisfied: permission denied",
    );

    const good = await gateway.newSignedTransaction(transaction.getBytes(), await sign(transaction.getDigest())).submit();
    const badCommit = gateway.newSignedCommit(good.getBytes(), await stranger(good.getDigest()));
    const asking = await refusal(GatewayError, badCommit.getStatus());
    const noReader = `Failed evaluating policy on signed data during check policy on channel [${CHANNEL}] with policy [/Channel/Application/Readers]: [implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Readers' sub-policies to be satisfied]`;
    expect([asking.code, asking.cause.details]).toEqual([status.PERMISSION_DENIED, noReader]);

    const request = gateway.getNetwork(CHANNEL).newChaincodeEventsRequest(CHAINCODE, { startBlock: 0n });
    const badRequest = gateway.newSignedChaincodeEventsRequest(request.getBytes(), await stranger(request.getDigest()));
    const listening = await refusal(
      GatewayError,
      badRequest.getEvents().then((events) => take(events, 1)),
    );
    expect([listening.code, listening.cause.details]).toEqual([status.PERMISSION_DENIED, noReader]);

    const blocks = gateway.getNetwork(CHANNEL).newBlockEventsRequest({ startBlock: 0n });
    const badBlocks = gateway.newSignedBlockEventsRequest(blocks.getBytes(), await stranger(blocks.getDigest()));
    await expect(badBlocks.getEvents().then((events) => take(events, 1))).rejects.toThrow("Unexpected status response: 403");
  });

  it("leaves hashing to the signer when it is told to", async () => {
    const user = userOf(network, 1);
    const hashing: Signer = (message) => sign(createHash("sha256").update(message).digest());
    const raw = connect({ client, identity: asIdentity(user), signer: hashing, hash: (message) => message });
    expect(text(await raw.getNetwork(CHANNEL).getContract(CHAINCODE).submitTransaction("put", "raw", "1"))).toBe("1");
    raw.close();
  });

  async function submit(name: string, ...args: string[]): Promise<void> {
    const unsigned = contract().newProposal(name, { arguments: args });
    const endorsed = await gateway.newSignedProposal(unsigned.getBytes(), await sign(unsigned.getDigest())).endorse();
    const sent = await gateway.newSignedTransaction(endorsed.getBytes(), await sign(endorsed.getDigest())).submit();
    const commit = gateway.newSignedCommit(sent.getBytes(), await sign(sent.getDigest()));
    expect((await commit.getStatus()).successful).toBe(true);
  }
});
