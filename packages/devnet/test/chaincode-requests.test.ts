import { peer } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestNetwork } from "./support/network.ts";
import { readAnswer, request, WireChaincode, type ChaincodeRequest } from "./support/wire-chaincode.ts";

const Type = peer.ChaincodeMessage_Type;
const Record = peer.WriteRecord_Type;

describe("what chaincode asks of a peer", () => {
  let network: TestNetwork;
  let chaincode: WireChaincode;

  beforeAll(async () => {
    network = await TestNetwork.start();
    const { packageId } = await network.deploy("wire", { service: false, endorsementPolicy: "OR('Org1MSP.peer')" });
    const { chaincodePort: port, peer: node } = network.organization(1);
    chaincode = await WireChaincode.connect({ port, name: node.name, tlsRootPem: node.tlsRootPem }, packageId);
  });
  afterAll(async () => {
    chaincode.close();
    await network.close();
  });

  /** The peer's answers to these requests within one transaction that is submitted. */
  async function transact(...script: ChaincodeRequest[]): Promise<WireChaincode["answers"]> {
    chaincode.script = script;
    await network.gateway(1).submit({ channelId: "trade", chaincode: "wire", args: ["run"] }, network.organization(1).user);
    return chaincode.answers;
  }

  const batch = (...rec: Parameters<typeof request<typeof peer.WriteBatchStateSchema>>[2]["rec"] & object): ChaincodeRequest =>
    request(Type.WRITE_BATCH_STATE, peer.WriteBatchStateSchema, { rec });
  const readMany = (...keys: string[]): ChaincodeRequest => request(Type.GET_STATE_MULTIPLE, peer.GetStateMultipleSchema, { keys });
  const value = (text: string): Uint8Array => Buffer.from(text);

  it("takes a batch of writes and gives many keys at once", async () => {
    const written = await transact(
      batch(
        { type: Record.PUT_STATE, key: "a", value: value("1") },
        { type: Record.PUT_STATE, key: "b", value: value("2") },
        { type: Record.PUT_STATE, key: "gone", value: value("3") },
        { type: Record.DEL_STATE, key: "gone" },
      ),
    );
    expect(written).toEqual([{ payload: new Uint8Array() }]);
    const [answer] = await transact(readMany("b", "missing", "a", "gone"));
    const { values } = readAnswer(peer.GetStateMultipleResultSchema, answer);
    expect(values.map((one) => Buffer.from(one).toString())).toEqual(["2", "", "1", ""]);
  });

  it.each<[string, ChaincodeRequest]>([
    [
      "a key policy",
      request(Type.PUT_STATE_METADATA, peer.PutStateMetadataSchema, {
        key: "a",
        metadata: { metakey: "VALIDATION_PARAMETER", value: value("p") },
      }),
    ],
    [
      "a key policy in a batch",
      batch({ type: Record.PUT_STATE_METADATA, key: "a", metadata: { metakey: "VALIDATION_PARAMETER", value: value("p") } }),
    ],
  ])("refuses %s: key-level endorsement", async (_what, asked) => {
    expect(await transact(asked)).toEqual([{ error: expect.stringContaining("key-level endorsement is not supported") as string }]);
  });

  const collections = ["secrets", "_implicit_org_Org1MSP"];
  const onCollections: [string, (collection: string) => ChaincodeRequest][] = [
    ["a read", (collection) => request(Type.GET_STATE, peer.GetStateSchema, { key: "a", collection })],
    ["a read of many", (collection) => request(Type.GET_STATE_MULTIPLE, peer.GetStateMultipleSchema, { keys: ["a"], collection })],
    ["a hash", (collection) => request(Type.GET_PRIVATE_DATA_HASH, peer.GetStateSchema, { key: "a", collection })],
    ["a write", (collection) => request(Type.PUT_STATE, peer.PutStateSchema, { key: "a", value: value("1"), collection })],
    ["a delete", (collection) => request(Type.DEL_STATE, peer.DelStateSchema, { key: "a", collection })],
    ["a purge", (collection) => request(Type.PURGE_PRIVATE_DATA, peer.PurgePrivateStateSchema, { key: "a", collection })],
    ["a range", (collection) => request(Type.GET_STATE_BY_RANGE, peer.GetStateByRangeSchema, { collection })],
    ["a query", (collection) => request(Type.GET_QUERY_RESULT, peer.GetQueryResultSchema, { query: "{}", collection })],
    ["a key policy", (collection) => request(Type.PUT_STATE_METADATA, peer.PutStateMetadataSchema, { key: "a", collection })],
    ["reading a key policy", (collection) => request(Type.GET_STATE_METADATA, peer.GetStateMetadataSchema, { key: "a", collection })],
    ["a write in a batch", (collection) => batch({ type: Record.PUT_STATE, key: "a", value: value("1"), collection })],
    ["a delete in a batch", (collection) => batch({ type: Record.DEL_STATE, key: "a", collection })],
    ["a purge in a batch", (collection) => batch({ type: Record.PURGE_PRIVATE_DATA, key: "a", collection })],
    ["a key policy in a batch", (collection) => batch({ type: Record.PUT_STATE_METADATA, key: "a", collection })],
  ];
  it.each(onCollections)("refuses %s of private data", async (_what, ask) => {
    const answers = await transact(...collections.map(ask));
    const refused = { error: expect.stringContaining("private data collections are not supported") as string };
    expect(answers).toEqual([refused, refused]);
  });

  it("refuses rich queries, as a peer without a document database does", async () => {
    const [plain, paged] = await transact(
      request(Type.GET_QUERY_RESULT, peer.GetQueryResultSchema, { query: "{}" }),
      request(Type.GET_QUERY_RESULT, peer.GetQueryResultSchema, {
        query: "{}",
        metadata: request(Type.UNDEFINED, peer.QueryMetadataSchema, { pageSize: 10 }).payload,
      }),
    );
    expect(plain).toEqual({ error: expect.stringMatching(/ExecuteQuery not supported for leveldb$/) as string });
    expect(paged).toEqual({ error: expect.stringMatching(/ExecuteQueryWithMetadata not supported for leveldb$/) as string });
  });

  it("refuses what it does not know, and goes on", async () => {
    const [unknown, record, known] = await transact(
      { type: 99 as peer.ChaincodeMessage_Type, payload: new Uint8Array() },
      batch({ type: 99 as peer.WriteRecord_Type, key: "a" }),
      readMany("a"),
    );
    expect(unknown).toEqual({ error: expect.stringContaining("99") as string });
    expect(record).toEqual({ error: expect.stringContaining("unknown operation type") as string });
    expect(readAnswer(peer.GetStateMultipleResultSchema, known).values).toHaveLength(1);
  });

  it("lets one chaincode register once, and nobody that it does not expect", async () => {
    const { chaincodePort: port, peer: node } = network.organization(1);
    const address = { port, name: node.name, tlsRootPem: node.tlsRootPem };
    const [installed] = await network.organization(1).client.installedChaincodes(network.organization(1).admin);
    await expect(WireChaincode.connect(address, installed?.packageId ?? "")).rejects.toThrow("ended the stream");
    await expect(WireChaincode.connect(address, "not a package")).rejects.toThrow("ended the stream");
  });
});
