import { create, toBinary } from "@bufbuild/protobuf";
import { computeTxId, createHeader, createNonce, type LocalSigningIdentity } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { userOf } from "../support/consortium.ts";
import { createStrangers } from "../support/strangers.ts";
import { answerOf, outcome, type Observation, type Script, type Side } from "./side.ts";

/** A proposal made by hand; what is not stated is as a client makes it. */
interface RawProposal {
  readonly signer?: LocalSigningIdentity;
  readonly creator?: Uint8Array;
  readonly channelId?: string;
  readonly chaincode?: string;
  readonly args?: readonly string[];
  readonly type?: common.HeaderType;
  readonly epoch?: bigint;
  readonly txId?: string;
  readonly nonce?: Uint8Array;
  readonly timestamp?: Date;
  readonly extension?: Uint8Array;
  readonly payload?: Uint8Array;
  readonly header?: Uint8Array;
  readonly bytes?: Uint8Array;
  readonly signature?: (made: Uint8Array) => Uint8Array;
}

const GARBAGE = Uint8Array.of(0xff, 0xff, 0xff, 0x07);

function invocation(chaincode: string, args: readonly string[]): Uint8Array {
  const schema = peer.ChaincodeInvocationSpecSchema;
  const input = { args: args.map((arg) => Buffer.from(arg)) };
  const chaincodeSpec = { type: peer.ChaincodeSpec_Type.NODE, chaincodeId: { name: chaincode }, input };
  return toBinary(schema, create(schema, { chaincodeSpec }));
}

function proposalPayload(input: Uint8Array): Uint8Array {
  return toBinary(peer.ChaincodeProposalPayloadSchema, create(peer.ChaincodeProposalPayloadSchema, { input }));
}

function extensionOf(chaincodeId: { name?: string } | undefined): Uint8Array {
  const schema = peer.ChaincodeHeaderExtensionSchema;
  return toBinary(schema, create(schema, chaincodeId === undefined ? {} : { chaincodeId }));
}

/** Signs a proposal that may be wrong in any part. */
function signedProposal(raw: RawProposal, side: Side): peer.SignedProposal {
  const signer = raw.signer ?? side.client.user(1);
  const creator = raw.creator ?? signer.serialized;
  const nonce = raw.nonce ?? createNonce();
  const chaincode = raw.chaincode ?? "ledger";
  const header = createHeader({
    type: raw.type ?? common.HeaderType.ENDORSER_TRANSACTION,
    channelId: raw.channelId ?? side.client.channelId,
    creator,
    nonce,
    txId: raw.txId ?? computeTxId(nonce, creator),
    epoch: raw.epoch ?? 0n,
    extension: raw.extension ?? extensionOf({ name: chaincode }),
    ...(raw.timestamp === undefined ? {} : { timestamp: raw.timestamp }),
  });
  const proposal = create(peer.ProposalSchema, {
    header: raw.header ?? toBinary(common.HeaderSchema, header),
    payload: raw.payload ?? proposalPayload(invocation(chaincode, raw.args ?? ["get", "a"])),
  });
  const proposalBytes = raw.bytes ?? toBinary(peer.ProposalSchema, proposal);
  const signature = signer.signSync(proposalBytes);
  return create(peer.SignedProposalSchema, { proposalBytes, signature: raw.signature?.(signature) ?? signature });
}

/** The answer of organisation 1's peer to a proposal. */
export function ask(side: Side, raw: RawProposal, tell?: (payload: Uint8Array) => unknown): Promise<unknown> {
  return outcome(side, async () => answerOf(await side.client.peer(1).processProposal(signedProposal(raw, side)), side, tell));
}

function wrongInForm(): [string, RawProposal][] {
  const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);
  return [
    ["a proposal that is none", { bytes: GARBAGE }],
    ["an empty proposal", { bytes: new Uint8Array() }],
    ["a header that is none", { header: GARBAGE }],
    ["no header", { header: new Uint8Array() }],
    ["an extension that is none", { extension: GARBAGE }],
    ["no extension", { extension: new Uint8Array() }],
    ["an extension without a chaincode", { extension: extensionOf(undefined) }],
    ["an extension with an empty name", { extension: extensionOf({}) }],
    ["an extension of another chaincode", { extension: extensionOf({ name: "other" }) }],
    ["a payload that is none", { payload: GARBAGE }],
    ["no payload", { payload: new Uint8Array() }],
    ["an input that is none", { payload: proposalPayload(GARBAGE) }],
    ["no arguments", { args: [] }],
    ["a type that no proposal has", { type: common.HeaderType.MESSAGE }],
    ["type CONFIG", { type: common.HeaderType.CONFIG }],
    ["an epoch", { epoch: 1n }],
    ["no nonce", { nonce: new Uint8Array() }],
    ["an id that is not its own", { txId: "0".repeat(64) }],
    ["no id", { txId: "" }],
    ["a time of twenty minutes ago", { timestamp: minutes(-20) }],
    ["a time in twenty minutes", { timestamp: minutes(20) }],
    ["a time of ten minutes ago", { timestamp: minutes(-10) }],
    ["a channel that is not there", { channelId: "nowhere" }],
    ["a channel name that cannot be", { channelId: "No Such!" }],
  ];
}

