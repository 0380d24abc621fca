import { fromBinary } from "@bufbuild/protobuf";
import { createProposal, signProposal } from "@heddle/fabric";
import { peer } from "@heddle/fabric/wire";
import { call, composite, put, remove } from "../support/calls.ts";
import { answerOf, hex, outcome, plain, type Observation, type Script, type Side } from "./side.ts";

function spoken(response: peer.Response | undefined, { consortium }: Side): string {
  return plain(Buffer.from(response?.payload ?? new Uint8Array()).toString("latin1"), consortium);
}

/** What a peer's simulation of a call gives: read-write set, event and response byte for byte. */
async function simulate(side: Side, chaincode: string, args: readonly string[], isInit: boolean): Promise<unknown> {
  return outcome(side, async () => {
    const user = side.client.user(1);
    const proposal = createProposal({ channelId: side.client.channelId, chaincode, args: [...args], isInit }, user.serialized);
    const response = await side.client.peer(2).processProposal(await signProposal(proposal, user));
    if (response.endorsement === undefined) return answerOf(response, side);
    const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, response.payload);
    const action = fromBinary(peer.ChaincodeActionSchema, extension);
    // An event names its transaction.
    const event = action.events.length === 0 ? undefined : fromBinary(peer.ChaincodeEventSchema, action.events);
    return {
      results: hex(action.results),
      event: event === undefined ? undefined : [event.chaincodeId, event.eventName, hex(event.payload), event.txId === proposal.txId],
      response: [action.response?.status, action.response?.message, spoken(action.response, side)],
      chaincode: [action.chaincodeId?.name, action.chaincodeId?.version],
      chaincodes: response.interest?.chaincodes.map(({ name }) => name),
      outer: [response.version, response.response?.status, spoken(response.response, side)],
    };
  });
}

const range = (start: string, end: string, most = -1): string[] => ["countInto", start, end, "count", String(most)];

const cases: readonly [what: string, chaincode: string, args: readonly string[]][] = [
  ["write", "ledger", put("x", "1")],
  ["several writes out of order", "ledger", put("z", "1", "a", "2", "m", "3", "é", "4", "\u{1D49C}", "5", "\uFF71", "6")],
  ["a key written twice", "ledger", put("x", "1", "x", "2")],
  ["an empty value", "ledger", put("x", "")],
  ["an empty key", "ledger", put("", "1")],
  ["a key of zero bytes", "ledger", put("\0x\0", "1")],
  ["read of what is there", "ledger", ["get", "r0001"]],
  ["read of what is not there", "ledger", ["get", "never"]],
  ["read and write", "ledger", ["add", "n", "1"]],
  ["delete", "ledger", remove("r0001", "never")],
  ["composite key", "ledger", composite("lot", "fish", "1")],
  ["range of composite keys", "ledger", ["countComposite", "lot", "fish", "count"]],
  ["no range at all", "ledger", range("x", "x")],
  ["range the wrong way round", "ledger", range("z", "a")],
  ["open range", "ledger", range("", "")],
  ["short range", "ledger", range("r", "r0030")],
  ["range of exactly 50", "ledger", range("r", "r0050")],
  ["range of 51", "ledger", range("r", "r0051")],
  ["range of exactly 100", "ledger", range("r", "r0100")],
  ["range of 101", "ledger", range("r", "r0101")],
  ["range of exactly 200", "ledger", range("r", "r0200")],
  ["long range", "ledger", range("r", "s")],
  ["long range left after 1", "ledger", range("r", "s", 1)],
  ["long range left after 100", "ledger", range("r", "s", 100)],
  ["long range left after 101", "ledger", range("r", "s", 101)],
  ["keys of a range", "ledger", ["range", "r0000", "r0003"]],
  ["page", "ledger", ["page", "r", "s", "7", ""]],
  ["page from a bookmark", "ledger", ["page", "r", "s", "7", "r0007"]],
  ["last page", "ledger", ["page", "r", "s", "300", ""]],
  ["page of more than a batch", "ledger", ["page", "r", "s", "150", ""]],
  ["page of nothing", "ledger", ["page", "x", "y", "5", ""]],
  ["page and then a write", "ledger", ["pageAndWrite", "r", "s"]],
  ["history", "ledger", ["historyInto", "n", "history"]],
  ["history of what never was", "ledger", ["historyInto", "never", "history"]],
  ["event", "ledger", ["emit", "Moved", "here"]],
  ["event without payload", "ledger", ["emit", "Moved", ""]],
  ["event without name", "ledger", ["emit", "", "here"]],
  ["who calls", "ledger", ["whoAmI"]],
  ["failure", "ledger", ["fail", "no such lot"]],
  ["failure without text", "ledger", ["fail", ""]],
  ["unknown function", "ledger", ["nothing"]],
  ["no function", "ledger", []],
  ["too few arguments", "ledger", ["get"]],
  ["rich query", "ledger", ["richQuery", '{"selector":{}}']],
  ["metadata of the contract", "ledger", ["org.hyperledger.fabric:GetMetadata"]],
  ["call of another chaincode that writes", "ledger", call("other", put("x", "1"))],
  ["call of another chaincode that reads", "ledger", call("other", ["get", "x"])],
  ["call of another chaincode that emits", "ledger", call("other", ["emit", "Inner", "x"])],
  ["call of another chaincode that fails", "ledger", call("other", ["fail", "inner"])],
  ["call of itself", "ledger", call("ledger", ["get", "x"])],
  ["call of a chaincode that calls back", "ledger", call("other", call("ledger", ["get", "x"]))],
  ["call of a chaincode that is not there", "ledger", call("nobody", ["get", "x"])],
  ["call on a channel that is not there", "ledger", call("other/nowhere", ["get", "x"])],
  ["call on this very channel", "ledger", call("other/trade", ["get", "x"])],
  ["call of qscc", "ledger", call("qscc", ["GetChainInfo", "trade"])],
  ["call of cscc", "ledger", call("cscc", ["GetChannels"])],
  ["call of _lifecycle", "ledger", call("_lifecycle", ["QueryChaincodeDefinition", ""])],
  ["chaincode that was not initialised", "starter", ["get", "x"]],
  ["chaincode that nobody defined", "nobody", ["get", "x"]],
  ["chaincode with an impossible name", "no such!", ["get", "x"]],
];

/** What endorsers make of calls. */
export const calls: Script = {
  title: "simulation of calls: read-write sets, events and answers byte for byte",
  atLeast: 62,
  async run(side) {
    const { client } = side;
    await client.valid("ledger", ["putMany", "r", "0", "250"]);
    await client.valid("ledger", ["add", "n", "1"]);
    await client.valid("ledger", remove("n"));
    await client.valid("ledger", ["add", "n", "2"]);
    await client.valid("ledger", composite("lot", "fish", "1"));
    const observations: Observation[] = [];
    for (const [what, chaincode, args] of cases) observations.push([what, await simulate(side, chaincode, args, false)]);
    for (const chaincode of ["ledger", "starter"])
      observations.push([`${chaincode}, called to initialise`, await simulate(side, chaincode, ["init"], true)]);
    await client.valid("starter", ["init"], { isInit: true });
    observations.push(["called to initialise again", await simulate(side, "starter", ["init"], true)]);
    observations.push(["a call after initialisation", await simulate(side, "starter", put("x", "1"), false)]);
    return observations;
  },
};
