import { SegmentedControl, Input, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { withSpec } from "../draft.ts";
import { useForm } from "../fields.tsx";
import { ChoiceCards } from "./choice-cards.tsx";

const versions = ["3.1", "3.0", "2.5"] as const;

/** Where the network runs, as which version, and where its ledger is. */
export function RuntimeStep() {
  const { t } = useTranslation();
  const { file, change, errorAt } = useForm();
  return (
    <Stack gap="lg">
      <Text c="dimmed">{t("wizard.runtimeLead")}</Text>
      <ChoiceCards
        label={t("wizard.runtime")}
        description={t("wizard.runtimeHelp")}
        value={file.spec.runtime}
        error={errorAt("spec.runtime")}
        choices={[{ value: "embedded", title: t("wizard.runtimes.embedded.title"), text: t("wizard.runtimes.embedded.text") }]}
        onChange={(runtime) => change(withSpec(file, { runtime }))}
      />
      <Select
        label={t("wizard.fabricVersion")}
        description={t("wizard.fabricVersionHelp")}
        data={[...versions]}
        value={file.spec.fabricVersion}
        error={errorAt("spec.fabricVersion")}
        allowDeselect={false}
        maw={380}
        onChange={(value) => change(withSpec(file, { fabricVersion: versions.find((version) => version === value) ?? "3.1" }))}
      />
      <Input.Wrapper label={t("wizard.storage")} description={t("wizard.storageHelp")} error={errorAt("spec.storage")} labelElement="div">
        <SegmentedControl
          mt={6}
          size="xs"
          aria-label={t("wizard.storage")}
          value={file.spec.storage}
          onChange={(storage) => change(withSpec(file, { storage: storage === "memory" ? "memory" : "kept" }))}
          data={(["kept", "memory"] as const).map((value) => ({ value, label: t(`wizard.storages.${value}`) }))}
        />
      </Input.Wrapper>
    </Stack>
  );
}
