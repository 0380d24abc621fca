import type { Block, Handlers, StateEntry, StreamItem, Transaction } from "@heddle/api";
import { explorerErrors, splitCreator, viewBytes } from "@heddle/explorer";
import { peer } from "@heddle/fabric/wire";
import type { NetworkFile } from "@heddle/network";
import type { IndexedBlock, IndexedChannel, IndexedTransaction } from "@heddle/store";
import type { ExplorerName } from "../explorer/names.ts";
import { searchChannel } from "../explorer/search.ts";
import type { HandlerContext } from "../ports.ts";
import { requireNetwork } from "./networks.ts";
import { optional } from "./views.ts";

/** Milliseconds after which a reader looks for blocks that another server indexed. */
const POLL_MS = 1_000;
/** Blocks of one read of the stream. */
const STREAM_BLOCKS = 100;

/** No row has this id. */
const NOTHING_INDEXED = { id: 0, next: 0, tipHash: Buffer.alloc(0), transactions: 0, invalid: 0, problem: undefined, lastAt: undefined };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Handlers of the explorer. */
export function createExplorerHandlers(context: HandlerContext): Pick<Handlers, ExplorerName> {
  const { explorer: index } = context.store;
  const services = async () => (await context.backend()).explorer;

  const requireChannel = async ({ name, channel }: { name: string; channel: string }): Promise<IndexedChannel> => {
    const file = (await requireNetwork(context, name)).spec as NetworkFile;
    const found = (await index.channels(name)).find((one) => one.channel === channel);
    if (found !== undefined) return found;
    if (!file.spec.channels.some((one) => one.name === channel))
      throw explorerErrors.create("EXPLORER_CHANNEL_NOT_FOUND", { network: name, channel });
    // A channel that is about to be followed: nothing of it is indexed.
    return { ...NOTHING_INDEXED, network: name, channel };
  };

  /** A config block of a channel: the wanted one, or the last. Throws EXPLORER_CONFIG_BLOCK_NEEDED. */
  const requireConfigBlock = async ({ id, channel }: IndexedChannel, wanted: number | undefined) => {
    const indexed = await index.configBlocks(id);
    // Every channel begins with a configuration, whether or not it is indexed yet.
    const configBlocks = indexed.length === 0 ? [0] : indexed;
    const block = wanted ?? configBlocks.at(-1);
    if (block === undefined || !configBlocks.includes(block))
      throw explorerErrors.create("EXPLORER_CONFIG_BLOCK_NEEDED", { channel, block: block ?? 0, known: configBlocks.join(", ") });
    return { block, configBlocks };
  };

  return {
    async listChannels({ params }) {
      const file = (await requireNetwork(context, params.name)).spec as NetworkFile;
      const indexed = await index.channels(params.name);
      const explorer = await services();
      const channels = file.spec.channels.map(async ({ name, members, observers }) => {
        const known = indexed.find((one) => one.channel === name);
        const next = known?.next ?? 0;
        const { height, state } = await explorer.state(params.name, name, next);
        return {
          name,
          members,
          observers,
          height: height ?? next,
          indexed: next,
          transactions: known?.transactions ?? 0,
          invalid: known?.invalid ?? 0,
          verified: known !== undefined && known.problem === undefined,
          ...optional("problem", known?.problem),
          state,
          ...optional("lastBlockAt", known?.lastAt?.toISOString()),
        };
      });
      return { channels: await Promise.all(channels) };
    },

    async listBlocks({ params, query }) {
      const { id, channel } = await requireChannel(params);
      return { blocks: (await index.blocks(id, query.before, query.limit)).map((block) => viewBlock(channel, block)) };
    },

    async followBlocks({ params, query, lastEventId, signal }) {
      const channel = await requireChannel(params);
      const explorer = await services();
      const after = lastEventId ?? query.after ?? channel.next - 1;
      return follow(context, channel, after, (listener) => explorer.onMoved(params.name, params.channel, listener), signal);
    },

    async getBlock({ params }) {
      const { id, channel } = await requireChannel(params);
      const block = await index.block(id, params.block);
      if (block === undefined) throw explorerErrors.create("EXPLORER_BLOCK_NOT_FOUND", { channel, block: params.block });
      const content = await index.transactionsOf(id, params.block);
      return { ...viewBlock(channel, block), content: content.map((one) => viewTransaction(channel, one)) };
    },

    async listTransactions({ params, query }) {
      const { id, channel } = await requireChannel(params);
      const { before, chaincode, creator, code, from, to, limit } = query;
      const [block, position] = before?.split(":").map(Number) ?? [];
      const wanted = code === undefined ? undefined : codeOf(code);
      if (code !== undefined && wanted === undefined) return { transactions: [] };
      const transactions = await index.transactions(id, {
        before: block === undefined || position === undefined ? undefined : { block, index: position },
        chaincode,
        creator,
        code: wanted,
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
        limit,
      });
      return { transactions: transactions.map((one) => viewTransaction(channel, one)) };
    },

    async getTransaction({ params }) {
      const { id, channel } = await requireChannel(params);
      const transaction = await index.transaction(id, params.transaction);
      if (transaction === undefined)
        throw explorerErrors.create("EXPLORER_TRANSACTION_NOT_FOUND", { channel, transaction: params.transaction });
      const configBlock = (await index.configBlocks(id)).findLast((number) => number <= transaction.block) ?? 0;
      const { block, index: position } = transaction;
      const content = await (await services()).content(params.name, channel, { block, index: position, configBlock });
      return {
        ...viewTransaction(channel, transaction),
        ...content,
        arguments: [...content.arguments],
        endorsers: [...content.endorsers],
        sets: content.sets.map(({ namespace, reads, ranges, writes, collections }) => ({
          namespace,
          reads: [...reads],
          ranges: [...ranges],
          writes: [...writes],
          collections: collections.map((one) => ({ ...one, writes: [...one.writes] })),
        })),
      };
    },

    async listState({ params, query }) {
      const channel = await requireChannel(params);
      const at = Math.max(0, Math.min(query.at ?? channel.next - 1, channel.next - 1));
      const { after = "", prefix = "", limit } = query;
      const wanted = { after: Buffer.from(after), prefix: Buffer.from(prefix), at, limit };
      const { rows, next } = await index.state(channel.id, params.chaincode, wanted);
      const text = (key: Uint8Array): string => Buffer.from(key).toString("utf8");
      const entries = rows.map(({ key, value, block, index: position, id: transaction }): StateEntry => ({
        key: text(key),
        value: viewBytes(value),
        block,
        index: position,
        transaction,
      }));
      return { at, entries, ...optional("next", next === undefined ? undefined : text(next)) };
    },

    async keyHistory({ params, query }) {
      const { id } = await requireChannel(params);
      const rows = await index.history(id, params.chaincode, Buffer.from(query.key), query.limit);
      return {
        changes: rows.map(({ id: transaction, block, index: position, at, value }) => ({
          transaction,
          block,
          index: position,
          ...optional("at", at?.toISOString()),
          delete: value === undefined,
          ...(value === undefined ? {} : { value: viewBytes(value) }),
        })),
      };
    },

    async search({ params, query }) {
      await requireNetwork(context, params.name);
      const channels = (await index.channels(params.name)).filter(
        ({ channel }) => query.channel === undefined || channel === query.channel,
      );
      const hits = await Promise.all(channels.map((channel) => searchChannel(index, channel, query.q, query.limit)));
      return { hits: hits.flat().slice(0, query.limit) };
    },

    async channelConfig({ params, query }) {
      const channel = await requireChannel(params);
      const { block, configBlocks } = await requireConfigBlock(channel, query.block);
      const { sequence, root } = await (await services()).config(params.name, params.channel, block);
      return { block, sequence, configBlocks: [...configBlocks], root };
    },

    async configDifference({ params, query }) {
      const channel = await requireChannel(params);
      for (const wanted of [query.from, query.to]) await requireConfigBlock(channel, wanted);
      return { changes: await (await services()).difference(params.name, params.channel, query.from, query.to) };
    },
  };
}

