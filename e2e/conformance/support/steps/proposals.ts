// Proposals to one peer, right and wrong ones, and the system chaincodes.
import { create, fromBinary, toBinary, type DescMessage } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { computeTxId, createHeader, createNonce } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { isHeddleError } from "@heddle/network";
import { CHANNEL } from "../network.ts";
import type { Outcome } from "../outcome.ts";
import { who, type Person } from "../people.ts";
import { readWriteLines, valueText } from "../read-write-set.ts";
import { CALL, parseCall, step } from "../step.ts";
import type { World } from "../world.ts";

const GARBAGE = Uint8Array.of(0xff, 0xff, 0xff, 0x07);
const MINUTE_MS = 60_000;

/** A proposal made by hand; what is not stated is as a client makes it. */
export interface RawProposal {
  readonly channelId: string;
  readonly chaincode: string;
  readonly args: readonly (string | Uint8Array)[];
  readonly type?: common.HeaderType;
  readonly epoch?: bigint;
  readonly txId?: string;
  readonly nonce?: Uint8Array;
  readonly timestamp?: Date;
  readonly extension?: Uint8Array;
  readonly payload?: Uint8Array;
  readonly bytes?: Uint8Array;
  readonly creator?: Uint8Array;
  readonly signature?: Uint8Array;
}

function bytesOf<Schema extends DescMessage>(schema: Schema, fields: Parameters<typeof create<Schema>>[1]): Uint8Array {
  return toBinary(schema, create(schema, fields));
}

function sign(raw: RawProposal, { identity }: Person): peer.SignedProposal {
  const creator = raw.creator ?? identity.serialized;
  const nonce = raw.nonce ?? createNonce();
  const header = createHeader({
    type: raw.type ?? common.HeaderType.ENDORSER_TRANSACTION,
    channelId: raw.channelId,
    creator,
    nonce,
    txId: raw.txId ?? computeTxId(nonce, creator),
    epoch: raw.epoch ?? 0n,
    extension: raw.extension ?? bytesOf(peer.ChaincodeHeaderExtensionSchema, { chaincodeId: { name: raw.chaincode } }),
    ...(raw.timestamp === undefined ? {} : { timestamp: raw.timestamp }),
  });
  const input = { args: raw.args.map((arg) => (typeof arg === "string" ? Buffer.from(arg) : arg)) };
  const spec = { type: peer.ChaincodeSpec_Type.NODE, chaincodeId: { name: raw.chaincode }, input };
  const invocation = bytesOf(peer.ChaincodeInvocationSpecSchema, { chaincodeSpec: spec });
  const payload = raw.payload ?? bytesOf(peer.ChaincodeProposalPayloadSchema, { input: invocation });
  const proposalBytes = raw.bytes ?? bytesOf(peer.ProposalSchema, { header: toBinary(common.HeaderSchema, header), payload });
  return create(peer.SignedProposalSchema, { proposalBytes, signature: raw.signature ?? identity.signSync(proposalBytes) });
}

/** A proposal of somebody, signed. */
export function proposalFor(world: World, name: string, raw: RawProposal): peer.SignedProposal {
  return sign(raw, world.network.people.find(name));
}

/** What may be wrong with a proposal, as a scenario says it. */
const PROBLEMS: Readonly<Record<string, (usual: RawProposal) => Partial<RawProposal>>> = {
  "without a signature": () => ({ signature: new Uint8Array() }),
  "with a signature that is none": () => ({ signature: GARBAGE }),
  "whose bytes are no proposal": () => ({ bytes: GARBAGE }),
  "that is empty": () => ({ bytes: new Uint8Array() }),
  "whose payload is none": () => ({ payload: GARBAGE }),
  "without a payload": () => ({ payload: new Uint8Array() }),
  "whose extension is none": () => ({ extension: GARBAGE }),
  "without an extension": () => ({ extension: new Uint8Array() }),
  "that names another chaincode in its header": () => ({
    extension: bytesOf(peer.ChaincodeHeaderExtensionSchema, { chaincodeId: { name: "other" } }),
  }),
  "with an id that is not its own": () => ({ txId: "0".repeat(64) }),
  "without a nonce": () => ({ nonce: new Uint8Array() }),
  "without a creator": () => ({ creator: new Uint8Array() }),
  "whose creator is none": () => ({ creator: GARBAGE }),
  "of twenty minutes ago": () => ({ timestamp: new Date(Date.now() - 20 * MINUTE_MS) }),
  "of ten minutes ago": () => ({ timestamp: new Date(Date.now() - 10 * MINUTE_MS) }),
  "with an epoch": () => ({ epoch: 1n }),
  "of type MESSAGE": () => ({ type: common.HeaderType.MESSAGE }),
  "of type CONFIG": () => ({ type: common.HeaderType.CONFIG }),
  "with a channel name that cannot be": () => ({ channelId: "No Such!" }),
};

