// Messages to the orderer: what it takes, what it refuses, and configuration updates.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  atomicBroadcastService,
  computeConfigUpdate,
  computeTxId,
  configFromBlock,
  createConfigUpdateEnvelope,
  createEnvelope,
  createHeader,
  createNonce,
} from "@heddle/fabric";
import { common, orderer } from "@heddle/fabric/wire";
import { clone } from "@bufbuild/protobuf";
import { CHANNEL } from "../network.ts";
import type { Outcome } from "../outcome.ts";
import { EVERYBODY, who, type Person } from "../people.ts";
import { step, type Given } from "../step.ts";
import type { World } from "../world.ts";
import { grpcOutcome } from "./proposals.ts";

const GARBAGE = Uint8Array.of(0xff, 0xff, 0xff, 0x07);
const MOST_BYTES = 1024 * 1024;

/** The orderer's answer to one envelope. */
async function broadcast(world: World, envelope: common.Envelope): Promise<Outcome> {
  const stream = world.network.ordering.stream(atomicBroadcastService.broadcast, 20_000);
  try {
    stream.write(envelope);
    for await (const { status, info } of stream as AsyncIterable<orderer.BroadcastResponse>)
      return { verdict: common.Status[status] ?? String(status), text: world.network.plain(info) };
    return { verdict: "ended" };
  } catch (error) {
    return grpcOutcome(world, error);
  } finally {
    stream.cancel();
  }
}

interface Content {
  readonly type?: common.HeaderType;
  readonly channelId?: string;
  readonly data?: Uint8Array;
}

/**
 * A message that has to be refused: it is a transaction without an action, and a real peer ends when it finds one in a block.
 */
function message({ identity }: Person, content: Content = {}): Promise<common.Envelope> {
  const nonce = createNonce();
  const usual = { type: common.HeaderType.ENDORSER_TRANSACTION, channelId: CHANNEL, data: new Uint8Array() };
  return createEnvelope({ ...usual, nonce, txId: computeTxId(nonce, identity.serialized), ...content }, identity);
}

function withPayload({ identity }: Person, payload: Uint8Array): common.Envelope {
  return create(common.EnvelopeSchema, { payload, signature: identity.signSync(payload) });
}

function withHeader(person: Person, change: Partial<common.Header>): common.Envelope {
  const usual = createHeader({ type: common.HeaderType.ENDORSER_TRANSACTION, channelId: CHANNEL, creator: person.identity.serialized });
  const header = create(common.HeaderSchema, { ...usual, ...change });
  return withPayload(person, toBinary(common.PayloadSchema, create(common.PayloadSchema, { header, data: Buffer.from("data") })));
}

/** What may be wrong with a message, as a scenario says it. */
const MESSAGES: Readonly<Record<string, (person: Person) => common.Envelope | Promise<common.Envelope>>> = {
  "an empty envelope": () => create(common.EnvelopeSchema),
  "a message whose payload is none": (person) => withPayload(person, GARBAGE),
  "a message without a header": (person) =>
    withPayload(person, toBinary(common.PayloadSchema, create(common.PayloadSchema, { data: Buffer.from("data") }))),
  "a message whose channel header is none": (person) => withHeader(person, { channelHeader: GARBAGE }),
  "a message whose signature header is none": (person) => withHeader(person, { signatureHeader: GARBAGE }),
  "a message without a signature": async (person) => create(common.EnvelopeSchema, { payload: (await message(person)).payload }),
  "a message for a channel that is not there": (person) => message(person, { channelId: "nowhere" }),
  "a message for no channel": (person) => message(person, { channelId: "" }),
  "a message": (person) => message(person),
  "a message of type CONFIG": (person) => message(person, { type: common.HeaderType.CONFIG }),
  "a message of type ORDERER_TRANSACTION": (person) => message(person, { type: common.HeaderType.ORDERER_TRANSACTION }),
  "a message of one byte more than a message may have": async (person) => {
    // The size counts payload and signature; it is looked at before the signature is.
    const { payload } = await message(person);
    return create(common.EnvelopeSchema, { payload, signature: new Uint8Array(MOST_BYTES + 1 - payload.length) });
  },
  "a configuration update that is none": (person) => message(person, { type: common.HeaderType.CONFIG_UPDATE, data: GARBAGE }),
  "an empty configuration update": (person) => message(person, { type: common.HeaderType.CONFIG_UPDATE, data: new Uint8Array() }),
};

async function currentConfig(world: World): Promise<common.Config> {
  const admin = world.network.people.find("Org1's administrator").identity;
  return configFromBlock(await world.network.peer("peer0.org1.example.com").configBlock(CHANNEL, admin)).config;
}

function value(root: common.ConfigGroup, path: string, name: string): common.ConfigValue {
  const group = path.split("/").reduce<common.ConfigGroup | undefined>((at, part) => at?.groups[part], root);
  const found = group?.values[name];
  if (found === undefined) throw new Error(`the configuration has no ${path}/${name}`);
  return found;
}

function setTimeoutOf(root: common.ConfigGroup, timeout: string): void {
  value(root, "Orderer", "BatchTimeout").value = toBinary(orderer.BatchTimeoutSchema, create(orderer.BatchTimeoutSchema, { timeout }));
}

