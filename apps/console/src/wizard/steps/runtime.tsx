import { SegmentedControl, Input, Select, Stack, Text } from "@mantine/core";
import type { RuntimeChoice } from "@heddle/api";
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { runtimesQuery } from "../../api/queries.ts";
import { onRuntime, withSpec } from "../draft.ts";
import { useForm } from "../fields.tsx";
import { ChoiceCards, type Choice } from "./choice-cards.tsx";

const versions = ["3.1", "3.0", "2.5"] as const;

/** Where the network runs, as which version, and where its ledger is. */
export function RuntimeStep() {
  const { t } = useTranslation();
  const { file, change, errorAt } = useForm();
  const found = useQuery(runtimesQuery(file.spec.fabricVersion)).data;
  return (
    <Stack gap="lg">
      <Text c="dimmed">{t("wizard.runtimeLead")}</Text>
      <ChoiceCards
        label={t("wizard.runtime")}
        description={t("wizard.runtimeHelp")}
        value={file.spec.runtime}
        error={errorAt("spec.runtime")}
        choices={[
          { value: "embedded", title: t("wizard.runtimes.embedded.title"), text: t("wizard.runtimes.embedded.text") },
          {
            value: "native",
            ...nativeTexts(
              t,
              found?.find(({ name }) => name === "native"),
              file.spec.fabricVersion,
            ),
          },
        ]}
        onChange={(runtime) => change(onRuntime(file, runtime))}
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

/** What can be said of the native runtime: the programs found, or what to do; nothing of both until the server has answered. */
function nativeTexts(
  t: TFunction,
  native: RuntimeChoice | undefined,
  version: string,
): Pick<Choice<"native">, "title" | "text" | "hindrance"> {
  const title = t("wizard.runtimes.native.title");
  const { programs, problem } = native ?? {};
  const text = [t("wizard.runtimes.native.text"), programs === undefined ? "" : t("wizard.runtimes.native.found", { ...programs })];
  return { title, text: text.join(" ").trim(), hindrance: hindranceOf(t, problem, version) };
}

function hindranceOf(t: TFunction, problem: RuntimeChoice["problem"], version: string): string | undefined {
  if (problem === undefined) return undefined;
  if (problem.code === "RUNTIME_TOOLS_MISSING") return t("wizard.runtimes.native.missing");
  if (problem.code === "TOOLCHAIN_VERSION_UNFIT") return t("wizard.runtimes.native.unfit", { version });
  return `${problem.message} ${problem.next}`;
}
