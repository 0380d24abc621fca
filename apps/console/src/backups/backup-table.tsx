import { Anchor, Group, Text } from "@mantine/core";
import type { Backup } from "@heddle/api";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../session/session.ts";
import { Ago } from "../ui/ago.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { formatBytes } from "../ui/format.ts";
import { DeleteButton } from "./delete-button.tsx";
import { RestoreButton } from "./restore-button.tsx";
import { VerifyButton } from "./verify-button.tsx";

/** Backups, and what can be done with them. */
export function BackupTable({ backups, named = false }: { readonly backups: readonly Backup[]; readonly named?: boolean }) {
  const { t } = useTranslation();
  const columns = useColumns(named);
  return <DataTable label={t("backups.title")} rows={backups} columns={columns} rowKey={({ id }) => id} />;
}

function useColumns(named: boolean): readonly Column<Backup>[] {
  const { t } = useTranslation();
  const may = useMay();
  const writes = may("backups.write");
  return useMemo(
    (): readonly Column<Backup>[] => [
      {
        id: "backup",
        header: t("backups.backup"),
        value: ({ id }) => id,
        cell: ({ id, network }) => (
          <>
            <Text size="sm" fw={600} ff="monospace" style={{ overflowWrap: "anywhere" }}>
              {id}
            </Text>
            {named ? (
              <Anchor component={Link} to={`/networks/${network}`} size="xs">
                {network}
              </Anchor>
            ) : null}
          </>
        ),
      },
      {
        id: "made",
        header: t("backups.made"),
        width: "8rem",
        value: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <Ago at={createdAt} />,
      },
      {
        id: "channels",
        header: t("networks.channels"),
        value: ({ channels }) => channels.map(({ name }) => name).join(", "),
        cell: ({ channels }) => channels.map(({ name, block }) => t("backups.upTo", { channel: name, block })).join(", "),
      },
      {
        id: "size",
        header: t("backups.size"),
        width: "7rem",
        align: "end",
        value: ({ bytes }) => bytes,
        cell: ({ bytes, files }) => <span title={t("backups.files", { count: files })}>{formatBytes(bytes)}</span>,
      },
      ...(writes
        ? [
            {
              id: "actions",
              header: t("common.actions"),
              align: "end" as const,
              cell: (backup: Backup) => (
                <Group gap="xs" justify="flex-end">
                  <VerifyButton backup={backup} />
                  <RestoreButton backup={backup} />
                  <DeleteButton backup={backup} />
                </Group>
              ),
            },
          ]
        : []),
    ],
    [t, named, writes],
  );
}
