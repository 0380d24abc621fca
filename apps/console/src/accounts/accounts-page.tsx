import { Paper, Stack, Title } from "@mantine/core";
import type { Account } from "@heddle/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Ago } from "../ui/ago.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { AccountActions } from "./account-actions.tsx";
import { AddAccount } from "./add-account.tsx";
import { AuditTrail } from "./audit-trail.tsx";
import { accountsQuery } from "./queries.ts";
import { RoleSelect } from "./role-select.tsx";

/** Who may use this server, and who changed what. */
export function AccountsPage() {
  const { t } = useTranslation();
  const query = useQuery(accountsQuery);
  return (
    <Page title={t("common.accounts")} lead={t("session.accountsLead")}>
      <QueryView query={query}>{(accounts) => <AccountTable accounts={accounts} />}</QueryView>
      <Paper p="md">
        <details>
          <summary>{t("session.addAccount")}</summary>
          <AddAccount />
        </details>
      </Paper>
      <Stack gap="sm">
        <Title order={2}>{t("session.audit")}</Title>
        <AuditTrail />
      </Stack>
    </Page>
  );
}

function AccountTable({ accounts }: { readonly accounts: readonly Account[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: ({ name, role }: Pick<Account, "name" | "role">) => client.changeAccount({ params: { account: name }, body: { role } }),
    onSettled: () => queries.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  const { mutate } = change;
  const columns = useMemo(
    (): readonly Column<Account>[] => [
      { id: "name", header: t("session.name"), value: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
      {
        id: "role",
        header: t("session.role"),
        width: "11rem",
        value: ({ role }) => role,
        cell: ({ name, role }) => (
          <RoleSelect role={role} label={t("session.changeRole", { account: name })} onChange={(next) => mutate({ name, role: next })} />
        ),
      },
      {
        id: "login",
        header: t("session.lastLogin"),
        value: ({ lastLoginAt }) => lastLoginAt ?? "",
        cell: ({ lastLoginAt }) => (lastLoginAt === undefined ? t("session.never") : <Ago at={lastLoginAt} />),
      },
      { id: "password", header: t("session.password"), cell: ({ hasPassword }) => t(hasPassword ? "common.yes" : "session.linkOnly") },
      { id: "actions", header: t("common.actions"), align: "end", cell: ({ name }) => <AccountActions account={name} /> },
    ],
    [t, mutate],
  );
  return (
    <>
      {change.isError ? <Problem title={t("session.role")} error={change.error} /> : null}
      <DataTable label={t("common.accounts")} rows={accounts} columns={columns} rowKey={({ name }) => name} />
    </>
  );
}
