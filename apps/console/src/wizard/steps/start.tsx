import { Stack, Text, TextInput } from "@mantine/core";
import { presets } from "@heddle/network";
import { useTranslation } from "react-i18next";
import { presetFile, withName } from "../draft.ts";
import { useForm } from "../fields.tsx";
import type { DraftStore } from "../store.ts";
import { ChoiceCards } from "./choice-cards.tsx";

/** Name and preset. */
export function StartStep({ store, taken }: { readonly store: DraftStore; readonly taken: readonly string[] }) {
  const { t } = useTranslation();
  const { file, errorAt } = useForm();
  const { draft, set } = store;
  const { name } = file.metadata;
  return (
    <Stack gap="lg">
      <TextInput
        label={t("wizard.name")}
        description={t("wizard.nameHelp")}
        value={name}
        error={errorAt("metadata.name") ?? (taken.includes(name) ? t("wizard.nameTaken") : undefined)}
        onChange={(event) => set({ preset: draft.preset, named: true, file: withName(file, event.currentTarget.value) })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maw={380}
        data-autofocus
      />
      <ChoiceCards
        label={t("wizard.preset")}
        description={t("wizard.presetHelp")}
        value={draft.preset}
        choices={presets.map((preset) => ({
          value: preset.name,
          title: t(`wizard.presets.${preset.name}.title`),
          text: t(`wizard.presets.${preset.name}.text`),
        }))}
        onChange={(preset) => set({ preset, named: draft.named, file: presetFile(preset, name) })}
      />
      <Text size="sm" c="dimmed">
        {t("wizard.presetReplaces")}
      </Text>
    </Stack>
  );
}
