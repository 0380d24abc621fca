import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { operationsQuery } from "../api/queries.ts";
import { QueryView } from "../ui/query-view.tsx";
import { Section } from "../network/section.tsx";
import { OperationTable } from "./operation-table.tsx";

/** The operations of one network. */
export function NetworkOperations() {
  const { t } = useTranslation();
  const { name } = useParams({ from: "/networks/$name" });
  const query = useQuery(operationsQuery(name));
  return (
    <Section title={t("network.sections.events")}>
      <QueryView query={query}>{(operations) => <OperationTable operations={operations} />}</QueryView>
    </Section>
  );
}
