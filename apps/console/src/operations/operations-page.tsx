import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { operationsQuery } from "../api/queries.ts";
import { Page } from "../ui/page.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { OperationTable } from "./operation-table.tsx";

/** The operations of the whole server. */
export function OperationsPage() {
  const { t } = useTranslation();
  const query = useQuery(operationsQuery());
  return (
    <Page title={t("operation.list")}>
      <QueryView query={query}>{(operations) => <OperationTable operations={operations} />}</QueryView>
    </Page>
  );
}
