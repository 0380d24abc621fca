import { Alert, Button, Code, Group, List, Stack, Text } from "@mantine/core";
import { isHeddleError, type Problem as FieldProblem } from "@heddle/network";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { errorText } from "../i18n/errors.ts";
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
  readonly args?: Readonly<Record<string, string | number>>;
  readonly problems: readonly FieldProblem[];
}

function toShown(error: unknown): Shown {
  if (isHeddleError(error)) {
    const { message, next, code, args, problems } = error;
    return { message, next, code, args, problems };
  }
  if (typeof error === "object" && error !== null && "message" in error) {
    const { message, next, code, args } = error as {
      message: unknown;
      next?: unknown;
      code?: unknown;
      args?: Readonly<Record<string, string | number>>;
    };
    return {
      message: String(message),
      ...(typeof next === "string" ? { next } : {}),
      ...(typeof code === "string" ? { code } : {}),
      ...(args === undefined ? {} : { args }),
      problems: [],
    };
  }
  return { message: String(error), problems: [] };
}

/** An error: what happened, what to do next, its stable code, and what is wrong where. */
export function Problem({ error, onRetry, title }: ProblemProps) {
  const { t } = useTranslation();
  const { message, next, code, args, problems } = toShown(error);
  const own = errorText(code, args);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={title ?? t("common.failing")} role="alert">
      <Stack gap="xs">
        {code === "API_UNREACHABLE" ? (
          <Text size="sm">{t("common.unreachable")}</Text>
        ) : (
          <Text size="sm">
            <b>{t("common.whatHappened")}:</b> <span lang={own === undefined ? "en" : undefined}>{own?.message ?? message}</span>
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
            <b>{t("common.nextStep")}:</b> <span lang={own === undefined ? "en" : undefined}>{own?.next ?? next}</span>
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