async function wronglySigned(side: Side): Promise<[string, RawProposal][]> {
  const { foreign, impostor } = await createStrangers(side.consortium);
  return [
    ["another key's signature", { signature: () => impostor.signSync(Buffer.from("other")) }],
    ["no signature", { signature: () => new Uint8Array() }],
    ["a signature that is none", { signature: () => GARBAGE }],
    ["a creator of an unknown organisation", { signer: foreign }],
    ["a creator that another authority has issued", { signer: impostor }],
    ["a creator that is none", { creator: GARBAGE }],
    ["no creator", { creator: new Uint8Array() }],
    ["the administrator", { signer: side.client.admin(1) }],
    ["a user of organisation 2", { signer: userOf(side.consortium.organizations[1]) }],
    ["the orderers' administrator", { signer: side.consortium.orderer.admin }],
  ];
}

const systemCalls: readonly [string, RawProposal][] = [
  ["a function that qscc has not", { chaincode: "qscc", args: ["Nothing", "trade"] }],
  ["qscc without a channel", { chaincode: "qscc", args: ["GetChainInfo"] }],
  ["qscc of an unknown channel", { chaincode: "qscc", args: ["GetChainInfo", "nowhere"] }],
  ["qscc with too few arguments", { chaincode: "qscc", args: ["GetBlockByNumber", "trade"] }],
  ["a block number that is none", { chaincode: "qscc", args: ["GetBlockByNumber", "trade", "one"] }],
  ["a negative block number", { chaincode: "qscc", args: ["GetBlockByNumber", "trade", "-1"] }],
  ["a block that is not there", { chaincode: "qscc", args: ["GetBlockByNumber", "trade", "999"] }],
  ["a block number that is too large", { chaincode: "qscc", args: ["GetBlockByNumber", "trade", "18446744073709551616"] }],
  ["a block by an unknown hash", { chaincode: "qscc", args: ["GetBlockByHash", "trade", "nothing"] }],
  ["a transaction that is not there", { chaincode: "qscc", args: ["GetTransactionByID", "trade", "nothing"] }],
  ["a transaction without an id", { chaincode: "qscc", args: ["GetTransactionByID", "trade", ""] }],
  ["the block of a transaction that is not there", { chaincode: "qscc", args: ["GetBlockByTxID", "trade", "nothing"] }],
  ["a function that cscc has not", { chaincode: "cscc", args: ["Nothing", "trade"], channelId: "" }],
  ["cscc without arguments", { chaincode: "cscc", args: [], channelId: "" }],
  ["the configuration block of an unknown channel", { chaincode: "cscc", args: ["GetConfigBlock", "nowhere"], channelId: "" }],
  ["the configuration of an unknown channel", { chaincode: "cscc", args: ["GetChannelConfig", "nowhere"], channelId: "" }],
  ["the peer's channels", { chaincode: "cscc", args: ["GetChannels"], channelId: "" }],
  ["joining without a block", { chaincode: "cscc", args: ["JoinChain"], channelId: "", type: common.HeaderType.CONFIG }],
  ["joining with an empty block", { chaincode: "cscc", args: ["JoinChain", ""], channelId: "", type: common.HeaderType.CONFIG }],
  ["joining with what is no block", { chaincode: "cscc", args: ["JoinChain", "block"], channelId: "", type: common.HeaderType.CONFIG }],
  ["a function that _lifecycle has not", { chaincode: "_lifecycle", args: ["Nothing", ""] }],
  ["_lifecycle without arguments", { chaincode: "_lifecycle", args: [] }],
  ["_lifecycle with too few arguments", { chaincode: "_lifecycle", args: ["QueryChaincodeDefinitions"] }],
  ["definitions, without a channel", { chaincode: "_lifecycle", args: ["QueryChaincodeDefinitions", ""], channelId: "" }],
];

/** What a peer says to proposals that are wrong, and to calls of system chaincodes that cannot be served. */
export const proposals: Script = {
  title: "proposals that are wrong, and calls of system chaincodes",
  atLeast: 55,
  async run(side) {
    const cases = [...wrongInForm(), ...(await wronglySigned(side)), ...systemCalls];
    const observations: Observation[] = [];
    for (const [what, raw] of cases) observations.push([what, await ask(side, raw)]);
    const admin = side.client.admin(1);
    for (const [what, raw] of systemCalls.filter(([, { channelId, chaincode }]) => channelId === "" || chaincode === "_lifecycle"))
      observations.push([`${what}, as administrator`, await ask(side, { ...raw, signer: admin })]);
    return observations;
  },
};
