import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { status } from "@grpc/grpc-js";
import { EndorseError, GatewayError } from "@hyperledger/fabric-gateway";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startDialling, startService, type ChaincodeProcess } from "../../packages/devnet/test/support/chaincode.ts";
import type { Deployment, TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { open, text, type Connection } from "./support/client.ts";
import { CHAINCODE, fixture, devnetOnly, onRealFabric, startNetwork } from "./support/network.ts";
import { namesPeer, refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

describe("chaincode that breaks", () => {
  let network: TestNetwork;
  let one: Connection;
  let raw: Connection["contract"];

  beforeAll(async () => {
    network = await startNetwork({ timeouts: { execution: 2000 } });
    await network.deploy("raw", { folder: fixture, file: "raw.ts" });
    one = open(network, 1);
    raw = one.network.getContract("raw");
  });
  afterAll(async () => {
    one.close();
    await network.close();
  });

  it.each([
    [200, "fine"],
    [399, "nearly an error"],
  ])("with status %d is a success", async (code, message) => {
    expect(text(await raw.evaluateTransaction("status", String(code), message))).toBe(`payload of ${code}`);
    expect(text(await raw.submitTransaction("status", String(code), message))).toBe(`payload of ${code}`);
  });

  it.each([
    [400, "a client's error"],
    [404, "no such lot"],
    [500, "an error"],
    [599, "an odd error"],
  ])("with status %d fails with it", async (code, message) => {
    const details = [namesPeer(network, 1, `chaincode response ${code}, ${message}`)];
    const evaluating = await refusal(GatewayError, raw.evaluateTransaction("status", String(code), message));
    expect(evaluating).toMatchObject({ code: status.UNKNOWN, details });
    const endorsing = await refusal(EndorseError, raw.submitTransaction("status", String(code), message));
    expect(endorsing).toMatchObject({ code: status.ABORTED, details });
  });

  it("by the shim's own error fails with its message", async () => {
    const error = await refusal(GatewayError, raw.evaluateTransaction("error", "no such lot"));
    expect(error).toMatchObject({ code: status.UNKNOWN, details: [namesPeer(network, 1, "chaincode response 500, no such lot")] });
  });

  // The shim gives no answer then. Real peers wait half a minute for it.
  it.skipIf(onRealFabric)(`by a handler that throws is timed out${devnetOnly}`, async () => {
    const call = { arguments: ["out of order"], endorsingOrganizations: ["Org1MSP"] };
    const error = await refusal(GatewayError, raw.evaluate("throw", call));
    const message = expect.stringMatching(/error sending: timeout expired while executing transaction$/) as string;
    expect(error).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 1, message)] });
    expect(text(await raw.evaluateTransaction("anything"))).toBe("anything");
  });
});

