import { status } from "@grpc/grpc-js";
import { CommitError, CommitStatusError, EndorseError, GatewayError, StatusCode, type Contract } from "@hyperledger/fabric-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { open, text, type Connection } from "./support/client.ts";
import { CHAINCODE, CHANNEL, fixture, startNetwork } from "./support/network.ts";
import { namesPeer, refusal } from "./support/refusal.ts";

describe("errors of the official client", () => {
  let network: TestNetwork;
  let one: Connection;
  let two: Connection;

  beforeAll(async () => {
    network = await startNetwork({ deploy: { perOrganization: true } });
    one = open(network, 1);
    two = open(network, 2);
  });
  afterAll(async () => {
    one.close();
    two.close();
    await network.close();
  });

  describe("what chaincode throws", () => {
    it("comes back from an evaluation with the peer that said it", async () => {
      const error = await refusal(GatewayError, one.contract.evaluateTransaction("fail", "no such lot"));
      expect(error).toMatchObject({
        code: status.UNKNOWN,
        details: [namesPeer(network, 1, "chaincode response 500, no such lot")],
      });
      expect(error.message).toBe("2 UNKNOWN: evaluate call to endorser returned error: chaincode response 500, no such lot");
      expect(error.cause.code).toBe(status.UNKNOWN);
    });

    it("comes back from a submit as an EndorseError", async () => {
      const error = await refusal(EndorseError, two.contract.submitTransaction("fail", "no such lot"));
      expect(error).toMatchObject({
        code: status.ABORTED,
        details: [namesPeer(network, 2, "chaincode response 500, no such lot")],
      });
      expect(error.message).toBe("10 ABORTED: failed to endorse transaction, see attached details for more info");
      expect(error.transactionId).toMatch(/^[0-9a-f]{64}$/);
    });

    it("comes back from the organisation in which it was thrown", async () => {
      const error = await refusal(EndorseError, one.contract.submitTransaction("failIn", "Org2MSP", "not here"));
      expect(error).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 2, "chaincode response 500, not here")] });
      expect(error.message).toBe("10 ABORTED: failed to collect enough transaction endorsements, see attached details for more info");
      expect(text(await one.contract.evaluateTransaction("failIn", "Org2MSP", "not here"))).toBe("Org2MSP");
    });

    it("comes back from all the organisations that the client named", async () => {
      const call = { arguments: ["everywhere"], endorsingOrganizations: ["Org1MSP", "Org2MSP"] };
      const error = await refusal(EndorseError, one.contract.submit("fail", call));
      expect(error.code).toBe(status.ABORTED);
      expect(error.details.toSorted((a, b) => (a.mspId < b.mspId ? -1 : 1))).toEqual([
        namesPeer(network, 1, "chaincode response 500, everywhere"),
        namesPeer(network, 2, "chaincode response 500, everywhere"),
      ]);
    });
  });

  it("says that peers do not agree", async () => {
    const error = await refusal(EndorseError, one.contract.submitTransaction("differ"));
    expect(error).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 2, "ProposalResponsePayloads do not match")] });
    expect(error.message).toBe("10 ABORTED: failed to collect enough transaction endorsements, see attached details for more info");
    const named = { endorsingOrganizations: ["Org1MSP", "Org2MSP"] };
    const both = await refusal(EndorseError, one.contract.submit("differ", named));
    expect(both).toMatchObject({ code: status.ABORTED, details: [{ message: "ProposalResponsePayloads do not match" }] });
    expect(text(await one.contract.evaluateTransaction("get", "differ"))).toBe("");
    // Each evaluates as it likes, where the client says.
    expect(text(await one.contract.evaluateTransaction("differ"))).toBe("Org1MSP");
    expect(text(await one.contract.evaluate("differ", { endorsingOrganizations: ["Org2MSP"] }))).toBe("Org2MSP");
  });

  describe("what is not there", () => {
    const cases: readonly [string, (connection: Connection) => Contract, { evaluate: [number, string]; endorse: [number, string] }][] = [
      [
        "a chaincode",
        ({ network: channel }) => channel.getContract("missing"),
        {
          evaluate: [status.FAILED_PRECONDITION, `no peers available to evaluate chaincode missing in channel ${CHANNEL}`],
          endorse: [
            status.FAILED_PRECONDITION,
            `no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode missing in channel ${CHANNEL}`,
          ],
        },
      ],
      [
        "a channel",
        ({ gateway }) => gateway.getNetwork("nowhere").getContract(CHAINCODE),
        {
          evaluate: [status.UNAVAILABLE, "failed to get config for channel [nowhere]: could not get last config for channel nowhere"],
          endorse: [
            status.FAILED_PRECONDITION,
            `no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode ${CHAINCODE} in channel nowhere`,
          ],
        },
      ],
    ];
    it.each(cases)("%s", async (_what, contractOf, { evaluate, endorse }) => {
      const contract = contractOf(one);
      const evaluating = await refusal(GatewayError, contract.evaluateTransaction("get", "a"));
      expect([evaluating.code, evaluating.cause.details, evaluating.details]).toEqual([...evaluate, []]);
      const endorsing = await refusal(EndorseError, contract.submitTransaction("put", "a", "1"));
      expect([endorsing.code, endorsing.cause.details, endorsing.details]).toEqual([...endorse, []]);
    });

    it("a function", async () => {
      const error = await refusal(GatewayError, one.contract.evaluateTransaction("noSuchFunction"));
      expect(error.code).toBe(status.UNKNOWN);
      expect(error.details[0]?.message).toContain("noSuchFunction");
    });

    it("an organisation", async () => {
      const call = { arguments: ["a", "1"], endorsingOrganizations: ["Org1MSP", "Org8MSP", "Org9MSP"] };
      const error = await refusal(EndorseError, one.contract.submit("put", call));
      expect(error.code).toBe(status.UNAVAILABLE);
      expect(error.cause.details).toBe("failed to find any endorsing peers for org(s): Org8MSP, Org9MSP");
      const evaluating = await refusal(
        GatewayError,
        one.contract.evaluate("get", { arguments: ["a"], endorsingOrganizations: ["Org9MSP"] }),
      );
      expect(evaluating.code).toBe(status.FAILED_PRECONDITION);
      expect(evaluating.cause.details).toBe(`no peers available to evaluate chaincode ${CHAINCODE} in channel ${CHANNEL}`);
    });

    it("a block, asked of a system chaincode", async () => {
      const error = await refusal(GatewayError, one.network.getContract("qscc").evaluateTransaction("GetBlockByNumber", CHANNEL, "100000"));
      const message = "chaincode response 500, Failed to get block number 100000, error no such block number [100000] in index";
      expect(error).toMatchObject({ code: status.UNKNOWN, details: [namesPeer(network, 1, message)] });
    });

    it("a peer of the gateway's organisation with this chaincode, where transient data must not leave it", async () => {
      await network.deployAt(2, "theirs", { folder: fixture, endorsementPolicy: "OR('Org2MSP.peer')" });
      const theirs = one.network.getContract("theirs");
      const transientData = { secret: Buffer.from("s") };
      expect(text(await theirs.evaluateTransaction("transient", "secret"))).toBe("");
      const evaluating = await refusal(GatewayError, theirs.evaluate("transient", { arguments: ["secret"], transientData }));
      expect(evaluating.code).toBe(status.FAILED_PRECONDITION);
      expect(evaluating.cause.details).toBe(
        `no endorsers found in the gateway's organization; retry specifying target organization(s) to protect transient data: no peers available to evaluate chaincode theirs in channel ${CHANNEL}`,
      );
      const endorsing = await refusal(EndorseError, theirs.submit("transient", { arguments: ["secret"], transientData }));
      expect(endorsing.code).toBe(status.FAILED_PRECONDITION);
      expect(endorsing.cause.details).toBe(
        "no endorsers found in the gateway's organization; retry specifying endorsing organization(s) to protect transient data",
      );
      expect(text(await theirs.submitTransaction("put", "a", "1"))).toBe("1");
      const allowed = { arguments: ["secret"], transientData, endorsingOrganizations: ["Org2MSP"] };
      expect(text(await theirs.submit("transient", allowed))).toBe("s");
    });
  });

  // The client exports SubmitError as a type only.
  const submitError = async (call: Promise<unknown>): Promise<GatewayError & { transactionId?: string }> => {
    const error = await refusal(GatewayError, call);
    expect(error.constructor.name).toBe("SubmitError");
    return error;
  };

  /** Bytes that name another channel, of the same length. */
  const elsewhere = (bytes: Uint8Array): Buffer =>
    Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll(CHANNEL, "trbde"), "latin1");

  it("a transaction for a channel that is not there is a SubmitError", async () => {
    const endorsed = await one.contract.newProposal("put", { arguments: ["a", "1"] }).endorse();
    const error = await submitError(one.gateway.newTransaction(elsewhere(endorsed.getBytes())).submit());
    expect(error.code).toBe(status.FAILED_PRECONDITION);
    expect(error.cause.details).toBe("failed to get config for channel [trbde]: could not get last config for channel trbde");
    expect(error.transactionId).toBe(endorsed.getTransactionId());
  });

  it("a transaction that is too large for the orderer is a SubmitError", async () => {
    const error = await submitError(one.contract.submitTransaction("putLarge", "large", String(11 * 1024 * 1024)));
    expect(error.code).toBe(status.ABORTED);
    expect(error.cause.details).toMatch(
      /^received unsuccessful response from orderer: status=BAD_REQUEST, info=message payload is \d+ bytes and exceeds maximum allowed 10485760 bytes$/,
    );
    expect(error.details).toEqual([]);
  });

  it("a transaction that was changed after it was signed is a SubmitError", async () => {
    const endorsed = await one.contract.newProposal("put", { arguments: ["honest", "1"] }).endorse();
    const error = await submitError(one.gateway.newSignedTransaction(endorsed.getBytes(), Buffer.alloc(70, 1)).submit());
    expect(error.code).toBe(status.ABORTED);
    expect(error.cause.details).toBe(
      "received unsuccessful response from orderer: status=FORBIDDEN, info=implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' sub-policies to be satisfied: permission denied",
    );
  });

  it("a status that cannot be had is a CommitStatusError", async () => {
    const submitted = await one.contract.submitAsync("put", { arguments: ["status", "1"] });
    const error = await refusal(CommitStatusError, one.gateway.newCommit(elsewhere(submitted.getBytes())).getStatus());
    expect(error.code).toBe(status.PERMISSION_DENIED);
    expect(error.cause.details).toBe("Failed to get policy manager for channel [trbde]");
    expect(error.transactionId).toBe(submitted.getTransactionId());
  });

  it("a transaction that is committed as invalid is a CommitError, and its status says so too", async () => {
    const call = { arguments: ["policy", "1"], endorsingOrganizations: ["Org1MSP"] };
    const error = await refusal(CommitError, one.contract.submit("put", call));
    expect(error.code).toBe(StatusCode.ENDORSEMENT_POLICY_FAILURE);
    const submitted = await one.contract.submitAsync("put", call);
    expect(await submitted.getStatus()).toMatchObject({ code: StatusCode.ENDORSEMENT_POLICY_FAILURE, successful: false });
  });

  it("events of a channel that is not there", async () => {
    const events = one.gateway.getNetwork("nowhere").getChaincodeEvents(CHAINCODE);
    const error = await refusal(
      GatewayError,
      events.then((stream) => stream[Symbol.asyncIterator]().next()),
    );
    expect(error.code).toBe(status.PERMISSION_DENIED);
    expect(error.cause.details).toBe("Failed to get policy manager for channel [nowhere]");
  });
});
