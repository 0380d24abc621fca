import { Text } from "@mantine/core";
import type { Block } from "@heddle/api";
import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Ago } from "../ui/ago.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { formatBytes } from "../ui/format.ts";
import { LoadMore } from "../ui/load-more.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";
import { blocksQuery, transactionsQuery, type ChannelKey } from "./queries.ts";

/** Blocks of a channel, newest first, live. */
export function BlocksPage() {
  const { t } = useTranslation();
  const params = useParams({ from: "/networks/$name/explorer/$channel" });
  const query = useInfiniteQuery(blocksQuery(params));
  const top = query.data?.pages[0]?.[0]?.number;
  useLiveBlocks(params, query.isSuccess, top);
  const columns = useColumns(params);
  return (
    <QueryView query={query}>
      {(data) => (
        <>
          <DataTable label={t("explorer.blocks")} rows={data.pages.flat()} columns={columns} rowKey={({ number }) => String(number)} />
          <LoadMore query={query} />
        </>
      )}
    </QueryView>
  );
}

/** Puts blocks at the top as they come; a broken connection goes on after the last one seen. */
function useLiveBlocks({ name, channel }: ChannelKey, loaded: boolean, top: number | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!loaded) return undefined;
    const stop = new AbortController();
    const params = { name, channel };
    const follow = async (): Promise<void> => {
      const query = top === undefined ? {} : { after: top };
      for await (const block of client.followBlocks({ params, query }, { signal: stop.signal })) {
        queries.setQueryData(blocksQuery(params).queryKey, (data: InfiniteData<Block[]> | undefined) => prepend(data, block));
        void queries.invalidateQueries({ queryKey: transactionsQuery(params).queryKey });
      }
    };
    follow().catch((error: unknown) => {
      // The list itself shows why it cannot be loaded.
      if (!stop.signal.aborted) void queries.invalidateQueries({ queryKey: blocksQuery(params).queryKey });
      return error;
    });
    return () => stop.abort();
    // The stream goes on by itself: the top block is where it begins, not what restarts it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [name, channel, loaded, queries]);
}

function prepend(data: InfiniteData<Block[]> | undefined, block: Block): InfiniteData<Block[]> | undefined {
  const [first, ...rest] = data?.pages ?? [];
  if (data === undefined || first === undefined || first.some(({ number }) => number === block.number)) return data;
  return { ...data, pages: [[block, ...first], ...rest] };
}

function useColumns({ name, channel }: ChannelKey): readonly Column<Block>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly Column<Block>[] => [
      {
        id: "number",
        header: t("explorer.blockWord"),
        width: "7rem",
        cell: ({ number }) => (
          <Link className="link" to="/networks/$name/explorer/$channel/blocks/$block" params={{ name, channel, block: String(number) }}>
            <b>{number}</b>
          </Link>
        ),
      },
      {
        id: "kind",
        header: t("explorer.kind"),
        cell: ({ kind, transactions, invalid }) =>
          kind === "config" ? t("explorer.kinds.config") : <Count transactions={transactions} invalid={invalid} />,
      },
      { id: "hash", header: t("explorer.hash"), cell: ({ hash }) => <span className="hash">{hash.slice(0, 16)}…</span> },
      { id: "orderer", header: t("explorer.orderer"), cell: ({ orderer }) => orderer ?? "–" },
      { id: "size", header: t("explorer.size"), align: "end", width: "6rem", cell: ({ bytes }) => formatBytes(bytes) },
      {
        id: "verified",
        header: t("explorer.verified"),
        width: "7rem",
        cell: ({ verified }) => <StateMark state={verified ? "done" : "failed"} bare />,
      },
      { id: "at", header: t("explorer.time"), align: "end", width: "8rem", cell: ({ at }) => (at === undefined ? "–" : <Ago at={at} />) },
    ],
    [t, name, channel],
  );
}

function Count({ transactions, invalid }: { readonly transactions: number; readonly invalid: number }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" component="span">
      {t("explorer.transactions")}: {transactions}
      {invalid === 0 ? null : (
        <Text span c="var(--bad)">
          {" "}
          · {t("explorer.invalid")}: {invalid}
        </Text>
      )}
    </Text>
  );
}
