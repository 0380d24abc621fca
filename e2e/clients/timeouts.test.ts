import { status } from "@grpc/grpc-js";
import { CommitStatusError, EndorseError, GatewayError } from "@hyperledger/fabric-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { take } from "./support/blocks.ts";
import { open, statusRequest, text, userOf, type Connection } from "./support/client.ts";
import { CHAINCODE, devnetOnly, onRealFabric, startNetwork } from "./support/network.ts";
import { DEADLINE_PASSED, namesPeer, refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

/** Call options whose deadline passes long before the chaincode answers. */
const soon = () => ({ deadline: Date.now() + 300 });
const LONG = "5000";

describe("deadlines of the client", () => {
  let network: TestNetwork;
  let hasty: Connection;
  let patient: Connection;

  beforeAll(async () => {
    network = await startNetwork({ deploy: { perOrganization: true } });
    const events = { chaincodeEventsOptions: soon, blockEventsOptions: soon };
    hasty = open(network, 1, { evaluateOptions: soon, endorseOptions: soon, commitStatusOptions: soon, ...events });
    patient = open(network, 1);
    // Connections and chaincode streams are there before time counts.
    await patient.contract.submitTransaction("put", "warm", "1");
    await until("the hasty client is connected", () => hasty.contract.evaluateTransaction("get", "warm"));
  });
  afterAll(async () => {
    hasty.close();
    patient.close();
    await network.close();
  });

  it("end an evaluation", async () => {
    expect(DEADLINE_PASSED).toContain((await refusal(GatewayError, hasty.contract.evaluateTransaction("sleep", LONG))).code);
  });

  it("end an endorsement, the first one and those after it", async () => {
    const first = await refusal(EndorseError, hasty.contract.submitTransaction("sleep", LONG));
    expect(DEADLINE_PASSED).toContain(first.code);
    const other = await refusal(EndorseError, hasty.contract.submitTransaction("sleepIn", "Org2MSP", LONG));
    expect(DEADLINE_PASSED).toContain(other.code);
  });

  it("end the wait for a commit that does not come", async () => {
    const never = statusRequest(userOf(network, 1), "0".repeat(64));
    const error = await refusal(CommitStatusError, hasty.gateway.newCommit(never).getStatus());
    expect(DEADLINE_PASSED).toContain(error.code);
  });

  it("end streams of events", async () => {
    const events = await hasty.network.getChaincodeEvents(CHAINCODE);
    expect(DEADLINE_PASSED).toContain((await refusal(GatewayError, take(events, 1))).code);
    const blocks = await hasty.network.getBlockEvents();
    expect(DEADLINE_PASSED).toContain((await refusal(GatewayError, take(blocks, 1))).code);
  });

  it("leave the peer and its chaincode at work for others", async () => {
    const waiting = hasty.contract.evaluateTransaction("sleep", LONG).catch((error: unknown) => error);
    expect(text(await patient.contract.submitTransaction("put", "meanwhile", "1"))).toBe("1");
    expect(await waiting).toBeInstanceOf(GatewayError);
    expect(text(await patient.contract.evaluateTransaction("get", "meanwhile"))).toBe("1");
  });
});

// Real peers take theirs from core.yaml, in seconds.
describe.skipIf(onRealFabric)(`timeouts of the peer${devnetOnly}`, () => {
  let network: TestNetwork;
  let one: Connection;

  beforeAll(async () => {
    network = await startNetwork({ deploy: { perOrganization: true }, timeouts: { endorsement: 500, execution: 2500 } });
    one = open(network, 1);
    await until("both peers have their chaincode", () => one.contract.submitTransaction("put", "warm", "1"));
  });
  afterAll(async () => {
    one.close();
    await network.close();
  });

  it("end the endorsement of another organisation's peer, by name", async () => {
    const error = await refusal(EndorseError, one.contract.submitTransaction("sleepIn", "Org2MSP", "2000"));
    const message = "rpc error: code = DeadlineExceeded desc = context deadline exceeded";
    expect(error).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 2, message)] });
  });

  it("do not end that of the gateway's own peer, which may take what its chaincode may", async () => {
    expect(text(await one.contract.evaluateTransaction("sleepIn", "Org1MSP", "1000"))).toBe("1000");
  });

  it("end a function that takes too long, or never answers", async () => {
    const timedOut = (txId: unknown): string =>
      `error in simulation: failed to execute transaction ${String(txId)}: error sending: timeout expired while executing transaction`;
    const call = { arguments: ["Org1MSP", "8000"], endorsingOrganizations: ["Org1MSP"] };
    const error = await refusal(EndorseError, one.contract.submit("sleepIn", call));
    expect(error).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 1, timedOut(error.transactionId))] });
    // What the chaincode says afterwards is nobody's answer, and the next call is as good as any.
    const next = await until("the next call is endorsed in time", () => one.contract.submitTransaction("put", "next", "1"));
    expect(text(next)).toBe("1");
  });
});
