import { Anchor, Button, Group, Text, TextInput } from "@mantine/core";
import type { Network } from "@heddle/api";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ImportedMark } from "../imports/imported-mark.tsx";
import { networksQuery } from "../api/queries.ts";
import { useMay } from "../session/session.ts";
import { Ago } from "../ui/ago.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Empty } from "../ui/empty.tsx";
import { formatSeconds } from "../ui/format.ts";
import { Page } from "../ui/page.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";
import { matches } from "./filter.ts";

/** All networks of the server. */
export function NetworksPage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery(networksQuery);
  const create = may("networks.write") ? (
    <>
      <Button component={Link} to="/networks/import" variant="default">
        {t("imports.open")}
      </Button>
      <Button component={Link} to="/networks/new" leftSection={<IconPlus size={16} />}>
        {t("networks.create")}
      </Button>
    </>
  ) : undefined;
  return (
    <Page title={t("networks.title")} actions={query.data?.length === 0 ? undefined : create}>
      <QueryView query={query}>
        {(networks) =>
          networks.length === 0 ? (
            <Empty title={t("networks.emptyTitle")} text={t("networks.emptyText")}>
              {create}
            </Empty>
          ) : (
            <NetworkTable networks={networks} />
          )
        }
      </QueryView>
    </Page>
  );
}

function NetworkTable({ networks }: { readonly networks: readonly Network[] }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter);
  const shown = useMemo(() => networks.filter((network) => matches(network, wanted)), [networks, wanted]);
  const columns = useColumns();
  return (
    <>
      <Group justify="space-between">
        <TextInput
          type="search"
          leftSection={<IconSearch size={16} />}
          aria-label={t("networks.filter")}
          placeholder={t("networks.filter")}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          w={{ base: "100%", sm: 380 }}
        />
        <Text size="sm" c="dimmed" role="status">
          {t("networks.count", { count: shown.length })}
        </Text>
      </Group>
      <DataTable label={t("networks.title")} rows={shown} columns={columns} rowKey={({ name }) => name} />
    </>
  );
}

function useColumns(): readonly Column<Network>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly Column<Network>[] => [
      {
        id: "name",
        header: t("networks.name"),
        value: ({ name }) => name,
        cell: ({ name, runtime }) => (
          <Group gap={6}>
            <Anchor component={Link} to={`/networks/${name}`} fw={600}>
              {name}
            </Anchor>
            <ImportedMark runtime={runtime} />
          </Group>
        ),
      },
      {
        id: "state",
        header: t("networks.state"),
        value: ({ state }) => state,
        width: "8rem",
        cell: ({ state }) => <StateMark state={state} />,
      },
      {
        id: "members",
        header: t("networks.members"),
        value: ({ organizations }) => organizations.length,
        cell: ({ organizations, nodes }) => (
          <>
            <Text size="sm" lineClamp={1} title={organizations.map(({ name }) => name).join(", ")}>
              {organizations.map(({ name }) => name).join(", ")}
            </Text>
            <Text size="xs" c="dimmed">
              {t("networks.nodeCount", { count: nodes })}
            </Text>
          </>
        ),
      },
      {
        id: "channels",
        header: t("networks.channels"),
        value: ({ channels }) => channels.join(", "),
        cell: ({ channels }) => (channels.length === 0 ? <Text c="dimmed">{t("common.none")}</Text> : channels.join(", ")),
      },
      {
        id: "proof",
        header: t("networks.proof"),
        value: ({ proof }) => proof?.seconds ?? Number.MAX_SAFE_INTEGER,
        cell: ({ proof }) =>
          proof?.seconds === undefined ? (
            <Text size="sm" c="dimmed">
              {t("networks.unproved")}
            </Text>
          ) : (
            t("networks.proved", { seconds: formatSeconds(proof.seconds) })
          ),
      },
      {
        id: "updated",
        header: t("networks.updated"),
        width: "8rem",
        align: "end",
        value: ({ updatedAt }) => updatedAt,
        cell: ({ updatedAt }) => <Ago at={updatedAt} />,
      },
    ],
    [t],
  );
}
