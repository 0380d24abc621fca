import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { BlockSlot, NodeChannel, deliverService, createSeekEnvelope } from "@heddle/fabric";
import { common, peer } from "@heddle/fabric/wire";
import { ConsortiumClient, type Side } from "../support/client.ts";
import { configtxgenBlock, type ChannelOptions } from "../support/configtx.ts";
import { createConsortium, first, type Consortium, type ConsortiumOptions } from "../support/consortium.ts";
import { channelHeaderOf, flagsOf } from "../support/peer-ledger.ts";
import { RealNetwork } from "../support/real-network.ts";

/** Where vectors are kept. */
export const vectorsFolder = path.resolve(import.meta.dirname, "../../../packages/devnet/test/vectors");

/** One transaction of a vector. */
export interface VectorTransaction {
  readonly block: number;
  readonly index: number;
  readonly code: string;
  /** What the recorder wanted with it. */
  readonly what: string;
}

/** What there is to record. */
export interface Recording {
  readonly name: string;
  /** One sentence for ORIGIN.md. */
  readonly about: string;
  readonly consortium?: ConsortiumOptions;
  readonly channel?: ChannelOptions;
  /** Also keep the private data that each peer holds. */
  readonly privateData?: boolean;
  /** What the first transaction is for that devnet cannot replay yet, and why. */
  readonly notReplayed?: { readonly from: string; readonly because: string };
  run(session: Session): Promise<void>;
}

/** A network that is being recorded. */
export class Session {
  readonly client: ConsortiumClient;
  readonly consortium: Consortium;
  readonly #labels = new Map<string, string[]>();

  constructor(client: ConsortiumClient) {
    this.client = client;
    this.consortium = client.consortium;
  }

  /** Says what the next transaction with this id, in the order of blocks, is for. */
  label(txId: string, what: string): void {
    this.#labels.set(txId, [...(this.#labels.get(txId) ?? []), what]);
  }

  /** The label of a transaction; each is given out once. */
  take(txId: string): string | undefined {
    return this.#labels.get(txId)?.shift();
  }

  /** Submits a call and labels it. */
  async submit(what: string, ...request: Parameters<ConsortiumClient["submit"]>): Promise<peer.TxValidationCode> {
    const committed = await this.client.submit(...request);
    this.label(committed.txId, what);
    return committed.code;
  }

  /** Endorses calls one after the other, before any of them is committed, and orders them together. */
  async together(...calls: ReadonlyArray<readonly [what: string, ...request: Parameters<ConsortiumClient["submit"]>]>): Promise<void> {
    const { client } = this;
    const made: { txId: string; envelope: common.Envelope }[] = [];
    for (const [what, chaincode, args, options] of calls) {
      const endorsed = await client.endorse({ chaincode, args }, options ?? {});
      this.label(endorsed.txId, what);
      made.push({ txId: endorsed.txId, envelope: await client.envelope(endorsed, options?.signer) });
    }
    await client.order(...made.map(({ envelope }) => envelope));
    for (const { txId } of made) await client.outcome(txId);
  }
}

/** What each transaction of a channel is for, and what the peer says of it. */
export function describeTransactions(blocks: readonly Uint8Array[], session: Session): VectorTransaction[] {
  return blocks.flatMap((bytes) => {
    const block = fromBinary(common.BlockSchema, bytes);
    const flags = flagsOf(block);
    return (block.data?.data ?? []).map((transaction, index): VectorTransaction => {
      const code = peer.TxValidationCode[flags[index] ?? 255] ?? String(flags[index]);
      const { type, txId } = channelHeaderOf(transaction);
      const what = type === common.HeaderType.CONFIG ? "a configuration" : session.take(txId);
      return { block: Number(block.header?.number ?? 0n), index, code, what: what ?? "prepares what follows" };
    });
  });
}

/** Messages one after the other, each behind its length as a varint. */
function frames(messages: readonly Uint8Array[]): Buffer {
  const writer = new BinaryWriter();
  for (const message of messages) writer.bytes(message);
  return gzipSync(writer.finish(), { level: 9 });
}

/** The private data that a peer holds of each block: BlockAndPrivateData messages without their block. */
async function privateData(client: ConsortiumClient, side: Side): Promise<Uint8Array[]> {
  const { channelId } = client;
  // Only the peer's own administrator is shown what its organisation holds.
  const seek = await createSeekEnvelope(channelId, { start: "oldest", stop: "newest" }, client.admin(side));
  using channel = new NodeChannel(peerAddress(client, side));
  const stream = channel.stream(deliverService.deliverWithPrivateData);
  const messages: Uint8Array[] = [];
  stream.write(seek);
  for await (const { Type } of stream as AsyncIterable<peer.DeliverResponse>) {
    if (Type.case !== "blockAndPrivateData") break;
    const { privateDataMap } = Type.value;
    messages.push(toBinary(peer.BlockAndPrivateDataSchema, create(peer.BlockAndPrivateDataSchema, { privateDataMap })));
  }
  stream.cancel();
  return messages;
}

