import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client } from "../api/client.ts";

const PAGE = 50;

/** A channel of a network. */
export interface ChannelKey {
  readonly name: string;
  readonly channel: string;
}

const keyOf = ({ name, channel }: ChannelKey) => ["network", name, "channels", channel] as const;

/** Blocks, newest first, page by page. */
export const blocksQuery = (params: ChannelKey) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(params), "blocks"],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (await client.listBlocks({ params, query: { limit: PAGE, ...(pageParam === undefined ? {} : { before: pageParam }) } }, { signal }))
        .blocks,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.number),
  });

/** Transactions, newest first, page by page. */
export const transactionsQuery = (params: ChannelKey) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(params), "transactions"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (
        await client.listTransactions(
          { params, query: { limit: PAGE, ...(pageParam === undefined ? {} : { before: pageParam }) } },
          { signal },
        )
      ).transactions,
    getNextPageParam: (last) => {
      const end = last.at(-1);
      return last.length < PAGE || end === undefined ? undefined : `${end.block}:${end.index}`;
    },
  });

/** One block with its transactions. A block never changes. */
export const blockQuery = (params: ChannelKey & { readonly block: number }) =>
  queryOptions({
    queryKey: [...keyOf(params), "block", params.block],
    staleTime: Infinity,
    queryFn: ({ signal }) => client.getBlock({ params }, { signal }),
  });

/** One transaction with all that is in it. */
export const transactionQuery = (params: ChannelKey & { readonly transaction: string }) =>
  queryOptions({
    queryKey: [...keyOf(params), "transaction", params.transaction],
    staleTime: Infinity,
    queryFn: ({ signal }) => client.getTransaction({ params }, { signal }),
  });

/** What was found. */
export const searchQuery = (name: string, channel: string, q: string) =>
  queryOptions({
    queryKey: [...keyOf({ name, channel }), "search", q],
    queryFn: async ({ signal }) => (await client.search({ params: { name }, query: { q, channel, limit: 50 } }, { signal })).hits,
  });

/** Of which state. */
export interface StateChoice {
  readonly chaincode: string;
  readonly prefix?: string;
  readonly at?: number;
}

/** Keys of a namespace as of a block, page by page. */
export const stateQuery = (params: ChannelKey, { chaincode, prefix, at }: StateChoice) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(params), "state", chaincode, prefix ?? "", at ?? ""],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.listState(
        {
          params: { ...params, chaincode },
          query: {
            limit: PAGE,
            ...(pageParam === undefined ? {} : { after: pageParam }),
            ...(prefix === undefined || prefix === "" ? {} : { prefix }),
            ...(at === undefined ? {} : { at }),
          },
        },
        { signal },
      ),
    getNextPageParam: (last) => last.next,
  });

/** Changes of a key, newest first. */
export const historyQuery = (params: ChannelKey, chaincode: string, key: string) =>
  queryOptions({
    queryKey: [...keyOf(params), "history", chaincode, key],
    queryFn: async ({ signal }) =>
      (await client.keyHistory({ params: { ...params, chaincode }, query: { key, limit: 200 } }, { signal })).changes,
  });
