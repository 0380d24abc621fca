import { createProposal, signProposal } from "@heddle/fabric";
import { fromBinary } from "@bufbuild/protobuf";
import { kvrwset, peer, rwset } from "@heddle/fabric/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestNetwork } from "../../packages/devnet/test/support/network.ts";
import { CHANNEL, fixture, startNetwork } from "./support/network.ts";

// What a peer answers to a proposal, below the gateway: clients that talk to peers themselves see it as it is.
describe("a peer's answer", () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await startNetwork();
    await network.deployAt(2, "theirs", { folder: fixture, endorsementPolicy: "OR('Org2MSP.peer')" });
  });
  afterAll(() => network.close());

  interface Answer {
    readonly txId: string;
    readonly response: peer.ProposalResponse;
  }

  async function ask(chaincode: string, args: readonly string[], channelId = CHANNEL): Promise<Answer> {
    const { client, user } = network.organization(1);
    const proposal = createProposal({ channelId, chaincode, args: [...args] }, user.serialized);
    return { txId: proposal.txId, response: await client.processProposal(await signProposal(proposal, user)) };
  }

  /** Status and text, the transaction's id left out. */
  const said = ({ txId, response }: Answer): string =>
    `${response.response?.status ?? 0} ${(response.response?.message ?? "").replaceAll(txId, "TXID")}`;

  const call = (chaincode: string, channel: string, ...args: string[]): string[] => ["call", chaincode, channel, JSON.stringify(args)];
  const container = `INVOKE_CHAINCODE failed: transaction ID: TXID: execute failed: invalid invocation: [channel ${CHANNEL}] failed to get chaincode container info for`;
  const defined = (name: string, channel: string): string =>
    `make sure the chaincode ${name} has been successfully defined on channel ${channel} and try again:`;

  it.each<[string, string, string[], string, string?]>([
    ["a chaincode that is not defined", "missing", ["get"], `500 ${defined("missing", CHANNEL)} chaincode missing not found`],
    [
      "a chaincode that another organisation runs",
      "theirs",
      ["get", "a"],
      `500 ${defined("theirs", CHANNEL)} chaincode definition for 'theirs' exists, but chaincode is not installed`,
    ],
    ["no channel", "clients", ["get", "a"], `500 ${defined("clients", "")} could not get channel config for channel ''`, ""],
    ["a channel that is not there", "clients", ["get", "a"], "500 channel 'nowhere' not found", "nowhere"],
    ["what the chaincode threw", "clients", ["fail", "no such lot"], "500 no such lot"],
    ["a function that is not there", "clients", ["nothing"], "500 You've asked to invoke a function that does not exist: nothing"],
    [
      "a call of itself",
      "clients",
      call("clients", "", "get", "a"),
      `500 INVOKE_CHAINCODE failed: transaction ID: TXID: execute failed: error sending: txid: TXID(${CHANNEL}) exists`,
    ],
    ["a call of nothing", "clients", call("missing", "", "get", "a"), `500 ${container} missing: chaincode missing not found`],
    [
      "a call of what is not installed",
      "clients",
      call("theirs", "", "get", "a"),
      `500 ${container} theirs: chaincode definition for 'theirs' exists, but chaincode is not installed`,
    ],
    [
      "a call on a channel that is not there",
      "clients",
      call("clients", "nowhere", "get", "a"),
      "500 INVOKE_CHAINCODE failed: transaction ID: TXID: Failed to get policy manager for channel [nowhere]",
    ],
    ["a query of too few words", "qscc", ["GetBlockByNumber", CHANNEL], "500 missing 3rd argument for GetBlockByNumber"],
    ["a query of another channel", "qscc", ["GetChainInfo", "nowhere"], "500 Invalid chain ID, nowhere"],
    [
      "a query in the future",
      "qscc",
      ["GetBlockByNumber", CHANNEL, "777"],
      "500 Failed to get block number 777, error no such block number [777] in index",
    ],
  ])("to %s", async (_what, chaincode, args, expected, channel = CHANNEL) => {
    expect(said(await ask(chaincode, args, channel))).toBe(expected);
  });

  it.each<[string, string[], string]>([
    [
      "qscc",
      ["GetChainInfo", CHANNEL],
      "Rejecting invoke of QSCC from another chaincode because of potential for deadlocks, original invocation for 'clients'",
    ],
    ["cscc", ["GetChannels"], "Rejecting invoke of CSCC from another chaincode, original invocation for 'clients'"],
    [
      "_lifecycle",
      ["QueryInstalledChaincodes", ""],
      "Failed to authorize invocation due to failed ACL check: Failed verifying that proposal's creator satisfies local MSP principal during channelless check policy with policy [Admins]: [The identity is not an admin under this MSP [Org1MSP]: The identity does not contain OU [ADMIN], MSP: [Org1MSP]]",
    ],
  ])("to a chaincode that calls %s", async (chaincode, args, message) => {
    const { response } = await ask("clients", call(chaincode, "", ...args));
    const answer = JSON.parse(Buffer.from(response.response?.payload ?? []).toString()) as unknown;
    expect(answer).toEqual({ status: 500, message, payload: "" });
  });

  it.each([
    ["an hour ago", -60],
    ["in an hour", 60],
  ])("to a proposal of %s", async (_when, minutes) => {
    const { client, user } = network.organization(1);
    const timestamp = new Date(Date.now() + minutes * 60_000);
    const proposal = createProposal({ channelId: CHANNEL, chaincode: "clients", args: ["get", "a"], timestamp }, user.serialized);
    const at = `${timestamp.toISOString().slice(0, -5)}Z`;
    await expect(client.processProposal(await signProposal(proposal, user))).rejects.toThrow(
      `request unauthorized due to incorrect timestamp ${at}, peer time `,
    );
    await expect(client.processProposal(await signProposal(proposal, user))).rejects.toThrow("peer.authentication.timewindow 15m0s");
  });

  it("to a signature that has a second form: only the low one counts", async () => {
    const { client, user } = network.organization(1);
    const proposal = createProposal({ channelId: CHANNEL, chaincode: "clients", args: ["get", "a"] }, user.serialized);
    const signed = await signProposal(proposal, user);
    expect((await client.processProposal(signed)).response?.status).toBe(200);
    const high = { ...signed, signature: withHighS(signed.signature) };
    await expect(client.processProposal(high)).rejects.toThrow(
      `error validating proposal: access denied: channel [${CHANNEL}] creator org [Org1MSP]`,
    );
  });

  it("says which chaincodes' policies count: those whose state was touched", async () => {
    const touched = async (...args: string[]): Promise<string[]> =>
      (await ask("clients", args)).response.interest?.chaincodes.map(({ name }) => name) ?? ["no interest"];
    expect(await touched("put", "a", "1")).toEqual(["clients"]);
    expect(await touched("get", "a")).toEqual(["clients"]);
    expect(await touched("whoAmI")).toEqual([]);
    expect(await touched("fail", "x")).toEqual([]);
  });

  it("is an endorsement of what was read and written, and of nothing else", async () => {
    const { response } = await ask("clients", ["add", "counter", "1"]);
    expect(response.endorsement?.signature.length).toBeGreaterThan(0);
    expect([response.version, response.timestamp]).toEqual([1, undefined]);
    const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, response.payload);
    const action = fromBinary(peer.ChaincodeActionSchema, extension);
    expect(action.chaincodeId).toMatchObject({ name: "clients", version: "1.0", path: "" });
    expect(setsOf(action.results)).toMatchObject([
      ["_lifecycle", { reads: [{ key: "namespaces/fields/clients/Sequence" }], writes: [], rangeQueriesInfo: [] }],
      ["clients", { reads: [{ key: "counter" }], writes: [{ key: "counter", isDelete: false }] }],
    ]);
  });

  it("records the range that a query of the definitions reads", async () => {
    const { response } = await ask("_lifecycle", ["QueryChaincodeDefinitions", ""]);
    const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, response.payload);
    const [[, set] = []] = setsOf(fromBinary(peer.ChaincodeActionSchema, extension).results);
    expect(set?.rangeQueriesInfo).toMatchObject([
      { startKey: "namespaces/metadata/", endKey: "namespaces/metadata/\u007f", itrExhausted: true },
    ]);
  });

  it("endorses system chaincodes on a channel, and answers them bare without one", async () => {
    const onChannel = await ask("qscc", ["GetChainInfo", CHANNEL]);
    expect(onChannel.response.endorsement).toBeDefined();
    const without = await ask("qscc", ["GetChainInfo", CHANNEL], "");
    expect([said(without), without.response.endorsement, without.response.payload.length]).toEqual(["200 ", undefined, 0]);
  });
});

function setsOf(results: Uint8Array): [string, kvrwset.KVRWSet][] {
  return fromBinary(rwset.TxReadWriteSetSchema, results).nsRwset.map((set) => [
    set.namespace,
    fromBinary(kvrwset.KVRWSetSchema, set.rwset),
  ]);
}

/** The other signature of the same message by the same P-256 key: r and n - s in place of r and s. */
function withHighS(signature: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const der = Buffer.from(signature);
  const sAt = 4 + (der[3] ?? 0);
  const low = BigInt(`0x${der.subarray(sAt + 2).toString("hex")}`);
  const high = Buffer.from((order - low).toString(16).padStart(64, "0"), "hex");
  const s = (high[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), high]) : high;
  const body = Buffer.concat([der.subarray(2, sAt), Buffer.from([2, s.length]), s]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
