import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { LoadMore } from "../ui/load-more.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { transactionsQuery } from "./queries.ts";
import { TransactionTable } from "./transaction-table.tsx";

/** Whether a list can be asked for again at intervals: asking again asks for each of its pages. */
function isShort(pages: readonly unknown[] | undefined): boolean {
  return (pages?.length ?? 0) <= 2;
}

/** Transactions of a channel, newest first. */
export function TransactionsPage() {
  const params = useParams({ from: "/networks/$name/explorer/$channel" });
  const query = useInfiniteQuery({
    ...transactionsQuery(params),
    refetchInterval: ({ state }) => (isShort(state.data?.pages) ? 5_000 : false),
  });
  return (
    <QueryView query={query}>
      {(data) => (
        <>
          <TransactionTable network={params.name} transactions={data.pages.flat()} />
          <LoadMore query={query} />
        </>
      )}
    </QueryView>
  );
}
