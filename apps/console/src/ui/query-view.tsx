import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Problem } from "./problem.tsx";

/** Props of {@link QueryView}. */
export interface QueryViewProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => React.ReactNode;
  /** What stands there while it loads, in its final shape; default a few lines. */
  readonly loading?: React.ReactNode;
}

/** The four states of what a screen asks for: loading, failing, and by `children` empty and full. Old data stay while new fail. */
export function QueryView<Data>({ query, children, loading }: QueryViewProps<Data>) {
  const { t } = useTranslation();
  if (query.data === undefined && query.error !== null) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) {
    return (
      <div role="status" aria-label={t("common.loading")}>
        {loading ?? <LoadingLines />}
      </div>
    );
  }
  return (
    <>
      {query.error === null ? null : <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {children(query.data)}
    </>
  );
}

function LoadingLines() {
  return (
    <Stack gap="sm">
      {[0, 1, 2, 3].map((index) => (
        <Skeleton key={index} height={44} radius="md" />
      ))}
    </Stack>
  );
}