function viewBlock(channel: string, block: IndexedBlock): Block {
  const { number, transactions, invalid, bytes, kind, at, orderer, signatures, verified } = block;
  return {
    channel,
    number,
    hash: hex(block.hash),
    previousHash: hex(block.previousHash),
    dataHash: hex(block.dataHash),
    transactions,
    invalid,
    bytes,
    kind,
    ...optional("at", at?.toISOString()),
    ...optional("orderer", orderer),
    signatures,
    verified,
  };
}

function viewTransaction(channel: string, transaction: IndexedTransaction): Transaction {
  const { id, block, index, at, kind, code, chaincode, creator } = transaction;
  return {
    channel,
    id,
    block,
    index,
    ...optional("at", at?.toISOString()),
    kind,
    code: peer.TxValidationCode[code] ?? String(code),
    ...optional("chaincode", chaincode),
    ...optional("function", transaction.function),
    ...optional("creator", creator === undefined ? undefined : splitCreator(creator)),
  };
}

/** The number of a validation code by its name. */
function codeOf(name: string): number | undefined {
  const value: unknown = (peer.TxValidationCode as Readonly<Record<string, unknown>>)[name];
  return typeof value === "number" ? value : undefined;
}

/** Blocks after a number, then those to come, until the signal is aborted. */
async function* follow(
  { store }: HandlerContext,
  { id, channel }: IndexedChannel,
  after: number,
  subscribe: (listener: () => void) => () => void,
  signal: AbortSignal,
): AsyncGenerator<StreamItem<Block>> {
  let last = after;
  let news = Promise.withResolvers<void>();
  const wake = (): void => news.resolve();
  const unsubscribe = subscribe(wake);
  const timer = setInterval(wake, POLL_MS);
  signal.addEventListener("abort", wake, { once: true });
  try {
    while (!signal.aborted) {
      // Taken before reading: what is indexed meanwhile wakes the next round.
      const { promise } = news;
      const blocks = await store.explorer.blocksAfter(id, last, STREAM_BLOCKS);
      for (const block of blocks) {
        last = block.number;
        yield { id: block.number, value: viewBlock(channel, block) };
      }
      if (blocks.length > 0) continue;
      await promise;
      news = Promise.withResolvers<void>();
    }
  } finally {
    unsubscribe();
    clearInterval(timer);
    signal.removeEventListener("abort", wake);
  }
}
