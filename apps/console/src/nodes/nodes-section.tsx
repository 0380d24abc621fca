import { Anchor, Text } from "@mantine/core";
import type { Node } from "@heddle/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nodesQuery } from "../api/queries.ts";
import type { Catalogue } from "../i18n/catalogue.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { Ago } from "../ui/ago.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Empty } from "../ui/empty.tsx";
import { formatBytes, formatSeconds } from "../ui/format.ts";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";

/** The nodes, as the world shows them. */
export function NodesSection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const query = useQuery(nodesQuery(network.name));
  const columns = useColumns(network.name, network.runtime === "imported");
  return (
    <Section title={t("network.sections.nodes")} lead={t("network.nodesLead")}>
      <QueryView query={query}>
        {(nodes) =>
          nodes.length === 0 ? (
            <Empty title={t("network.nodesEmpty")} order={3} />
          ) : (
            <>
              <DataTable label={t("network.sections.nodes")} rows={nodes} columns={columns} rowKey={({ name }) => name} />
              {network.runtime === "embedded" ? (
                <Text size="xs" c="dimmed">
                  {t("network.sharedProcess")}
                </Text>
              ) : null}
            </>
          )
        }
      </QueryView>
    </Section>
  );
}

function useColumns(network: string, imported: boolean): readonly Column<Node>[] {
  const { t } = useTranslation();
  return useMemo(
    (): readonly Column<Node>[] => [
      {
        id: "name",
        header: t("network.node"),
        value: ({ name }) => name,
        cell: ({ name, kind, organization }) => (
          <>
            <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Text size="xs" c="dimmed">
              {isKind(kind) ? t(`network.kinds.${kind}`) : kind}
              {organization === undefined ? "" : ` · ${organization}`}
            </Text>
          </>
        ),
      },
      {
        id: "state",
        header: t("network.state"),
        width: "8rem",
        value: ({ state }) => state,
        cell: ({ state }) => <StateMark state={state} />,
      },
      {
        id: "address",
        header: t("network.address"),
        value: ({ address }) => address ?? "",
        cell: ({ address }) =>
          address === undefined ? (
            "–"
          ) : (
            <span className="hash">
              {address} <CopyButton text={address} what={t("network.address")} />
            </span>
          ),
      },
      {
        id: "memory",
        header: t("network.memory"),
        align: "end",
        width: "7rem",
        value: ({ memoryBytes }) => memoryBytes ?? 0,
        cell: ({ memoryBytes }) => (memoryBytes === undefined ? "–" : formatBytes(memoryBytes)),
      },
      {
        id: "cpu",
        header: t("network.cpu"),
        align: "end",
        width: "7rem",
        value: ({ cpuSeconds }) => cpuSeconds ?? 0,
        cell: ({ cpuSeconds }) => (cpuSeconds === undefined ? "–" : t("common.seconds", { value: formatSeconds(cpuSeconds) })),
      },
      {
        id: "since",
        header: t("network.since"),
        align: "end",
        width: "8rem",
        value: ({ since }) => since ?? "",
        cell: ({ since }) => (since === undefined ? "–" : <Ago at={since} />),
      },
      {
        id: "logs",
        header: t("network.logsOf"),
        align: "end",
        width: "5rem",
        cell: ({ name, kind }) =>
          // Logs of an imported network's nodes are where they run.
          imported && kind !== "chaincode" ? (
            "–"
          ) : (
            <Anchor
              component={Link}
              to={`/networks/${network}/logs?node=${encodeURIComponent(name)}`}
              size="sm"
              aria-label={`${t("network.logsOf")}: ${name}`}
            >
              {t("network.logsOf")}
            </Anchor>
          ),
      },
    ],
    [t, network, imported],
  );
}

const kinds = ["peer", "orderer", "chaincode", "ca"] as const satisfies readonly (keyof Catalogue["network"]["kinds"])[];

function isKind(text: string): text is (typeof kinds)[number] {
  return (kinds as readonly string[]).includes(text);
}
