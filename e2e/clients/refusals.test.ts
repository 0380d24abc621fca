import { create, toBinary, type DescMessage } from "@bufbuild/protobuf";
import { status, type Client } from "@grpc/grpc-js";
import { EndorseError, GatewayError } from "@hyperledger/fabric-gateway";
import { lifecycle } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { adminOf, open, text, type Connection } from "./support/client.ts";
import { devnetOnly, onRealFabric, startNetwork } from "./support/network.ts";
import { namesPeer, refusal } from "./support/refusal.ts";

// Real Fabric has what is refused here.
describe.skipIf(onRealFabric)(`what the embedded network does not have is refused, never dropped${devnetOnly}`, () => {
  let network: TestNetwork;
  let one: Connection;

  beforeAll(async () => {
    network = await startNetwork();
    one = open(network, 1);
  });
  afterAll(async () => {
    one.close();
    await network.close();
  });

  const PRIVATE = "private data collections are not supported by the embedded network of this version";
  const KEYS = "key-level endorsement is not supported by the embedded network of this version";
  const RICH = "not supported for leveldb";

  it.each<[string, string, string[], string]>([
    ["writing private data", "privatePut", ["secrets", "k"], PRIVATE],
    ["reading private data", "privateGet", ["secrets", "k"], PRIVATE],
    ["the hash of private data", "privateHash", ["secrets", "k"], PRIVATE],
    ["deleting private data", "privateDelete", ["secrets", "k"], PRIVATE],
    ["purging private data", "privatePurge", ["secrets", "k"], PRIVATE],
    ["a range of private data", "privateRange", ["secrets"], PRIVATE],
    ["a query of private data", "privateQuery", ["secrets", "{}"], PRIVATE],
    ["a key policy of private data", "privatePolicy", ["secrets", "k"], PRIVATE],
    ["writing to an organisation's own collection", "privatePut", ["_implicit_org_Org1MSP", "k"], PRIVATE],
    ["reading from an organisation's own collection", "privateGet", ["_implicit_org_Org1MSP", "k"], PRIVATE],
    ["purging an organisation's own collection", "privatePurge", ["_implicit_org_Org1MSP", "k"], PRIVATE],
    ["a rich query", "richQuery", ['{"selector":{}}'], RICH],
    ["a rich query by pages", "pagedQuery", ['{"selector":{}}'], RICH],
    ["a key policy", "keyPolicy", ["k"], KEYS],
  ])("%s", async (_what, name, args, reason) => {
    const message: unknown = expect.stringContaining(reason);
    const submitting = await refusal(EndorseError, one.contract.submitTransaction(name, ...args));
    expect(submitting).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 1, message)] });
    const evaluating = await refusal(GatewayError, one.contract.evaluateTransaction(name, ...args));
    expect(evaluating).toMatchObject({ code: status.UNKNOWN, details: [namesPeer(network, 1, message)] });
  });

  it("a key policy leaves nothing of its transaction behind", async () => {
    await refusal(EndorseError, one.contract.submitTransaction("keyPolicy", "with-policy"));
    expect(text(await one.contract.evaluateTransaction("get", "with-policy"))).toBe("");
  });

  describe("a chaincode definition with collections", () => {
    const collections = { config: [{ payload: { case: "staticCollectionConfig" as const, value: { name: "secrets" } } }] };
    const definition = { name: "private", version: "1.0", sequence: 1n, collections };

    it.each([
      ["approved", "ApproveChaincodeDefinitionForMyOrg", lifecycle.ApproveChaincodeDefinitionForMyOrgArgsSchema],
      ["asked about", "CheckCommitReadiness", lifecycle.CheckCommitReadinessArgsSchema],
      ["committed", "CommitChaincodeDefinition", lifecycle.CommitChaincodeDefinitionArgsSchema],
    ] as const)("cannot be %s", async (_what, name, schema) => {
      const args = toBinary<DescMessage>(schema, create<DescMessage>(schema, definition));
      const error = await refusal(EndorseError, submit(name, args));
      expect(error).toMatchObject({ code: status.ABORTED, details: [namesPeer(network, 1, expect.stringContaining(PRIVATE))] });
    });

    async function submit(name: string, args: Uint8Array): Promise<Uint8Array> {
      using admin = open(network, 1, { as: adminOf(network, 1) });
      const contract = admin.network.getContract("_lifecycle");
      return await contract.submit(name, { arguments: [args], endorsingOrganizations: ["Org1MSP"] });
    }
  });

  it.each([
    ["discovery.Discovery/Discover", "Service discovery is not supported"],
    ["protos.Snapshot/Generate", "Ledger snapshots are not supported"],
    ["protos.Snapshot/Cancel", "Ledger snapshots are not supported"],
    ["protos.Snapshot/QueryPendings", "Ledger snapshots are not supported"],
  ])("%s", async (method, reason) => {
    await expect(call(one.client, `/${method}`)).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
      details: expect.stringContaining(reason) as string,
    });
  });
});

function call(client: Client, method: string): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const asIs = (bytes: Buffer): Buffer => bytes;
    client.makeUnaryRequest(method, asIs, asIs, Buffer.alloc(0), (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}
