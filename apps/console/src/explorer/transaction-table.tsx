import { Text } from "@mantine/core";
import type { Transaction } from "@heddle/api";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../ui/ago.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Validity } from "./validity.tsx";

/** Transactions of a channel as a table. */
export function TransactionTable({
  network: name,
  transactions,
}: {
  readonly network: string;
  readonly transactions: readonly Transaction[];
}) {
  const { t } = useTranslation();
  const columns = useMemo(
    (): readonly Column<Transaction>[] => [
      {
        id: "id",
        header: t("explorer.transaction"),
        // The transaction of a genesis block has no id.
        cell: ({ id, channel }) =>
          id === "" ? (
            "–"
          ) : (
            <Link
              className="hash"
              title={id}
              to="/networks/$name/explorer/$channel/transactions/$transaction"
              params={{ name, channel, transaction: id }}
            >
              {id.length > 20 ? `${id.slice(0, 10)}…${id.slice(-6)}` : id}
            </Link>
          ),
      },
      {
        id: "call",
        header: t("explorer.function"),
        cell: ({ chaincode, function: called, kind }) => (
          <>
            <Text size="sm">{called ?? t(`explorer.kinds.${kind}`)}</Text>
            {chaincode === undefined ? null : (
              <Text size="xs" c="dimmed">
                {chaincode}
              </Text>
            )}
          </>
        ),
      },
      {
        id: "creator",
        header: t("explorer.creator"),
        cell: ({ creator }) => (creator === undefined ? "–" : `${creator.name} · ${creator.mspId}`),
      },
      {
        id: "block",
        header: t("explorer.blockWord"),
        width: "6rem",
        cell: ({ block, channel }) => (
          <Link className="link" to="/networks/$name/explorer/$channel/blocks/$block" params={{ name, channel, block: String(block) }}>
            {block}
          </Link>
        ),
      },
      { id: "code", header: t("explorer.validity"), cell: ({ code }) => <Validity code={code} /> },
      { id: "at", header: t("explorer.time"), align: "end", width: "8rem", cell: ({ at }) => (at === undefined ? "–" : <Ago at={at} />) },
    ],
    [t, name],
  );
  return (
    <DataTable
      label={t("explorer.transactions")}
      rows={transactions}
      columns={columns}
      rowKey={({ block, index }) => `${block}:${index}`}
    />
  );
}
