import { Alert, Button, Group, Paper, Progress as Bar, Stack, Text } from "@mantine/core";
import type { OperationDetail } from "@heddle/api";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { operationQuery } from "../api/queries.ts";
import { useMay } from "../session/session.ts";
import { formatSeconds } from "../ui/format.ts";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { describeOperation, isCancellable, isOver } from "./kind.ts";
import { countSteps, fromDetail, type Progress } from "./progress.ts";
import { Outcome } from "./outcome.tsx";
import { Steps } from "./steps.tsx";
import { titleIn } from "./titles.ts";
import { useProgress } from "./use-progress.ts";

/** One operation, live: its steps while it runs, and what it made known at its end. */
export function OperationPage() {
  const { id } = useParams({ from: "/operations/$id" });
  const { progress, lost } = useProgress(id);
  const query = useQuery(operationQuery(id));
  const { t } = useTranslation();
  const queries = useQueryClient();
  useEffect(() => {
    // Back from a lost connection: what happened meanwhile is asked for.
    if (!lost) void queries.invalidateQueries({ queryKey: operationQuery(id).queryKey });
  }, [lost, id, queries]);
  if (query.data === undefined) {
    return (
      <Page title={t("operation.title")}>
        <QueryView query={query}>{() => null}</QueryView>
      </Page>
    );
  }
  return <OperationView operation={query.data} progress={progress.steps.size === 0 ? fromDetail(query.data) : progress} lost={lost} />;
}

interface OperationViewProps {
  readonly operation: OperationDetail;
  readonly progress: Progress;
  readonly lost: boolean;
}

function OperationView({ operation, progress, lost }: OperationViewProps) {
  const { t, i18n } = useTranslation();
  const over = isOver(operation);
  const { done, total } = countSteps(progress);
  return (
    <Page
      title={describeOperation(operation)}
      mark={<StateMark state={operation.state} running="busy" />}
      actions={<Actions operation={operation} />}
    >
      {lost ? (
        <Alert color="yellow" icon={<IconPlugConnectedX />} role="status">
          {t("operation.lost")}
        </Alert>
      ) : null}
      {operation.state === "failed" && operation.error !== undefined ? (
        <Problem title={t("operation.failedAt", { step: failedStep(operation, i18n.language) })} error={operation.error} />
      ) : null}
      {over ? <Outcome operation={operation} /> : null}
      <Paper p={{ base: "md", sm: "lg" }}>
        <Stack gap="md">
          <Group justify="space-between">
            <Text fw={600} role="status">
              {total === 0 ? t("operation.planning") : t("operation.progress", { done, total })}
            </Text>
            {over ? <Text c="dimmed">{t("operation.total", { seconds: formatSeconds(operation.seconds) })}</Text> : null}
          </Group>
          {over ? null : <Bar value={total === 0 ? 0 : (done / total) * 100} aria-label={t("operation.steps")} />}
          <Steps progress={progress} live={!over} />
        </Stack>
      </Paper>
    </Page>
  );
}

/** Title of the step that stopped an operation; what the operation does where no step did. */
function failedStep(operation: OperationDetail, language: string): string {
  const step = operation.steps.find(({ name }) => name === operation.error?.step);
  return step === undefined ? describeOperation(operation) : titleIn(language, step.title);
}

function Actions({ operation }: { readonly operation: OperationDetail }) {
  const { t } = useTranslation();
  const may = useMay();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => client.retryOperation({ params: { id: operation.id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: operationQuery(operation.id).queryKey }),
  });
  const gone = operation.kind === "network.delete" && operation.state === "succeeded";
  return (
    <>
      {may("operations.write") && isCancellable(operation) ? <CancelButton id={operation.id} /> : null}
      {may("operations.write") && operation.state === "failed" ? (
        <Button onClick={() => retry.mutate()} loading={retry.isPending}>
          {t("operation.retry")}
        </Button>
      ) : null}
      {operation.network === undefined || gone ? (
        <Button component={Link} to="/networks" variant={gone ? "filled" : "default"}>
          {t("operation.toNetworks")}
        </Button>
      ) : (
        <Button component={Link} to={`/networks/${operation.network}`} variant={operation.state === "succeeded" ? "filled" : "default"}>
          {t("operation.toNetwork")}
        </Button>
      )}
    </>
  );
}
