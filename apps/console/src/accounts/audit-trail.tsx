import { Code, Text } from "@mantine/core";
import type { AuditEntry } from "@heddle/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../ui/ago.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { auditQuery } from "./queries.ts";

/** Who changed what, and with what end. */
export function AuditTrail() {
  const { t } = useTranslation();
  const query = useQuery(auditQuery);
  const columns = useMemo(
    (): readonly Column<AuditEntry>[] => [
      { id: "actor", header: t("session.actor"), value: ({ actor }) => actor ?? "", cell: ({ actor }) => actor ?? t("session.unknown") },
      {
        id: "action",
        header: t("session.action"),
        value: ({ action }) => action,
        cell: ({ action, target, operation }) => (
          <>
            {operation === undefined ? (
              <Code>{action}</Code>
            ) : (
              <Link className="link" to="/operations/$id" params={{ id: operation }}>
                <Code>{action}</Code>
              </Link>
            )}{" "}
            <Text span size="sm">
              {target}
            </Text>
          </>
        ),
      },
      {
        id: "outcome",
        header: t("session.outcome"),
        value: ({ outcome }) => outcome,
        cell: ({ outcome }) => (outcome === "done" ? t("state.done") : <Code>{outcome}</Code>),
      },
      { id: "address", header: t("session.address"), cell: ({ address }) => address ?? "–" },
      { id: "at", header: t("explorer.time"), align: "end", width: "8rem", value: ({ at }) => at, cell: ({ at }) => <Ago at={at} /> },
    ],
    [t],
  );
  return (
    <QueryView query={query}>
      {(entries) => (
        <DataTable
          label={t("session.audit")}
          rows={entries}
          columns={columns}
          rowKey={({ id }) => String(id)}
          empty={t("session.auditEmpty")}
        />
      )}
    </QueryView>
  );
}
