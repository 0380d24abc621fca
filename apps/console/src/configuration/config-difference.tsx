import { Group, Paper, Select, Stack, Text } from "@mantine/core";
import type { ConfigChange } from "@heddle/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { QueryView } from "../ui/query-view.tsx";
import { ConfigValue } from "./config-tree.tsx";
import classes from "./configuration.module.css";

/** Props of {@link ConfigDifference}. */
export interface ConfigDifferenceProps {
  readonly network: string;
  readonly channel: string;
  readonly blocks: readonly number[];
}

/** What differs between any two config blocks; at first the last two. */
export function ConfigDifference({ network: name, channel, blocks }: ConfigDifferenceProps) {
  const { t } = useTranslation();
  const sorted = blocks.toSorted((left, right) => left - right);
  const [from, setFrom] = useState(sorted.at(-2) ?? sorted[0] ?? 0);
  const [to, setTo] = useState(sorted.at(-1) ?? 0);
  const query = useQuery({
    queryKey: ["network", name, "channels", channel, "difference", from, to],
    enabled: sorted.length > 1,
    queryFn: async ({ signal }) => (await client.configDifference({ params: { name, channel }, query: { from, to } }, { signal })).changes,
  });
  if (sorted.length < 2) return <Text c="dimmed">{t("configuration.only")}</Text>;
  return (
    <Stack gap="md">
      <Group>
        <Select
          label={t("configuration.from")}
          data={sorted.map(String)}
          value={String(from)}
          allowDeselect={false}
          w={140}
          onChange={(value) => setFrom(Number(value))}
        />
        <Select
          label={t("configuration.to")}
          data={sorted.map(String)}
          value={String(to)}
          allowDeselect={false}
          w={140}
          onChange={(value) => setTo(Number(value))}
        />
      </Group>
      <QueryView query={query}>
        {(changes) =>
          changes.length === 0 ? (
            <Text c="dimmed">{t("configuration.same")}</Text>
          ) : (
            changes.map((change) => <Change key={`${change.action} ${change.kind} ${change.path}`} change={change} />)
          )
        }
      </QueryView>
    </Stack>
  );
}

function Change({ change: { action, path, summary, before, after } }: { readonly change: ConfigChange }) {
  const { t } = useTranslation();
  return (
    <Paper p="md" data-action={action} className={classes["change"]}>
      <Text size="sm">
        <b className={classes["action"]}>{t(`configuration.actions.${action}`)}</b> <span className="hash">{path}</span>
      </Text>
      <Text size="sm" c="dimmed">
        {summary}
      </Text>
      <div className={classes["sides"]}>
        {before === undefined ? null : (
          <div>
            <Text size="xs" c="dimmed">
              {t("configuration.before")}
            </Text>
            <ConfigValue value={before} label={`${path}: ${t("configuration.before")}`} />
          </div>
        )}
        {after === undefined ? null : (
          <div>
            <Text size="xs" c="dimmed">
              {t("configuration.after")}
            </Text>
            <ConfigValue value={after} label={`${path}: ${t("configuration.after")}`} />
          </div>
        )}
      </div>
    </Paper>
  );
}
