import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  atomicBroadcastService,
  createEnvelope,
  createHeader,
  deliverService,
  NodeChannel,
  type LocalSigningIdentity,
} from "@heddle/fabric";
import { common, orderer, type peer } from "@heddle/fabric/wire";
import { first } from "../support/consortium.ts";
import { createStrangers } from "../support/strangers.ts";
import { hex, outcome, type Observation, type Script, type Side } from "./side.ts";

const { SeekInfo_SeekBehavior: Behavior, SeekInfo_SeekContentType: Content } = orderer;
const GARBAGE = Uint8Array.of(0xff, 0xff, 0xff, 0x07);

type Seek = MessageInitShape<typeof orderer.SeekInfoSchema>;
type Position = MessageInitShape<typeof orderer.SeekPositionSchema>;

const oldest: Position = { Type: { case: "oldest", value: {} } };
const newest: Position = { Type: { case: "newest", value: {} } };
const at = (number: bigint): Position => ({ Type: { case: "specified", value: { number } } });
const fails = { behavior: Behavior.FAIL_IF_NOT_READY } as const;

const HEADERS_ONLY = "headers only";

const seeks: readonly [string, Seek][] = [
  ["the oldest block", { start: oldest, stop: oldest }],
  ["the newest block", { start: newest, stop: newest }],
  ["two blocks", { start: at(1n), stop: at(2n) }],
  ["from a block to the newest", { start: at(3n), stop: newest }],
  [HEADERS_ONLY, { start: at(0n), stop: at(2n), contentType: Content.HEADER_WITH_SIG }],
  ["to the oldest", { start: at(2n), stop: oldest }],
  ["no start", { stop: newest }],
  ["no stop", { start: oldest }],
  ["no position at all", {}],
  ["a start that is none", { start: {}, stop: newest }],
  ["a stop before the start", { start: at(2n), stop: at(1n) }],
  ["a stop before the newest", { start: newest, stop: at(0n) }],
  ["a block that is not there, at once", { start: at(9999n), stop: at(9999n), ...fails }],
  ["a block that is not there", { start: at(9999n), stop: at(9999n) }],
  ["up to a block that is not there, at once", { start: at(1n), stop: at(9999n), ...fails }],
  ["the very last block there could be", { start: at(2n ** 64n - 1n), stop: at(2n ** 64n - 1n), ...fails }],
];

interface Kind {
  readonly name: string;
  readonly read: (side: Side, envelope: common.Envelope) => Promise<unknown>;
}

const MOST = 12;

/** What comes on a stream, up to its status. */
async function collect<Answer>(answers: AsyncIterable<Answer>, tell: (answer: Answer) => unknown): Promise<unknown[]> {
  const told: unknown[] = [];
  for await (const answer of answers) {
    told.push(tell(answer));
    if (told.length === MOST || typeof told.at(-1) === "string") break;
  }
  return told;
}

function block({ header, data, metadata }: common.Block): unknown {
  return { number: Number(header?.number), transactions: data?.data.length, slots: metadata?.metadata.map(({ length }) => length > 0) };
}

function ordererStream(): Kind {
  return {
    name: "orderer",
    read: async ({ client }, envelope) => {
      const stream = client.orderer.stream(atomicBroadcastService.deliver);
      stream.write(envelope);
      const told = await collect(stream as AsyncIterable<orderer.DeliverResponse>, ({ Type }) =>
        Type.case === "block" ? block(Type.value) : common.Status[Type.value ?? 0],
      );
      stream.cancel();
      return told;
    },
  };
}

function peerStream(method: "deliver" | "deliverFiltered" | "deliverWithPrivateData"): Kind {
  return {
    name: method,
    read: async ({ consortium }, envelope) => {
      using channel = new NodeChannel(first(consortium.organizations[0].nodes).address);
      const stream = channel.stream(deliverService[method]);
      stream.write(envelope);
      const told = await collect(stream as AsyncIterable<peer.DeliverResponse>, ({ Type }) => {
        if (Type.case === "block") return block(Type.value);
        if (Type.case === "blockAndPrivateData") return { ...(block(Type.value.block ?? create(common.BlockSchema)) as object) };
        if (Type.case === "filteredBlock") return filtered(Type.value);
        return common.Status[Type.value ?? 0];
      });
      stream.cancel();
      return told;
    },
  };
}

