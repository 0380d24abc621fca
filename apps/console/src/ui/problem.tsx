import { Alert, Button, Code, Group, List, Stack, Text } from "@mantine/core";
import { isHeddleError, type Problem as FieldProblem } from "@heddle/network";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { problemText } from "./problem-text.ts";

/** Props of {@link Problem}. */
export interface ProblemProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly title?: string;
}

interface Shown {
  readonly message: string;
  readonly next?: string;
  readonly code?: string;
  readonly problems: readonly FieldProblem[];
}

function toShown(error: unknown): Shown {
  if (isHeddleError(error)) return { message: error.message, next: error.next, code: error.code, problems: error.problems };
  if (typeof error === "object" && error !== null && "message" in error) {
    const { message, next, code } = error as { message: unknown; next?: unknown; code?: unknown };
    return {
      message: String(message),
      ...(typeof next === "string" ? { next } : {}),
      ...(typeof code === "string" ? { code } : {}),
      problems: [],
    };
  }
  return { message: String(error), problems: [] };
}

/** An error: what happened, what to do next, its stable code, and what is wrong where. */
export function Problem({ error, onRetry, title }: ProblemProps) {
  const { t } = useTranslation();
  const { message, next, code, problems } = toShown(error);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={title ?? t("common.failing")} role="alert">
      <Stack gap="xs">
        {code === "API_UNREACHABLE" ? (
          <Text size="sm">{t("common.unreachable")}</Text>
        ) : (
          <Text size="sm">
            <b>{t("common.whatHappened")}:</b> <span lang="en">{message}</span>
          </Text>
        )}
        {problems.length === 0 ? null : (
          <List size="sm" spacing={4}>
            {problems.map((problem) => (
              <List.Item key={`${problem.path}${problem.message}`}>
                <Code>{problem.path}</Code> {problemText(problem)}
              </List.Item>
            ))}
          </List>
        )}
        {next === undefined ? null : (
          <Text size="sm">
            <b>{t("common.nextStep")}:</b> <span lang="en">{next}</span>
          </Text>
        )}
        <Group justify="space-between">
          {code === undefined ? (
            <span />
          ) : (
            <Text size="sm">
              {t("common.errorCode")}: <Code>{code}</Code>
            </Text>
          )}
          {onRetry === undefined ? null : (
            <Button size="xs" variant="default" onClick={onRetry}>
              {t("common.retry")}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
