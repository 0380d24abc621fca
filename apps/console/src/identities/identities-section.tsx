import { Badge, Group, Paper, Text, TextInput } from "@mantine/core";
import type { Identity } from "@heddle/api";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { identitiesQuery } from "../api/queries.ts";
import { Bundle } from "../connect/bundle.tsx";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Empty } from "../ui/empty.tsx";
import { formatDate } from "../ui/format.ts";
import { Hash } from "../ui/hash.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { IssueForm } from "./issue-form.tsx";
import { RevokeButton } from "./revoke-button.tsx";

/** Certificates of users, nodes and authorities; issue, revoke, download. */
export function IdentitiesSection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const may = useMay();
  const query = useQuery(identitiesQuery(network.name));
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter.toLowerCase());
  const columns = useColumns();
  return (
    <Section title={t("identities.title")} lead={t("identities.lead")}>
      {may("identities.write") ? (
        <Paper p="md">
          <details>
            <summary>{t("identities.issue")}</summary>
            <IssueForm />
          </details>
        </Paper>
      ) : null}
      <QueryView query={query}>
        {(identities) =>
          identities.length === 0 ? (
            <Empty title={t("identities.empty")} order={3} />
          ) : (
            <>
              <TextInput
                type="search"
                leftSection={<IconSearch size={16} />}
                aria-label={t("identities.filter")}
                placeholder={t("identities.filter")}
                value={filter}
                onChange={(event) => setFilter(event.currentTarget.value)}
                maw={380}
              />
              <DataTable
                label={t("identities.title")}
                rows={identities.filter(({ name, organization, mspId }) =>
                  `${name} ${organization} ${mspId}`.toLowerCase().includes(wanted),
                )}
                columns={columns}
                rowKey={({ mspId, name, kind, serial }) => `${mspId}/${kind}/${name}/${serial}`}
              />
            </>
          )
        }
      </QueryView>
    </Section>
  );
}

function useColumns(): readonly Column<Identity>[] {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const may = useMay();
  const exports = may("identities.export");
  const revokes = may("identities.write");
  return useMemo(
    (): readonly Column<Identity>[] => [
      {
        id: "name",
        header: t("identities.user"),
        value: ({ name }) => name,
        cell: ({ name, organization }) => (
          <>
            <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Text size="xs" c="dimmed">
              {organization}
            </Text>
          </>
        ),
      },
      {
        id: "kind",
        header: t("identities.kind"),
        width: "9rem",
        value: ({ kind }) => kind,
        cell: ({ kind, revokedAt }) => (
          <Group gap={6}>
            {t(`identities.kinds.${kind}`)}
            {revokedAt === undefined ? null : (
              <Badge color="red.9" size="sm" tt="none">
                {t("identities.revoked")}
              </Badge>
            )}
          </Group>
        ),
      },
      {
        id: "serial",
        header: t("identities.serial"),
        value: ({ serial }) => serial,
        cell: ({ serial }) => <Hash value={serial} what={t("identities.serial")} ends={6} />,
      },
      {
        id: "until",
        header: t("identities.validUntil"),
        width: "9rem",
        value: ({ notAfter }) => notAfter,
        cell: ({ notAfter }) => formatDate(notAfter),
      },
      {
        id: "actions",
        header: t("common.actions"),
        align: "end",
        cell: ({ kind, revokedAt, organization, name }) =>
          (kind === "client" || kind === "admin") && revokedAt === undefined ? (
            <Group gap="xs" justify="flex-end" wrap="nowrap">
              {exports ? <Bundle network={network.name} organization={organization} user={name} compact /> : null}
              {revokes && kind === "client" ? <RevokeButton network={network.name} organization={organization} user={name} /> : null}
            </Group>
          ) : null,
      },
    ],
    [t, network.name, exports, revokes],
  );
}