function filtered({ number, channelId, filteredTransactions }: peer.FilteredBlock): unknown {
  return {
    number: Number(number),
    channelId,
    transactions: filteredTransactions.map(({ txid, type, txValidationCode, Data }) => ({
      named: txid !== "",
      type,
      code: txValidationCode,
      actions:
        Data.case === undefined
          ? undefined
          : Data.value.chaincodeActions.map(({ chaincodeEvent }) => [chaincodeEvent?.eventName, hex(chaincodeEvent?.payload)]),
    })),
  };
}

async function envelopes(side: Side): Promise<[string, common.Envelope][]> {
  const { channelId } = side.client;
  const admin = side.client.admin(1);
  const { foreign, impostor } = await createStrangers(side.consortium);
  const info = (seek: Seek): Uint8Array => toBinary(orderer.SeekInfoSchema, create(orderer.SeekInfoSchema, seek));
  const request = (data: Uint8Array, signer: LocalSigningIdentity = admin, change: { channelId?: string; timestamp?: Date } = {}) =>
    createEnvelope({ type: common.HeaderType.DELIVER_SEEK_INFO, channelId, data, ...change }, signer);
  const good = info({ start: oldest, stop: oldest });
  const untimed = createHeader({ type: common.HeaderType.DELIVER_SEEK_INFO, channelId, creator: admin.serialized });
  const without = (change: Partial<common.Header>): common.Envelope => {
    const header = create(common.HeaderSchema, { ...untimed, ...change });
    const payload = toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data: good }));
    return create(common.EnvelopeSchema, { payload, signature: admin.signSync(payload) });
  };
  const noTime = toBinary(common.ChannelHeaderSchema, create(common.ChannelHeaderSchema, { type: 5, channelId }));
  return [
    ...(await Promise.all(seeks.map(async ([what, seek]) => [what, await request(info(seek))] as [string, common.Envelope]))),
    ["an empty envelope", create(common.EnvelopeSchema)],
    ["a payload that is none", create(common.EnvelopeSchema, { payload: GARBAGE })],
    ["a channel header that is none", without({ channelHeader: GARBAGE })],
    ["no channel header", without({ channelHeader: new Uint8Array() })],
    ["a signature header that is none", without({ signatureHeader: GARBAGE })],
    ["no time", without({ channelHeader: noTime })],
    ["a time of twenty minutes ago", await request(good, admin, { timestamp: new Date(Date.now() - 20 * 60_000) })],
    ["what is no request", await request(GARBAGE)],
    ["a channel that is not there", await request(good, admin, { channelId: "nowhere" })],
    ["no channel", await request(good, admin, { channelId: "" })],
    ["a stranger", await request(good, foreign)],
    ["an impostor", await request(good, impostor)],
    ["a user of organisation 2", await request(good, side.client.user(2))],
    ["the orderers' administrator", await request(good, side.consortium.orderer.admin)],
  ];
}

/** Streams of blocks, and how they end. */
export const streams: Script = {
  title: "streams of blocks and how they end",
  atLeast: 100,
  async run(side) {
    const observations: Observation[] = [];
    const kinds = [ordererStream(), peerStream("deliver"), peerStream("deliverFiltered"), peerStream("deliverWithPrivateData")];
    for (const [what, envelope] of await envelopes(side)) {
      for (const kind of kinds) {
        // A real peer of this version ends when it filters a block that was stripped of its data.
        if (what === HEADERS_ONLY && kind.name !== "orderer" && kind.name !== "deliver") continue;
        observations.push([`${kind.name}: ${what}`, await outcome(side, () => kind.read(side, envelope))]);
      }
    }
    return observations;
  },
};