function peerAddress({ consortium }: ConsortiumClient, side: Side) {
  return first(consortium.organizations[side - 1]?.nodes ?? []).address;
}

async function write(recording: Recording, session: Session, fabric: string): Promise<string> {
  const { client } = session;
  const [blocks, others] = await Promise.all([client.blocks(1), client.blocks(2)]);
  if (blocks.length < 2 || !agreed(blocks).equals(agreed(others)))
    throw new Error(`${recording.name}: the two peers do not hold the same blocks`);
  const transactions = describeTransactions(blocks, session);
  const folder = path.join(vectorsFolder, recording.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "blocks.gz"), frames(blocks));
  if (recording.privateData === true) {
    for (const side of [1, 2] as const) writeFileSync(path.join(folder, `private-org${side}.gz`), frames(await privateData(client, side)));
  }
  const replayed = replayedBlocks(recording, blocks.length, transactions);
  const summary = { channel: client.channelId, blocks: blocks.length, replayed, transactions };
  writeFileSync(path.join(folder, "vector.json"), `${JSON.stringify(summary, undefined, 1)}\n`);
  writeFileSync(path.join(folder, "ORIGIN.md"), origin(recording, { blocks: blocks.length, replayed, transactions, fabric }));
  return `${recording.name}: ${blocks.length} blocks, ${transactions.length} transactions`;
}

/** What all peers must hold alike. Each orderer signs for itself, so signatures depend on whom a peer has asked. */
function agreed(blocks: readonly Uint8Array[]): Buffer {
  const parts = blocks.map((bytes) => {
    const block = fromBinary(common.BlockSchema, bytes);
    block.metadata?.metadata.fill(new Uint8Array(), BlockSlot.signatures, BlockSlot.transactionsFilter);
    return toBinary(common.BlockSchema, block);
  });
  return Buffer.concat(parts);
}

/** How many blocks devnet can replay today. */
function replayedBlocks({ name, notReplayed }: Recording, blocks: number, transactions: readonly VectorTransaction[]): number {
  if (notReplayed === undefined) return blocks;
  const found = transactions.find(({ what }) => what === notReplayed.from);
  if (found === undefined) throw new Error(`${name}: no transaction is for "${notReplayed.from}"`);
  return found.block;
}

interface Recorded {
  readonly blocks: number;
  readonly replayed: number;
  readonly transactions: readonly VectorTransaction[];
  readonly fabric: string;
}

function origin({ name, about, privateData: withPrivate, notReplayed }: Recording, recorded: Recorded): string {
  const { blocks, replayed, transactions, fabric } = recorded;
  const counts = new Map<string, number>();
  for (const { code } of transactions) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts].map(([code, count]) => `${count} ${code}`).join(", ");
  const files = [
    "`blocks.gz`: the blocks as a peer stores them, flags and commit hashes included; gzip of varint length and bytes, one after the other.",
  ];
  files.push("`vector.json`: what each transaction is for, and the code that the peer gave it.");
  if (withPrivate === true)
    files.push(
      "`private-orgN.gz`: what the peer of organisation N holds in private, a BlockAndPrivateData message without its block for each block.",
    );
  return [
    `# ${name}`,
    "",
    about,
    "",
    `Recorded from real Hyperledger Fabric ${fabric} by \`node e2e/real-fabric/record/record.ts ${name}\`: orderers and one peer of each of`,
    "two organisations as processes on the loopback interface, LevelDB, chaincode as a service run by the official Node.js shim.",
    "Both peers held the same blocks, flags and commit hashes. The identities were made for the recording; their keys are gone.",
    "",
    `${blocks} blocks, ${transactions.length} transactions: ${codes}.`,
    ...(notReplayed === undefined
      ? []
      : ["", `Devnet replays the first ${replayed} blocks. Not replayed yet, from block ${replayed} on: ${notReplayed.because}.`]),
    "",
    ...files.map((file) => `- ${file}`),
    "",
  ].join("\n");
}

/** Starts a real network, lets a recording use it, and writes down what the peers hold. */
export async function record(recording: Recording, fabric: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-record-"));
  try {
    const consortium = await createConsortium(path.join(folder, "crypto"), recording.consortium);
    const genesis = await configtxgenBlock(consortium, recording.channel);
    await using network = await RealNetwork.start(consortium, genesis, path.join(folder, "nodes"));
    await using client = new ConsortiumClient(consortium);
    const session = new Session(client);
    try {
      await recording.run(session);
      return await write(recording, session, fabric);
    } catch (error) {
      console.error(network.logOf("peer0.org1.example.com").slice(-6000));
      throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
