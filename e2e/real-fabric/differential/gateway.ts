import { createPrivateKey } from "node:crypto";
import { Client, credentials } from "@grpc/grpc-js";
import {
  CommitError,
  connect,
  EndorseError,
  GatewayError,
  hash,
  signers,
  type Contract,
  type Gateway,
  type ProposalOptions,
} from "@hyperledger/fabric-gateway";
import { call, put, remove } from "../support/calls.ts";
import { first } from "../support/consortium.ts";
import { plain, type Observation, type Script, type Side } from "./side.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** The official client at the peer of an organisation, as one of its users. */
function openGateway({ consortium }: Side, number: 1 | 2): { gateway: Gateway; close: () => void } {
  const { mspId, material, nodes } = consortium.organizations[number - 1] ?? consortium.organizations[0];
  const user = material.users.find(({ name }) => name.startsWith("app@"));
  if (user === undefined) throw new Error("there is no user app");
  const node = first(nodes);
  const client = new Client(node.address.address, credentials.createSsl(Buffer.from(material.tlsCa.certificatePem)), {
    "grpc.ssl_target_name_override": node.name,
  });
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(user.signing.certificatePem) },
    signer: signers.newPrivateKeySigner(createPrivateKey(user.signing.privateKeyPem)),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + 20_000 }),
    endorseOptions: () => ({ deadline: Date.now() + 20_000 }),
    submitOptions: () => ({ deadline: Date.now() + 20_000 }),
    commitStatusOptions: () => ({ deadline: Date.now() + 20_000 }),
  });
  return {
    gateway,
    close: () => {
      gateway.close();
      client.close();
    },
  };
}

/** An answer, or everything that the client tells of a failure. */
async function told({ consortium }: Side, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommitError) return { kind: error.name, code: error.code };
    if (!(error instanceof GatewayError)) throw error;
    // Whose payload differs from whose depends on which peer answers first.
    const details = error.details.map(({ address, mspId, message }) =>
      message.includes("do not match") ? ["either peer", "", message] : [plain(address, consortium), mspId, plain(message, consortium)],
    );
    return {
      kind: error instanceof EndorseError ? "EndorseError" : error.name,
      code: error.code,
      message: plain(error.message, consortium),
      details: details.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    };
  }
}

const options = (args: string[], endorsingOrganizations?: string[]): [string, ProposalOptions] => {
  const [name = "", ...rest] = args;
  return [name, { arguments: rest, ...(endorsingOrganizations === undefined ? {} : { endorsingOrganizations }) }];
};

async function evaluations(side: Side, contract: Contract, nobody: Contract): Promise<Observation[]> {
  const evaluate = (args: string[], organizations?: string[], of = contract) =>
    told(side, async () => text(await of.evaluate(...options(args, organizations))));
  return [
    ["evaluate", await evaluate(["get", "g"])],
    ["evaluate at the other organisation", await evaluate(["get", "g"], ["Org2MSP"])],
    ["evaluate at an organisation that is not there", await evaluate(["get", "g"], ["NobodyMSP"])],
    ["evaluate a failure", await evaluate(["fail", "no such lot"])],
    ["evaluate a failure at the other organisation", await evaluate(["fail", "no such lot"], ["Org2MSP"])],
    ["evaluate an unknown function", await evaluate(["nothing"])],
    ["evaluate a chaincode that is not there", await evaluate(["get", "g"], undefined, nobody)],
    ["evaluate a call of another chaincode", await evaluate(call("other", ["get", "g"]))],
    ["evaluate a page", await evaluate(["page", "r", "s", "3", ""])],
  ];
}

async function submits(side: Side, contract: Contract, nobody: Contract): Promise<Observation[]> {
  const submit = (args: string[], organizations?: string[], of = contract) =>
    told(side, async () => text(await of.submit(...options(args, organizations))));
  return [
    ["submit", await submit(put("g", "1"))],
    ["submit a delete", await submit(remove("g"))],
    ["submit endorsed by both", await submit(put("g", "2"), ["Org1MSP", "Org2MSP"])],
    ["submit endorsed by one", await submit(put("g", "3"), ["Org1MSP"])],
    ["submit endorsed by an organisation that is not there", await submit(put("g", "3"), ["NobodyMSP"])],
    ["submit a failure", await submit(["fail", "no such lot"])],
    ["submit a failure, endorsed by both", await submit(["fail", "no such lot"], ["Org1MSP", "Org2MSP"])],
    ["submit what differs", await submit(["differ"])],
    ["submit what differs, endorsed by both", await submit(["differ"], ["Org1MSP", "Org2MSP"])],
    ["submit to a chaincode that is not there", await submit(put("g", "1"), undefined, nobody)],
    ["submit a call of another chaincode", await submit(call("other", put("g", "1")))],
    ["submit a page and a write", await submit(["pageAndWrite", "r", "s"])],
  ];
}

/** Endorsed before either is committed, so that the second finds another version. */
async function conflict(side: Side, contract: Contract): Promise<Observation[]> {
  const made = await Promise.all([1, 2].map(() => contract.newProposal("add", { arguments: ["conflict", "1"] }).endorse()));
  const observations: Observation[] = [];
  for (const [index, transaction] of made.entries()) {
    const status = await (await transaction.submit()).getStatus();
    observations.push([`conflict ${index}`, { code: status.code, successful: status.successful, result: text(transaction.getResult()) }]);
  }
  const [one] = made;
  if (one === undefined) throw new Error("nothing was endorsed");
  observations.push(["the same transaction again", await told(side, async () => (await (await one.submit()).getStatus()).code)]);
  return observations;
}

async function events(gateway: Gateway, channel: string, contract: Contract): Promise<Observation[]> {
  const network = gateway.getNetwork(channel);
  const { blockNumber } = await (await contract.submitAsync("emit", { arguments: ["First", "1"] })).getStatus();
  await contract.submit("emit", { arguments: ["Second", "2"] });
  const found: unknown[] = [];
  const stream = await network.getChaincodeEvents("ledger", { startBlock: blockNumber });
  try {
    for await (const event of stream) {
      found.push([event.chaincodeName, event.eventName, text(event.payload), Number(event.blockNumber - blockNumber)]);
      if (found.length === 2) break;
    }
  } finally {
    stream.close();
  }
  return [["chaincode events", found]];
}

/** The official client at both networks. */
export const gateway: Script = {
  title: "the official client: answers, codes, texts and details",
  atLeast: 28,
  async run(side) {
    const { channelId } = side.client;
    const one = openGateway(side, 1);
    const two = openGateway(side, 2);
    try {
      const contractOf = (opened: typeof one, name = "ledger") => opened.gateway.getNetwork(channelId).getContract(name);
      const elsewhere = one.gateway.getNetwork("nowhere").getContract("ledger");
      return [
        ...(await evaluations(side, contractOf(one), contractOf(one, "nobody"))),
        ...(await submits(side, contractOf(one), contractOf(one, "nobody"))),
        ...(await conflict(side, contractOf(two))),
        ...(await events(one.gateway, channelId, contractOf(one))),
        ["evaluate on a channel that is not there", await told(side, () => elsewhere.evaluate("get", { arguments: ["g"] }))],
        ["submit on a channel that is not there", await told(side, () => elsewhere.submit("put", { arguments: ["[]"] }))],
        ["who the other organisation's user is", await told(side, async () => text(await contractOf(two).evaluate("whoAmI")))],
      ];
    } finally {
      one.close();
      two.close();
    }
  },
};