/** A change by hand, of what the computed update would never say. */
type Forgery = (update: common.ConfigUpdate) => void;

const FORGERIES: Readonly<Record<string, Forgery>> = {
  "changes nothing": () => undefined,
  "is of another channel": (update) => void (update.channelId = "nowhere"),
  "has read another version": (update) => void (update.readSet = create(common.ConfigGroupSchema, { version: 7n })),
  "has read what is not there": (update) => {
    update.readSet = create(common.ConfigGroupSchema, { groups: { Nothing: create(common.ConfigGroupSchema) } });
  },
  "writes a version too high": (update) => void (update.writeSet = create(common.ConfigGroupSchema, { version: 9n })),
  "has no mod_policy": (update) => void (update.writeSet = create(common.ConfigGroupSchema, { version: 1n })),
  "has an impossible mod_policy": (update) => {
    update.writeSet = create(common.ConfigGroupSchema, { version: 1n, modPolicy: "No Such!" });
  },
};

const CHANGES: Readonly<Record<string, (root: common.ConfigGroup) => void>> = {
  "sets the batch timeout to 110ms": (root) => setTimeoutOf(root, "110ms"),
  "sets the batch timeout back to 100ms": (root) => setTimeoutOf(root, "100ms"),
  "sets the batch timeout to what is no time": (root) => setTimeoutOf(root, "soon"),
  "sets the batch size to no messages": (root) => {
    const found = value(root, "Orderer", "BatchSize");
    const size = fromBinary(orderer.BatchSizeSchema, found.value);
    found.value = toBinary(orderer.BatchSizeSchema, create(orderer.BatchSizeSchema, { ...size, maxMessageCount: 0 }));
  },
  "takes Guest off the channel": (root) => void delete root.groups["Application"]?.groups["Guest"],
  "adds a value that nobody knows": (root) => {
    const application = root.groups["Application"];
    if (application !== undefined) application.values["Weather"] = create(common.ConfigValueSchema, { modPolicy: "Admins" });
  },
};

async function updateOf(world: World, given: Given): Promise<common.ConfigUpdate> {
  const what = given.part("change");
  const forge = FORGERIES[what];
  if (forge !== undefined) {
    const update = create(common.ConfigUpdateSchema, { channelId: CHANNEL, readSet: {}, writeSet: {} });
    forge(update);
    return update;
  }
  const config = await currentConfig(world);
  const wanted = clone(common.ConfigSchema, config);
  if (wanted.channelGroup !== undefined) CHANGES[what]?.(wanted.channelGroup);
  return computeConfigUpdate(CHANNEL, config, wanted);
}

async function sendUpdate(world: World, given: Given): Promise<Outcome> {
  const { people } = world.network;
  const signers = given
    .part("signers")
    .split(" and ")
    .map((name) => people.find(name).identity);
  const [first] = signers;
  if (first === undefined) throw new Error("nobody signs");
  const { payload } = await createConfigUpdateEnvelope(await updateOf(world, given), signers, first);
  // The envelope is of the channel, whatever the update says of itself.
  const { data } = fromBinary(common.PayloadSchema, payload);
  return broadcast(world, await createEnvelope({ type: common.HeaderType.CONFIG_UPDATE, channelId: CHANNEL, data }, first));
}

/** Every element of a configuration: its version and who may change it. */
function elementLines(group: common.ConfigGroup, path: string): string[] {
  const line = (kind: string, name: string, { version, modPolicy }: { version: bigint; modPolicy: string }): string =>
    `${kind} ${path}/${name}, version ${version}, changed by ${modPolicy === "" ? "nobody" : modPolicy}`;
  const sorted = <Element>(elements: Readonly<Record<string, Element>>): [string, Element][] =>
    Object.entries(elements).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...sorted(group.values).map(([name, element]) => line("value", name, element)),
    ...sorted(group.policies).map(([name, element]) => line("policy", name, element)),
    ...sorted(group.groups).flatMap(([name, element]) => [line("group", name, element), ...elementLines(element, `${path}/${name}`)]),
  ];
}

const SIGNERS = `(?<signers>(?:${EVERYBODY.join("|")})(?: and (?:${EVERYBODY.join("|")}))*)`;

export const orderingSteps = [
  step(`${who()} sends the orderer (?<message>${Object.keys(MESSAGES).join("|")})`, async (world, given) => {
    const make = MESSAGES[given.part("message")];
    if (make === undefined) throw new Error("there is no such message");
    world.observe(await broadcast(world, await make(world.network.people.find(given.part("who")))));
  }),
  step(
    `a configuration update that (?<change>${[...Object.keys(FORGERIES), ...Object.keys(CHANGES)].join("|")}) is sent, signed by ${SIGNERS}`,
    async (world, given) => world.observe(await sendUpdate(world, given)),
  ),
  step("the configuration is read", async (world) => {
    const { channelGroup } = await currentConfig(world);
    if (channelGroup === undefined) throw new Error("the configuration is empty");
    world.observe({ verdict: "OK", lines: elementLines(channelGroup, "") });
  }),
  step("the block of the configuration has arrived", async (world) => {
    await world.network.reach(CHANNEL, world.base() + 1);
  }),
];
