import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  atomicBroadcastService,
  configFromBlock,
  createConfigUpdateEnvelope,
  createEnvelope,
  createHeader,
  type LocalSigningIdentity,
} from "@heddle/fabric";
import { common, type orderer } from "@heddle/fabric/wire";
import { createStrangers } from "../support/strangers.ts";
import { outcome, plain, type Observation, type Script, type Side } from "./side.ts";

const GARBAGE = Uint8Array.of(0xff, 0xff, 0xff, 0x07);

/** The orderer's answer to one envelope. */
async function broadcast(side: Side, envelope: common.Envelope): Promise<unknown> {
  return outcome(side, async () => {
    const stream = side.client.orderer.stream(atomicBroadcastService.broadcast);
    stream.write(envelope);
    for await (const { status, info } of stream as AsyncIterable<orderer.BroadcastResponse>) {
      stream.cancel();
      return { status: common.Status[status], info: plain(info, side.consortium) };
    }
    return "the stream ended";
  });
}

function message(
  side: Side,
  signer: LocalSigningIdentity,
  change: { type?: common.HeaderType; channelId?: string; data?: Uint8Array } = {},
) {
  return createEnvelope(
    { type: common.HeaderType.ENDORSER_TRANSACTION, channelId: side.client.channelId, data: Buffer.from("data"), ...change },
    signer,
  );
}

async function envelopes(side: Side): Promise<[string, common.Envelope][]> {
  const user = side.client.user(1);
  const [one] = side.consortium.organizations;
  const { foreign, impostor } = await createStrangers(side.consortium);
  const good = await message(side, user);
  const of = (payload: Uint8Array, signature: Uint8Array = user.signSync(payload)): common.Envelope =>
    create(common.EnvelopeSchema, { payload, signature });
  const withHeader = (header: Partial<{ channelHeader: Uint8Array; signatureHeader: Uint8Array }>): common.Envelope => {
    const usual = createHeader({ type: 3, channelId: side.client.channelId, creator: user.serialized });
    const changed = create(common.HeaderSchema, { ...usual, ...header });
    return of(toBinary(common.PayloadSchema, create(common.PayloadSchema, { header: changed, data: Buffer.from("data") })));
  };
  // One size on both sides, though times and signatures vary in length; the size is looked at before the signature.
  const huge = of(good.payload, new Uint8Array(10 * 1024 * 1024 + 1 - good.payload.length));
  return [
    ["an empty envelope", create(common.EnvelopeSchema)],
    ["a payload that is none", of(GARBAGE)],
    ["a payload without a header", of(toBinary(common.PayloadSchema, create(common.PayloadSchema, { data: Buffer.from("data") })))],
    ["a channel header that is none", withHeader({ channelHeader: GARBAGE })],
    ["no channel header", withHeader({ channelHeader: new Uint8Array() })],
    ["a signature header that is none", withHeader({ signatureHeader: GARBAGE })],
    ["no signature header", withHeader({ signatureHeader: new Uint8Array() })],
    ["a channel that is not there", await message(side, user, { channelId: "nowhere" })],
    ["no channel", await message(side, user, { channelId: "" })],
    ["no signature", create(common.EnvelopeSchema, { payload: good.payload })],
    ["another's signature", create(common.EnvelopeSchema, { payload: good.payload, signature: impostor.signSync(good.payload) })],
    ["a stranger", await message(side, foreign)],
    ["an impostor", await message(side, impostor)],
    ["an orderer's configuration", await message(side, user, { type: common.HeaderType.CONFIG })],
    ["an orderer's transaction", await message(side, user, { type: common.HeaderType.ORDERER_TRANSACTION })],
    ["more than a message may hold", huge],
    ["a configuration update that is none", await message(side, one.admin, { type: common.HeaderType.CONFIG_UPDATE, data: GARBAGE })],
    ["an empty configuration update", await message(side, one.admin, { type: common.HeaderType.CONFIG_UPDATE, data: new Uint8Array() })],
  ];
}

type Change = (update: common.ConfigUpdate, root: common.ConfigGroup) => void;

function group(version = 0n): common.ConfigGroup {
  return create(common.ConfigGroupSchema, { version });
}

const updates: readonly [string, Change][] = [
  ["that changes nothing", () => undefined],
  ["of another channel", (update) => void (update.channelId = "nowhere")],
  ["that reads another version", (update) => void (update.readSet = group(7n))],
  [
    "that reads what is not there",
    (update) => {
      if (update.readSet !== undefined) update.readSet.groups["Nothing"] = group();
    },
  ],
  ["that writes a version too high", (update) => void (update.writeSet = group(9n))],
  [
    "without a mod_policy",
    (update) => {
      update.writeSet = create(common.ConfigGroupSchema, { version: 1n });
    },
  ],
  [
    "with an impossible mod_policy",
    (update) => {
      update.writeSet = create(common.ConfigGroupSchema, { version: 1n, modPolicy: "No Such!" });
    },
  ],
  [
    "that nobody has signed for the orderers",
    (update, root) => {
      const timeout = root.groups["Orderer"]?.values["BatchTimeout"];
      if (timeout === undefined) throw new Error("no BatchTimeout");
      const changed = create(common.ConfigValueSchema, {
        ...timeout,
        version: timeout.version + 1n,
        value: Buffer.from("\n\u0002" + "1s"),
      });
      const orderers = create(common.ConfigGroupSchema, { values: { BatchTimeout: changed } });
      update.writeSet = create(common.ConfigGroupSchema, { groups: { Orderer: orderers } });
    },
  ],
];

async function configUpdates(side: Side): Promise<Observation[]> {
  const admin = side.client.admin(1);
  const { config } = configFromBlock(await side.client.peer(1).configBlock(side.client.channelId, admin));
  const root = config.channelGroup ?? group();
  const observations: Observation[] = [];
  for (const [what, change] of updates) {
    const update = create(common.ConfigUpdateSchema, { channelId: side.client.channelId, readSet: group(), writeSet: group() });
    change(update, root);
    const envelope = await createConfigUpdateEnvelope(update, [admin], admin);
    const { payload } = envelope;
    // The envelope is of the channel, whatever the update says of itself.
    const header = fromBinary(common.PayloadSchema, payload);
    const own = await message(side, admin, { type: common.HeaderType.CONFIG_UPDATE, data: header.data });
    observations.push([`a configuration update ${what}`, await broadcast(side, own)]);
  }
  return observations;
}

/** What an orderer says to messages that it does not take. */
export const ordering: Script = {
  title: "messages that an orderer does not take",
  atLeast: 26,
  async run(side) {
    const observations: Observation[] = [];
    for (const [what, envelope] of await envelopes(side)) observations.push([what, await broadcast(side, envelope)]);
    return [...observations, ...(await configUpdates(side))];
  },
};
