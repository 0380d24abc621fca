import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { backupsQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { Problem } from "../ui/problem.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { useOperation } from "../ui/use-operation.ts";
import { BackupTable } from "./backup-table.tsx";

/** The backups of a network, and the button that makes one. */
export function NetworkBackups() {
  const { t } = useTranslation();
  const may = useMay();
  const { network, file } = useNetwork();
  const kept = file.spec.storage === "kept";
  const create = useOperation(() => client.createBackup({ params: { name: network.name } }));
  return (
    <Section title={t("backups.title")} lead={t(kept ? "backups.lead" : "backups.memory")}>
      {kept && may("backups.write") ? (
        <Group>
          <Button disabled={network.operation !== undefined} loading={create.isPending} onClick={() => create.mutate()}>
            {t("backups.create")}
          </Button>
        </Group>
      ) : null}
      {create.isError ? <Problem title={t("backups.create")} error={create.error} /> : null}
      <QueryView query={useQuery(backupsQuery(network.name))}>
        {(backups) =>
          backups.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("backups.none")}
            </Text>
          ) : (
            <BackupTable backups={backups} />
          )
        }
      </QueryView>
    </Section>
  );
}
