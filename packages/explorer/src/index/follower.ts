import { blockHeaderHash } from "@heddle/fabric";
import type { common } from "@heddle/fabric/wire";
import type { ExplorerRepository, IndexBatch, IndexedChannel } from "@heddle/store";
import { decodeBlock, type DecodedBlock } from "../decode/block.ts";
import type { BlockSource, ExplorableChannel, ExplorerLog } from "../ports.ts";
import { ChainVerifier } from "../verify/chain.ts";
import { ahead } from "./ahead.ts";
import { arrivals } from "./arrivals.ts";

/** A batch is written when it has so many blocks or transactions, or when no block follows. */
const GROUP = { blocks: 256, transactions: 1000, pauseMs: 4, longestMs: 100 } as const;

/** What a follower works with. */
export interface FollowerParts {
  readonly channel: ExplorableChannel;
  readonly source: BlockSource;
  readonly index: ExplorerRepository;
  readonly log: ExplorerLog;
  /** Called after each batch with the number behind its last block. */
  readonly moved: (next: number) => void;
}

/**
 * Follows one channel into the index until the signal fires or the stream breaks: verifies, decodes,
 * writes in batches. What is written says where to go on, so a kill at any instant loses nothing.
 */
export async function followChannel(parts: FollowerParts, signal: AbortSignal): Promise<void> {
  const { source, index } = parts;
  let position = await openIndex(parts);
  if (position === undefined) return;
  const verifier = await verifierAt(parts, position);
  const from = position.next;
  const stop = new AbortController();
  const groups = arrivals((given) => source.follow(from, AbortSignal.any([signal, stop.signal, given])), GROUP);
  const end = (): void => stop.abort();
  // Three groups are on the way at a time: one is written, one verified, one decoded while others check its signatures.
  const batches = ahead(batchesOf(ahead(decodedGroups(groups, verifier), end), verifier, parts), end);
  for await (const batch of batches) {
    await index.append(position, batch);
    position = { ...position, next: position.next + batch.blocks.length };
    parts.moved(position.next);
    if (signal.aborted) return;
  }
}

interface DecodedGroup {
  readonly prepared: Promise<void>;
  readonly entries: readonly { readonly block: common.Block; readonly entry: DecodedBlock }[];
}

async function* decodedGroups(groups: AsyncIterable<readonly common.Block[]>, verifier: ChainVerifier): AsyncGenerator<DecodedGroup> {
  for await (const blocks of groups) {
    const prepared = verifier.prepare(blocks);
    yield { prepared, entries: blocks.map((block) => ({ block, entry: decodeBlock(block, sizeOf(block)) })) };
  }
}

async function* batchesOf(
  groups: AsyncIterable<DecodedGroup>,
  verifier: ChainVerifier,
  { channel, log }: FollowerParts,
): AsyncGenerator<IndexBatch> {
  for await (const { prepared, entries } of groups) {
    await prepared;
    yield verified(verifier, entries, channel, log);
  }
}

function sizeOf(block: common.Block): number {
  // The deliver service has decoded it; its size is what it takes again.
  return (
    (block.data?.data ?? []).reduce((sum, bytes) => sum + bytes.length, 0) +
    (block.metadata?.metadata ?? []).reduce((sum, bytes) => sum + bytes.length, 0)
  );
}

function verified(
  verifier: ChainVerifier,
  decoded: readonly { readonly block: common.Block; readonly entry: DecodedBlock }[],
  channel: ExplorableChannel,
  log: ExplorerLog,
): IndexBatch {
  let problem: string | undefined;
  const blocks = decoded.map(({ block, entry }) => {
    const verdict = verifier.verify(block, entry.block.kind === "config");
    if (!verdict.verified) {
      problem ??= `block ${entry.block.number}: ${verdict.problem}`;
      log.warn({ ...channel, block: entry.block.number, problem: verdict.problem }, "a block is not right");
    }
    return { ...entry.block, verified: verdict.verified };
  });
  return {
    blocks,
    transactions: decoded.flatMap(({ entry }) => entry.transactions),
    writes: decoded.flatMap(({ entry }) => entry.writes),
    texts: decoded.flatMap(({ entry }) => entry.texts),
    problem,
  };
}

/** Where the index is; begun anew where the channel was taken back or is another one. Undefined when the network is gone. */
async function openIndex({ channel, source, index, log }: FollowerParts): Promise<IndexedChannel | undefined> {
  const position = await index.open(channel.network, channel.channel);
  if (position === undefined || position.next === 0) return position;
  const tip = (await source.height()) < position.next ? undefined : await source.block(position.next - 1);
  if (tip?.header !== undefined && Buffer.compare(blockHeaderHash(tip.header), position.tipHash) === 0) return position;
  log.info({ ...channel, indexed: position.next }, "the channel is not the one that was indexed, and is indexed anew");
  await index.clear(position.id);
  return index.open(channel.network, channel.channel);
}

async function verifierAt({ channel, source, index }: FollowerParts, { id, next, tipHash }: IndexedChannel): Promise<ChainVerifier> {
  if (next === 0) return new ChainVerifier(channel.channel);
  const configBlock = await source.block((await index.configBlocks(id)).at(-1) ?? 0);
  return new ChainVerifier(channel.channel, { next, tipHash, configBlock });
}
