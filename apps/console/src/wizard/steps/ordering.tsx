import { NumberInput, Stack, Text, TextInput } from "@mantine/core";
import type { NetworkFile } from "@heddle/network";
import { useTranslation } from "react-i18next";
import { resize, setConsensus, withSpec } from "../draft.ts";
import { useForm } from "../fields.tsx";
import classes from "../wizard-page.module.css";
import { ChoiceCards } from "./choice-cards.tsx";

/** The ordering service: consensus, orderers, batches. */
export function OrderingStep() {
  const { t } = useTranslation();
  const { file, change, errorAt } = useForm();
  const { ordering } = file.spec;
  const patch = (part: Partial<NetworkFile["spec"]["ordering"]>): void => change(withSpec(file, { ordering: { ...ordering, ...part } }));
  return (
    <Stack gap="lg">
      <Text c="dimmed">{t("wizard.orderingLead")}</Text>
      <ChoiceCards
        label={t("wizard.orderingType")}
        description={t("wizard.orderingTypeHelp")}
        value={ordering.type}
        error={errorAt("spec.ordering.type")}
        choices={(["raft", "bft"] as const).map((value) => ({
          value,
          title: t(`wizard.orderingTypes.${value}.title`),
          text: t(`wizard.orderingTypes.${value}.text`),
        }))}
        onChange={(type) => change(setConsensus(file, type))}
      />
      <NumberInput
        label={t("wizard.consenters")}
        description={t("wizard.consentersHelp")}
        min={1}
        max={31}
        allowDecimal={false}
        value={ordering.consenters.length}
        error={errorAt("spec.ordering.consenters")}
        onChange={(value) => patch({ consenters: resize(ordering.consenters, "orderer", Math.min(Number(value) || 1, 31)) })}
        maw={380}
      />
      <details open={errorAt("spec.ordering.batch.timeout") !== undefined || undefined}>
        <summary>{t("wizard.batch")}</summary>
        <div className={classes["pair"]} style={{ marginTop: 12 }}>
          <NumberInput
            label={t("wizard.maxMessages")}
            description={t("wizard.maxMessagesHelp")}
            min={1}
            allowDecimal={false}
            value={ordering.batch.maxMessages}
            error={errorAt("spec.ordering.batch.maxMessages")}
            onChange={(value) => patch({ batch: { ...ordering.batch, maxMessages: Number(value) || 1 } })}
          />
          <TextInput
            label={t("wizard.timeout")}
            description={t("wizard.timeoutHelp")}
            value={ordering.batch.timeout}
            error={errorAt("spec.ordering.batch.timeout")}
            onChange={(event) => patch({ batch: { ...ordering.batch, timeout: event.currentTarget.value } })}
          />
        </div>
      </details>
    </Stack>
  );
}