/** Results of system chaincodes that are messages, in lines. */
const RESULTS: Readonly<Record<string, (payload: Uint8Array, world: World, channel: string) => string[]>> = {
  GetChainInfo: (payload, world, channel) => {
    const { height, currentBlockHash, previousBlockHash } = fromBinary(common.BlockchainInfoSchema, payload);
    return [`height ${world.relative(height - 1n, channel)}`, `hashes of ${currentBlockHash.length} and ${previousBlockHash.length} bytes`];
  },
  GetChannels: (payload) =>
    fromBinary(peer.ChannelQueryResponseSchema, payload)
      .channels.map(({ channelId }) => channelId)
      .toSorted(),
};

/** What a peer answers to a proposal; gRPC's code where it does not answer. */
export async function propose(
  world: World,
  node: string,
  signed: peer.SignedProposal,
): Promise<Outcome & { readonly payload?: Uint8Array }> {
  try {
    const { response, endorsement, payload } = await world.network.peer(node).processProposal(signed);
    const { status: code = 0, message = "", payload: result = new Uint8Array() } = response ?? {};
    const lines = endorsement === undefined ? ["not endorsed"] : endorsedLines(world, payload);
    return { verdict: String(code), text: world.network.plain(message), payload: result, lines };
  } catch (error) {
    return grpcOutcome(world, error);
  }
}

/** A failed call as gRPC tells it. Throws what is no such failure. */
export function grpcOutcome(world: World, error: unknown): Outcome {
  const cause = isHeddleError(error) ? error.cause : error;
  if (!(cause instanceof Error) || !("code" in cause) || !("details" in cause)) throw error;
  return { verdict: status[Number(cause.code)] ?? String(cause.code), text: world.network.plain(String(cause.details)) };
}

function endorsedLines(world: World, payload: Uint8Array): string[] {
  const { extension } = fromBinary(peer.ProposalResponsePayloadSchema, payload);
  const { results } = fromBinary(peer.ChaincodeActionSchema, extension);
  return ["endorsed", ...readWriteLines(results, (block) => world.relative(block))];
}

const PEER = String.raw`(?<peer>peer0\.org\d\.example\.com)`;

export const proposalSteps = [
  step(
    `${who()} sends ${PEER} a proposal for ${CALL} of (?<chaincode>[\\w-]+)(?: on (?<channel>[\\w-]+))?(?: (?<problem>${Object.keys(PROBLEMS).join("|")}))?`,
    async (world, given) => {
      const usual = {
        channelId: given.maybe("channel") ?? CHANNEL,
        chaincode: given.part("chaincode"),
        args: parseCall(given.part("call")),
      };
      const problem = PROBLEMS[given.maybe("problem") ?? ""]?.(usual) ?? {};
      const signed = sign({ ...usual, ...problem }, world.network.people.find(given.part("who")));
      const { payload = new Uint8Array(), ...outcome } = await propose(world, given.part("peer"), signed);
      world.observe({ ...outcome, ...(payload.length === 0 ? {} : { result: world.network.plain(valueText(payload)) }) });
    },
  ),
  step(`${who()} calls ${CALL} of (?<chaincode>qscc|cscc|lscc) at ${PEER}`, async (world, given) => {
    const [name, ...args] = parseCall(given.part("call"));
    const chaincode = given.part("chaincode");
    const person = world.network.people.find(given.part("who"));
    const { payload, ...outcome } = await propose(
      world,
      given.part("peer"),
      sign({ channelId: "", chaincode, args: [name, ...args] }, person),
    );
    const tell = RESULTS[name];
    const told =
      outcome.verdict !== "200" || payload === undefined
        ? []
        : (tell?.(payload, world, args[0] ?? "") ?? [payload.length === 0 ? "nothing" : "bytes"]);
    world.observe({ ...outcome, lines: told });
  }),
];
