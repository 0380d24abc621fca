import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { QueryView } from "../ui/query-view.tsx";
import { transactionsQuery } from "./queries.ts";
import { TransactionTable } from "./transaction-table.tsx";

/** Transactions of a channel, newest first. */
export function TransactionsPage() {
  const { t } = useTranslation();
  const params = useParams({ from: "/networks/$name/explorer/$channel" });
  const query = useInfiniteQuery({ ...transactionsQuery(params), refetchInterval: 5_000 });
  return (
    <QueryView query={query}>
      {(data) => (
        <>
          <TransactionTable network={params.name} transactions={data.pages.flat()} />
          {query.hasNextPage ? (
            <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("common.showMore")}
            </Button>
          ) : null}
        </>
      )}
    </QueryView>
  );
}
