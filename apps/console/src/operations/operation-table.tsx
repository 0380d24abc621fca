import { Anchor } from "@mantine/core";
import type { Operation } from "@heddle/api";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../ui/ago.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Empty } from "../ui/empty.tsx";
import { formatSeconds } from "../ui/format.ts";
import { StateMark } from "../ui/state-mark.tsx";
import { describeOperation } from "./kind.ts";

/** Operations as a table, newest first. */
export function OperationTable({ operations }: { readonly operations: readonly Operation[] }) {
  const { t } = useTranslation();
  const columns = useMemo(
    (): readonly Column<Operation>[] => [
      {
        id: "summary",
        header: t("operation.summary"),
        value: describeOperation,
        cell: (operation) => (
          <Anchor component={Link} to={`/operations/${operation.id}`} fw={600}>
            {describeOperation(operation)}
          </Anchor>
        ),
      },
      {
        id: "state",
        header: t("networks.state"),
        width: "9rem",
        value: ({ state }) => state,
        cell: ({ state }) => <StateMark state={state} running="busy" />,
      },
      {
        id: "started",
        header: t("operation.started"),
        width: "9rem",
        value: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <Ago at={createdAt} />,
      },
      {
        id: "took",
        header: t("operation.took"),
        width: "7rem",
        align: "end",
        value: ({ seconds }) => seconds,
        cell: ({ seconds }) => t("common.seconds", { value: formatSeconds(seconds) }),
      },
    ],
    [t],
  );
  if (operations.length === 0) return <Empty title={t("operation.empty")} text={t("operation.emptyText")} />;
  return <DataTable label={t("operation.list")} rows={operations} columns={columns} rowKey={({ id }) => id} />;
}
