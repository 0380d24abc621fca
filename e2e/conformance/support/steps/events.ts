// Events by Fabric's own gateway client, and blocks as peers and orderers deliver them.
import { create, toBinary } from "@bufbuild/protobuf";
import { atomicBroadcastService, createEnvelope, deliverService, NodeChannel } from "@heddle/fabric";
import { common, orderer, peer } from "@heddle/fabric/wire";
import { blockLines } from "../block-lines.ts";
import { CHANNEL } from "../network.ts";
import type { Outcome } from "../outcome.ts";
import { who, type Person } from "../people.ts";
import { valueText } from "../read-write-set.ts";
import { step, type Given } from "../step.ts";
import type { World } from "../world.ts";
import { gatewayOf, refusal } from "./gateway.ts";
import { grpcOutcome } from "./proposals.ts";

const COUNT: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5 };
const COUNTS = `(?<count>${Object.keys(COUNT).join("|")})`;

/** The first items of a stream, which is then closed. */
async function take<Item>(stream: AsyncIterable<Item> & { close(): void }, count: number): Promise<Item[]> {
  const items: Item[] = [];
  try {
    for await (const item of stream) {
      items.push(item);
      if (items.length === count) break;
    }
  } finally {
    stream.close();
  }
  return items;
}

async function chaincodeEvents(world: World, given: Given): Promise<Outcome> {
  const channel = given.maybe("channel") ?? CHANNEL;
  const after = given.maybe("after");
  const transactionId = after === undefined ? undefined : world.transactions.get(after)?.getTransactionId();
  if (after !== undefined && transactionId === undefined) throw new Error(`no transaction was endorsed as ${after}`);
  const startBlock = BigInt(world.base(channel) + 1);
  const stream = await gatewayOf(world, given)
    .getNetwork(channel)
    .getChaincodeEvents(given.part("chaincode"), {
      startBlock,
      ...(transactionId === undefined ? {} : { checkpoint: { getBlockNumber: () => startBlock, getTransactionId: () => transactionId } }),
    });
  const events = await take(stream, COUNT[given.part("count")] ?? 0);
  return {
    verdict: `${events.length} events`,
    lines: events.map(
      ({ chaincodeName, eventName, payload, blockNumber }) =>
        `${eventName} of ${chaincodeName} in block ${world.relative(blockNumber, channel)}: ${valueText(payload)}`,
    ),
  };
}

function filteredLines(world: World, { number, channelId, filteredTransactions }: peer.FilteredBlock): string[] {
  return [
    `block ${world.relative(number)} of ${channelId}`,
    ...filteredTransactions.flatMap(({ type, txid, txValidationCode, Data }) => [
      `  ${common.HeaderType[type]} ${peer.TxValidationCode[txValidationCode]}, ${txid === "" ? "without" : "with"} an id`,
      ...(Data.case === undefined ? [] : Data.value.chaincodeActions).map(
        ({ chaincodeEvent }) =>
          `    event ${chaincodeEvent?.eventName ?? ""} of ${chaincodeEvent?.chaincodeId ?? ""}: ${valueText(chaincodeEvent?.payload ?? new Uint8Array())}`,
      ),
    ]),
  ];
}

function privateLines(data: Readonly<Record<string, unknown>>): string {
  return `private data of ${Object.keys(data).length} transactions`;
}

type Kind = "blocks" | "filtered blocks" | "blocks with private data";

async function collect<Answer>(answers: AsyncIterable<Answer>, tell: (answer: Answer) => string | string[]): Promise<Outcome> {
  const lines: string[] = [];
  for await (const answer of answers) {
    const told = tell(answer);
    if (typeof told === "string") return { verdict: told, lines };
    lines.push(...told);
  }
  return { verdict: "ended", lines };
}

