import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Says of a network that Heddle did not make it; nothing of others. */
export function ImportedMark({ runtime }: { readonly runtime: string }) {
  const { t } = useTranslation();
  if (runtime !== "imported") return null;
  return (
    <Badge variant="default" tt="none" fw={500} title={t("imports.markText")}>
      {t("imports.mark")}
    </Badge>
  );
}
