import { Button, Group, List, Skeleton, Stack, Text } from "@mantine/core";
import { formatNetworkFile, isHeddleError, parseNetworkFile, type NetworkFile } from "@heddle/network";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import type { LineProblem } from "../editor/code-editor.tsx";
import { Problem } from "../ui/problem.tsx";
import { problemText } from "../ui/problem-text.ts";
import { StateMark } from "../ui/state-mark.tsx";
import { useOperation } from "../ui/use-operation.ts";

const CodeEditor = lazy(() => import("../editor/code-editor.tsx"));

function findLines(text: string): readonly LineProblem[] {
  try {
    parseNetworkFile(text);
    return [];
  } catch (error) {
    if (!isHeddleError(error)) throw error;
    const found = error.problems.map((problem) => ({ line: problem.line ?? 1, message: `${problem.path}: ${problemText(problem)}` }));
    return found.length > 0 ? found : [{ line: Number(/line (\d+)/.exec(error.message)?.[1] ?? 1), message: error.message }];
  }
}

/** Edits the network's file, shows what would change, and applies it. */
export function ChangeFile({ name, file, busy }: { readonly name: string; readonly file: NetworkFile; readonly busy: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => formatNetworkFile(file));
  const problems = useMemo(() => findLines(text), [text]);
  const plan = useMutation({ mutationFn: () => client.planNetwork({ body: { file: text } }) });
  const apply = useOperation(() => client.applyNetwork({ params: { name }, body: { file: text } }));
  const changes = plan.data?.changes ?? [];
  const blocked = plan.data === undefined || plan.data.empty || changes.some(({ supported }) => !supported);
  return (
    <Stack gap="md">
      <Suspense fallback={<Skeleton height="26rem" />}>
        <CodeEditor
          label={t("settings.file")}
          value={text}
          problems={problems}
          onChange={(value) => {
            setText(value);
            plan.reset();
          }}
        />
      </Suspense>
      {problems.length === 0 ? null : (
        <List size="sm" role="alert">
          {problems.map(({ line, message }) => (
            <List.Item key={`${line} ${message}`}>
              {t("wizard.line", { line })}: {message}
            </List.Item>
          ))}
        </List>
      )}
      <Group>
        <Button variant="default" disabled={problems.length > 0} loading={plan.isPending} onClick={() => plan.mutate()}>
          {t("settings.plan")}
        </Button>
        <Button disabled={blocked || busy} loading={apply.isPending} onClick={() => apply.mutate()}>
          {t("settings.apply")}
        </Button>
      </Group>
      {plan.isError ? <Problem title={t("settings.plan")} error={plan.error} /> : null}
      {apply.isError ? <Problem title={t("settings.apply")} error={apply.error} /> : null}
      {plan.data === undefined ? null : (
        <div role="status">
          <Text fw={600} size="sm">
            {plan.data.empty ? t("settings.nothing") : t("settings.planned")}
          </Text>
          <List size="sm" listStyleType="none">
            {changes.map(({ path, summary, supported }) => (
              <List.Item key={`${path} ${summary}`} icon={<StateMark state={supported ? "done" : "failed"} bare />}>
                {summary}
                {supported ? "" : ` (${t("settings.unsupported")})`}
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}
