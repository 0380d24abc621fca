import { Button, Input, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import type { NetworkChaincode } from "@heddle/network";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { scenariosQuery } from "../../api/queries.ts";
import { addChaincode, replaceAt, withSpec } from "../draft.ts";
import { useForm } from "../fields.tsx";
import classes from "../wizard-page.module.css";
import { Part } from "./part.tsx";

/** Chaincodes: where they come from, and on which channel. */
export function ChaincodeStep() {
  const { t } = useTranslation();
  const { file, change } = useForm();
  return (
    <Stack gap="md">
      <Text c="dimmed">{t("wizard.chaincodeLead")}</Text>
      {file.spec.chaincodes.length === 0 ? <Text size="sm">{t("wizard.noChaincode")}</Text> : null}
      {file.spec.chaincodes.map((chaincode, index) => (
        <ChaincodePart key={index} chaincode={chaincode} index={index} />
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          disabled={file.spec.channels.length === 0}
          onClick={() => change(addChaincode(file))}
        >
          {t("wizard.addChaincode")}
        </Button>
      </div>
    </Stack>
  );
}

function ChaincodePart({ chaincode, index }: { readonly chaincode: NetworkChaincode; readonly index: number }) {
  const { t } = useTranslation();
  const { file, change, errorAt } = useForm();
  const path = `spec.chaincodes[${index}]`;
  const patch = (part: Partial<NetworkChaincode>): void =>
    change(withSpec(file, { chaincodes: replaceAt(file.spec.chaincodes, index, (one) => ({ ...one, ...part })) }));
  return (
    <Part
      title={t("wizard.chaincode", { number: index + 1 })}
      onRemove={() => change(withSpec(file, { chaincodes: file.spec.chaincodes.filter((_one, at) => at !== index) }))}
    >
      <Source chaincode={chaincode} path={path} onChange={(source) => patch({ source })} />
      <div className={classes["pair"]}>
        <TextInput
          label={t("wizard.chaincodeName")}
          description={t("wizard.chaincodeNameHelp")}
          value={chaincode.name}
          error={errorAt(`${path}.name`)}
          onChange={(event) => patch({ name: event.currentTarget.value })}
        />
        <Select
          label={t("wizard.onChannel")}
          description={t("wizard.onChannelHelp")}
          data={file.spec.channels.map(({ name }) => name)}
          value={chaincode.channel}
          error={errorAt(`${path}.channel`)}
          allowDeselect={false}
          onChange={(channel) => patch({ channel: channel ?? "" })}
        />
        <TextInput
          label={t("wizard.version")}
          description={t("wizard.versionHelp")}
          value={chaincode.version}
          error={errorAt(`${path}.version`)}
          onChange={(event) => patch({ version: event.currentTarget.value })}
        />
        <Select
          label={t("wizard.language")}
          description={t("wizard.languageHelp")}
          data={[
            { value: "typescript", label: "TypeScript" },
            { value: "javascript", label: "JavaScript" },
          ]}
          value={chaincode.language}
          error={errorAt(`${path}.language`)}
          allowDeselect={false}
          onChange={(language) => patch({ language: language === "javascript" ? "javascript" : "typescript" })}
        />
      </div>
      <TextInput
        label={t("wizard.endorsement")}
        description={t("wizard.endorsementHelp")}
        value={chaincode.endorsementPolicy ?? ""}
        error={errorAt(`${path}.endorsementPolicy`)}
        onChange={(event) => {
          const { endorsementPolicy: _old, ...others } = chaincode;
          const endorsementPolicy = event.currentTarget.value;
          change(
            withSpec(file, {
              chaincodes: replaceAt(file.spec.chaincodes, index, () =>
                endorsementPolicy === "" ? others : { ...others, endorsementPolicy },
              ),
            }),
          );
        }}
      />
    </Part>
  );
}

interface SourceProps {
  readonly chaincode: NetworkChaincode;
  readonly path: string;
  readonly onChange: (source: NetworkChaincode["source"]) => void;
}

function Source({ chaincode: { source }, path, onChange }: SourceProps) {
  const { t } = useTranslation();
  const { errorAt } = useForm();
  const scenarios = useQuery(scenariosQuery);
  const kind = "path" in source ? "path" : "scenario";
  return (
    <>
      <Input.Wrapper label={t("wizard.source")} description={t("wizard.sourceHelp")} error={errorAt(`${path}.source`)} labelElement="div">
        <SegmentedControl
          mt={6}
          size="xs"
          aria-label={t("wizard.source")}
          value={kind}
          onChange={(value) => onChange(value === "path" ? { path: "" } : { scenario: "food-tracing" })}
          data={(["scenario", "path"] as const).map((value) => ({ value, label: t(`wizard.sources.${value}`) }))}
        />
      </Input.Wrapper>
      {"path" in source ? (
        <TextInput
          label={t("wizard.path")}
          description={t("wizard.pathHelp")}
          placeholder="/home/me/contract"
          value={source.path}
          error={errorAt(`${path}.source.path`)}
          onChange={(event) => onChange({ path: event.currentTarget.value })}
        />
      ) : (
        <Select
          label={t("wizard.scenario")}
          description={t("wizard.scenarioHelp")}
          data={scenarios.data?.map(({ name, title }) => ({ value: name, label: title })) ?? [source.scenario]}
          value={source.scenario}
          error={errorAt(`${path}.source.scenario`)}
          allowDeselect={false}
          onChange={(scenario) => onChange({ scenario: scenario ?? "" })}
        />
      )}
    </>
  );
}