async function ask(world: World, node: string, kind: Kind, envelope: common.Envelope): Promise<Outcome> {
  const { network } = world;
  const numberOf = (block: bigint): string => world.relative(block);
  if (network.node(node).kind === "orderer") {
    const stream = network.ordering.stream(atomicBroadcastService.deliver, 10_000);
    stream.write(envelope);
    return collect(stream as AsyncIterable<orderer.DeliverResponse>, ({ Type }) =>
      Type.case === "block" ? blockLines(Type.value, numberOf) : (common.Status[Type.value ?? 0] ?? "none"),
    ).finally(() => stream.cancel());
  }
  using channel = new NodeChannel(network.node(node));
  const method = kind === "blocks" ? "deliver" : kind === "filtered blocks" ? "deliverFiltered" : "deliverWithPrivateData";
  const stream = channel.stream(deliverService[method], 10_000);
  stream.write(envelope);
  // The connection closes with the scope.
  return await collect(stream as AsyncIterable<peer.DeliverResponse>, ({ Type }) => {
    if (Type.case === "block") return blockLines(Type.value, numberOf);
    if (Type.case === "filteredBlock") return filteredLines(world, Type.value);
    if (Type.case === "blockAndPrivateData")
      return [...blockLines(Type.value.block ?? create(common.BlockSchema), numberOf), privateLines(Type.value.privateDataMap)];
    return common.Status[Type.value ?? 0] ?? "none";
  }).finally(() => stream.cancel());
}

/** A position as a scenario writes it; nothing for one that is left out. */
function position(world: World, text: string): orderer.SeekPosition | undefined {
  const number = /^block \+(\d+)$/.exec(text)?.[1];
  if (number !== undefined) return specified(BigInt(world.base() + Number(number)));
  const absolute = /^block (\d+)$/.exec(text)?.[1];
  if (absolute !== undefined) return specified(BigInt(absolute));
  if (text === "nowhere") return undefined;
  return create(orderer.SeekPositionSchema, { Type: { case: text === "oldest" ? "oldest" : "newest", value: {} } });
}

function specified(number: bigint): orderer.SeekPosition {
  return create(orderer.SeekPositionSchema, { Type: { case: "specified", value: { number } } });
}

async function seek(world: World, given: Given, person: Person): Promise<common.Envelope> {
  const [start, stop] = [given.part("start"), given.part("stop")].map((text) => position(world, text));
  const behavior =
    given.maybe("now") === undefined ? orderer.SeekInfo_SeekBehavior.BLOCK_UNTIL_READY : orderer.SeekInfo_SeekBehavior.FAIL_IF_NOT_READY;
  const info = create(orderer.SeekInfoSchema, {
    behavior,
    ...(start === undefined ? {} : { start }),
    ...(stop === undefined ? {} : { stop }),
  });
  const timestamp = given.maybe("old") === undefined ? {} : { timestamp: new Date(Date.now() - 20 * 60_000) };
  const data = toBinary(orderer.SeekInfoSchema, info);
  return createEnvelope(
    { type: common.HeaderType.DELIVER_SEEK_INFO, channelId: given.maybe("channel") ?? CHANNEL, data, ...timestamp },
    person.identity,
  );
}

const POSITION = String.raw`oldest|newest|nowhere|block \+?\d+`;

export const eventSteps = [
  step(
    `${who()} takes ${COUNTS} chaincode events? of (?<chaincode>[\\w-]+)(?: on (?<channel>[\\w-]+))?(?: after "(?<after>[\\w ]+)")?`,
    async (world, given) => {
      try {
        world.observe(await chaincodeEvents(world, given));
      } catch (error) {
        world.observe(refusal(world, error));
      }
    },
  ),
  step(
    `${who()} asks (?<node>[\\w.]+\\.example\\.com) for (?<kind>blocks|filtered blocks|blocks with private data)(?: of (?<channel>[\\w-]+))? from (?<start>${POSITION}) to (?<stop>${POSITION})(?<now>, at once)?(?<old>, twenty minutes ago)?`,
    async (world, given) => {
      const envelope = await seek(world, given, world.network.people.find(given.part("who")));
      try {
        world.observe(await ask(world, given.part("node"), given.part("kind") as Kind, envelope));
      } catch (error) {
        world.observe(grpcOutcome(world, error));
      }
    },
  ),
  step(`${who()} sends (?<node>[\\w.]+\\.example\\.com) an empty envelope for blocks`, async (world, given) => {
    world.observe(await ask(world, given.part("node"), "blocks", create(common.EnvelopeSchema)));
  }),
];
