import { Button, Group, Input, Paper, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { isHeddleError } from "@heddle/network";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { scenariosQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { Problem } from "../ui/problem.tsx";
import { problemText } from "../ui/problem-text.ts";
import { useOperation } from "../ui/use-operation.ts";

interface Form {
  readonly name: string;
  readonly channel: string;
  readonly version: string;
  readonly kind: "scenario" | "path";
  readonly scenario: string;
  readonly path: string;
  readonly language: "typescript" | "javascript";
  readonly policy: string;
}

/** Deploys a chaincode, or its next version. */
export function DeploySection() {
  const { t } = useTranslation();
  const { network, file } = useNetwork();
  const search = useSearch({ from: "/networks/$name/deploy" });
  const [form, setForm] = useState<Form>(() => {
    const known = file.spec.chaincodes.find(({ name }) => name === search.chaincode);
    const source = known?.source ?? { scenario: "food-tracing" };
    return {
      name: search.chaincode ?? "",
      channel: search.channel ?? file.spec.channels[0]?.name ?? "",
      version: nextVersion(search.version),
      kind: "path" in source ? "path" : "scenario",
      scenario: "scenario" in source ? source.scenario : "food-tracing",
      path: "path" in source ? source.path : "",
      language: known?.language === "javascript" ? "javascript" : "typescript",
      policy: known?.endorsementPolicy ?? "",
    };
  });
  const deploy = useOperation(() =>
    client.deployChaincode({
      params: { name: network.name },
      body: {
        name: form.name,
        channel: form.channel,
        version: form.version,
        language: form.language,
        source: form.kind === "path" ? { path: form.path } : { scenario: form.scenario },
        ...(form.policy === "" ? {} : { endorsementPolicy: form.policy }),
      },
    }),
  );
  const errorAt = (path: string): string | undefined => {
    if (!isHeddleError(deploy.error)) return undefined;
    const found = deploy.error.problems.find((problem) => problem.path === path || problem.path === `body.${path}`);
    return found === undefined ? undefined : problemText(found);
  };
  const set = (part: Partial<Form>): void => setForm((current) => ({ ...current, ...part }));
  return (
    <Section
      title={search.chaincode === undefined ? t("network.deploy") : `${t("network.upgrade")}: ${search.chaincode}`}
      lead={t("network.deployLead")}
    >
      <Paper p="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            deploy.mutate();
          }}
        >
          <Stack maw={560}>
            <Source form={form} set={set} errorAt={errorAt} />
            <TextInput
              label={t("wizard.chaincodeName")}
              description={t("wizard.chaincodeNameHelp")}
              required
              value={form.name}
              error={errorAt("name")}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <Select
              label={t("wizard.onChannel")}
              description={t("wizard.onChannelHelp")}
              data={file.spec.channels.map(({ name }) => name)}
              value={form.channel}
              error={errorAt("channel")}
              allowDeselect={false}
              onChange={(channel) => set({ channel: channel ?? "" })}
            />
            <TextInput
              label={t("wizard.version")}
              description={t("wizard.versionHelp")}
              required
              value={form.version}
              error={errorAt("version")}
              onChange={(event) => set({ version: event.currentTarget.value })}
            />
            <Select
              label={t("wizard.language")}
              description={t("wizard.languageHelp")}
              data={[
                { value: "typescript", label: "TypeScript" },
                { value: "javascript", label: "JavaScript" },
              ]}
              value={form.language}
              error={errorAt("language")}
              allowDeselect={false}
              onChange={(language) => set({ language: language === "javascript" ? "javascript" : "typescript" })}
            />
            <TextInput
              label={t("wizard.endorsement")}
              description={t("wizard.endorsementHelp")}
              value={form.policy}
              error={errorAt("endorsementPolicy")}
              onChange={(event) => set({ policy: event.currentTarget.value })}
            />
            {deploy.isError ? <Problem title={t("network.deploy")} error={deploy.error} /> : null}
            <Group>
              <Button type="submit" loading={deploy.isPending} disabled={form.name === "" || network.operation !== undefined}>
                {t("network.deploy")}
              </Button>
              <Button component={Link} to={`/networks/${network.name}/chaincodes`} variant="default">
                {t("common.cancel")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Section>
  );
}

interface SourceProps {
  readonly form: Form;
  readonly set: (part: Partial<Form>) => void;
  readonly errorAt: (path: string) => string | undefined;
}

function Source({ form, set, errorAt }: SourceProps) {
  const { t } = useTranslation();
  const scenarios = useQuery(scenariosQuery);
  return (
    <>
      <Input.Wrapper label={t("wizard.source")} description={t("wizard.sourceHelp")} error={errorAt("source")} labelElement="div">
        <SegmentedControl
          mt={6}
          size="xs"
          aria-label={t("wizard.source")}
          value={form.kind}
          onChange={(value) => set({ kind: value === "path" ? "path" : "scenario" })}
          data={(["scenario", "path"] as const).map((value) => ({ value, label: t(`wizard.sources.${value}`) }))}
        />
      </Input.Wrapper>
      {form.kind === "path" ? (
        <TextInput
          label={t("wizard.path")}
          description={t("wizard.pathHelp")}
          required
          value={form.path}
          error={errorAt("source.path")}
          onChange={(event) => set({ path: event.currentTarget.value })}
        />
      ) : (
        <Select
          label={t("wizard.scenario")}
          description={t("wizard.scenarioHelp")}
          data={scenarios.data?.map(({ name, title }) => ({ value: name, label: title })) ?? [form.scenario]}
          value={form.scenario}
          error={errorAt("source.scenario")}
          allowDeselect={false}
          onChange={(scenario) => set({ scenario: scenario ?? "", ...(form.name === "" ? { name: scenario ?? "" } : {}) })}
        />
      )}
    </>
  );
}

/** 1.0 becomes 1.1: the last number counts on; the first version is 1.0. */
export function nextVersion(version: string | undefined): string {
  if (version === undefined) return "1.0";
  return version.replace(/(\d+)(\D*)$/, (_whole, number: string, rest: string) => `${Number(number) + 1}${rest}`);
}