describe("chaincode that is killed", () => {
  let network: TestNetwork;
  let deployment: Deployment;
  let service: ChaincodeProcess | undefined;
  let one: Connection;

  beforeAll(async () => {
    network = await startNetwork({ deploy: false });
    deployment = await network.deploy(CHAINCODE, { folder: fixture });
    ({ service } = deployment);
    one = open(network, 1);
    await until("the gateway knows the chaincode", () => one.contract.submitTransaction("put", "a", "1"));
  });
  afterAll(async () => {
    one.close();
    await network.close();
  });

  async function restart(): Promise<void> {
    service = await startService(fixture, deployment.packageId, deployment.port);
    network.adopt(service);
    await until("the peers have dialled it again", () => one.contract.submitTransaction("put", "restarted", "1"));
  }

  const failed = (txId: string, reason: string): unknown =>
    expect.stringMatching(new RegExp(`^error in simulation: failed to execute transaction ${txId}: ${reason}`, "u"));
  const ANY = "[0-9a-f]{64}";
  const TERMINATED = "error sending: chaincode stream terminated$";

  it("in the middle of an evaluation fails it, and at the next peer too", async () => {
    // The other peer's stream to the same process is breaking at that moment, which it notices in one way or another.
    const error = await refusal(GatewayError, one.contract.evaluateTransaction("crash"));
    expect(error).toMatchObject({
      code: status.ABORTED,
      details: [namesPeer(network, 1, failed(ANY, TERMINATED)), namesPeer(network, 2, expect.any(String))],
    });
    expect(error.cause.details).toBe("failed to evaluate transaction, see attached details for more info");
    await restart();
  });

  it("in the middle of a submit fails it, and nothing of it is committed", async () => {
    const error = await refusal(EndorseError, one.contract.submitTransaction("crash"));
    expect(error).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 1, failed(error.transactionId, TERMINATED))] });
    await restart();
    expect(text(await one.contract.evaluateTransaction("get", "a"))).toBe("1");
  });

  it("between transactions is missed by the next one, and found again when it is back", async () => {
    await service?.stop();
    // What a peer finds first may be the end of its stream.
    const error = await until("the peers have noticed", async () => {
      const refused = await refusal(GatewayError, one.contract.evaluateTransaction("get", "a"));
      for (const { message } of refused.details) expect(message).toContain("connection refused");
      return refused;
    });
    const { packageId, port } = deployment;
    const reason = [
      `could not launch chaincode ${packageId}: connection to ${packageId} failed: error cannot create connection for ${packageId}: `,
      `error creating grpc connection to 127.0.0.1:${port}: failed to create new connection: connection error: desc = `,
      `"transport: error while dialing: dial tcp 127.0.0.1:${port}: connect: connection refused"$`,
    ].join("");
    expect(error).toMatchObject({
      code: status.ABORTED,
      details: [namesPeer(network, 1, failed(ANY, reason)), namesPeer(network, 2, failed(ANY, reason))],
    });
    await restart();
    expect(text(await one.contract.evaluateTransaction("get", "a"))).toBe("1");
  });
});

// A real peer takes such a connection in development mode only.
describe.skipIf(onRealFabric)(`chaincode that dials its peer${devnetOnly}`, () => {
  let network: TestNetwork;
  let folder: string;
  const processes: ChaincodeProcess[] = [];

  beforeAll(async () => {
    network = await startNetwork({ deploy: false });
    folder = mkdtempSync(path.join(tmpdir(), "heddle-dialling-"));
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.stop()));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await network.close();
  });

  /** Starts the chaincode for one organisation's peer, with what a peer gives the chaincode that it launches. */
  function dial(organization: 1 | 2, packageId: string): void {
    const { material, peer, chaincodePort } = network.organization(organization);
    const [, user] = material.users;
    const file = (name: string, content = ""): string => {
      const place = path.join(folder, `${organization}-${name}`);
      writeFileSync(place, content);
      return place;
    };
    const base64 = (content = ""): string => Buffer.from(content).toString("base64");
    const env = {
      CORE_PEER_LOCALMSPID: material.mspId,
      CORE_PEER_TLS_ENABLED: "true",
      CORE_PEER_TLS_ROOTCERT_FILE: file("root.pem", peer.tlsRootPem),
      CORE_TLS_CLIENT_KEY_PATH: file("key.b64", base64(user?.tls.privateKeyPem)),
      CORE_TLS_CLIENT_CERT_PATH: file("cert.b64", base64(user?.tls.certificatePem)),
    };
    processes.push(startDialling(fixture, packageId, env, `localhost:${chaincodePort}`));
  }

  it("serves both organisations' peers, and again after it was killed", async () => {
    const { packageId } = await network.deploy(CHAINCODE, { folder: fixture, service: false });
    for (let round = 1; round <= 2; round += 1) {
      dial(1, packageId);
      dial(2, packageId);
      using one = open(network, 1);
      const key = `round-${round}`;
      expect(text(await until("both have registered", () => one.contract.submitTransaction("put", key, "1")))).toBe("1");
      using two = open(network, 2);
      expect(text(await two.contract.evaluateTransaction("get", key))).toBe("1");
      await Promise.all(processes.splice(0).map((process) => process.stop()));
      await refusal(GatewayError, one.contract.evaluateTransaction("get", key));
    }
  });
});
