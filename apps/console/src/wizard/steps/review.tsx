import { Badge, Group, List, Skeleton, Stack, Text } from "@mantine/core";
import { nodesOf, type NetworkFile } from "@heddle/network";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { estimateQuery } from "../../api/queries.ts";
import { formatBytes } from "../../ui/format.ts";
import { problemText } from "../../ui/problem-text.ts";
import { stepOf } from "../problems.ts";
import type { DraftStore } from "../store.ts";

const CodeEditor = lazy(() => import("../../editor/code-editor.tsx"));

/** All of it: what it takes, what is wrong, and the YAML it means. */
export function ReviewStep({ store }: { readonly store: DraftStore }) {
  const { t } = useTranslation();
  const { draft, problems, yaml, typeYaml } = store;
  const marks = useMemo(
    () =>
      problems.flatMap((problem) =>
        problem.line === undefined ? [] : [{ line: problem.line, message: `${problem.path}: ${problemText(problem)}` }],
      ),
    [problems],
  );
  return (
    <Stack gap="md">
      <Text c="dimmed">{t("wizard.reviewLead")}</Text>
      <Takes file={draft.file} valid={problems.length === 0} />
      {problems.length === 0 ? null : (
        <div role="alert">
          <Text fw={600} c="var(--bad)">
            {t("common.problems")}
          </Text>
          <List size="sm">
            {problems.map((problem) => (
              <List.Item key={`${problem.path} ${problem.message}`}>
                {problem.line === undefined ? (
                  <Link to="/networks/new" search={{ step: stepOf(problem) }} className="link">
                    {problem.path}
                  </Link>
                ) : (
                  <span className="hash">
                    {problem.path} · {t("wizard.line", { line: problem.line })}
                  </span>
                )}{" "}
                {problemText(problem)}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      <div>
        <Text fw={600} size="sm">
          {t("wizard.yaml")}
        </Text>
        <Text size="xs" c="dimmed" mb={6}>
          {t("wizard.yamlHelp", { name: draft.file.metadata.name })}
        </Text>
        <Suspense fallback={<Skeleton height="26rem" />}>
          <CodeEditor label={t("wizard.yaml")} value={yaml} onChange={typeYaml} problems={marks} />
        </Suspense>
      </div>
    </Stack>
  );
}

function Takes({ file, valid }: { readonly file: NetworkFile; readonly valid: boolean }) {
  const { t } = useTranslation();
  const estimate = useQuery({ ...estimateQuery(file), enabled: valid });
  const facts = [t("wizard.takesNodes", { count: estimate.data?.nodes ?? nodesOf(file).length })];
  if (estimate.data !== undefined) {
    facts.push(
      t("wizard.takesProcesses", { count: estimate.data.processes }),
      t("wizard.takesPorts", { count: estimate.data.ports }),
      t("wizard.takesMemory", { size: formatBytes(estimate.data.memoryBytes) }),
    );
  }
  return (
    <Group gap="xs">
      <Text size="sm">{t("wizard.takes")}</Text>
      {facts.map((fact) => (
        <Badge key={fact} variant="default" tt="none" size="lg" fw={500}>
          {fact}
        </Badge>
      ))}
    </Group>
  );
}
