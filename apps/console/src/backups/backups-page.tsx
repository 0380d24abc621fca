import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { backupsQuery } from "../api/queries.ts";
import { Empty } from "../ui/empty.tsx";
import { Page } from "../ui/page.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { BackupTable } from "./backup-table.tsx";

/** The backups of all networks, also of those that are no more. */
export function BackupsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("backups.title")}>
      <QueryView query={useQuery(backupsQuery())}>
        {(backups) =>
          backups.length === 0 ? (
            <Empty title={t("backups.emptyTitle")} text={t("backups.emptyText")} />
          ) : (
            <BackupTable backups={backups} named />
          )
        }
      </QueryView>
    </Page>
  );
}
