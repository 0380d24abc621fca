import { Badge, Group, Paper, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../i18n/catalogue.ts";
import type { Receipt } from "./receipt.ts";
import { DataTable } from "../ui/data-table.tsx";
import classes from "./proof-card.module.css";

/** The receipt of a deletion: each thing that was removed, and that nothing is left. */
export function ReceiptCard({ receipt }: { readonly receipt: Receipt }) {
  const { t } = useTranslation();
  const counts = [...Map.groupBy(receipt.removed, ({ kind }) => kind)].map(([kind, list]) => [kind, list.length] as const);
  const kindName = (kind: string): string => t(`receipt.kinds.${isKind(kind) ? kind : "other"}`);
  return (
    <Paper p={{ base: "md", sm: "lg" }} className={classes["card"]} component="section" aria-labelledby="receipt-title">
      <Group gap="md" wrap="nowrap" align="flex-start">
        <svg className={classes["seal"]} data-fresh viewBox="0 0 48 48" width="44" height="44" aria-hidden>
          <circle cx="24" cy="24" r="21" />
          <path d="M15 24.5l6.2 6.2L33.5 18" />
        </svg>
        <div>
          <Title order={2} id="receipt-title">
            {t("receipt.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("receipt.lead", { network: receipt.network, left: receipt.left })}
          </Text>
        </div>
      </Group>
      <Group gap="xs" my="md">
        {counts.map(([kind, count]) => (
          <Badge key={kind} variant="default" tt="none" size="lg" fw={500}>
            {t("receipt.count", { count, kind: kindName(kind) })}
          </Badge>
        ))}
      </Group>
      <RemovedTable removed={receipt.removed} />
    </Paper>
  );
}

/** What was removed, by what it was. */
export function RemovedTable({ removed }: Pick<Receipt, "removed">) {
  const { t } = useTranslation();
  return (
    <DataTable
      label={t("receipt.removed")}
      rows={removed}
      rowKey={({ kind, id }) => `${kind}/${id}`}
      columns={[
        { id: "what", header: t("receipt.what"), value: ({ id }) => id, cell: ({ id }) => <span className="hash">{id}</span> },
        { id: "kind", header: t("receipt.kind"), value: ({ kind }) => kind, cell: ({ kind }) => <KindName kind={kind} />, width: "9rem" },
        { id: "detail", header: t("common.details"), cell: ({ detail }) => detail },
      ]}
    />
  );
}

function KindName({ kind }: { readonly kind: string }) {
  const { t } = useTranslation();
  return t(`receipt.kinds.${isKind(kind) ? kind : "other"}`);
}

const kinds = [
  "process",
  "directory",
  "folder",
  "port",
  "key",
  "row",
  "file",
  "log",
  "chaincode",
] as const satisfies readonly (keyof Catalogue["receipt"]["kinds"])[];

function isKind(text: string): text is (typeof kinds)[number] {
  return (kinds as readonly string[]).includes(text);
}
