import { Button, Group, Paper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatTime } from "../ui/format.ts";
import { QueryView } from "../ui/query-view.tsx";
import { ValueView } from "../ui/value-view.tsx";
import classes from "./explorer.module.css";
import { showKey } from "./keys.ts";
import { historyQuery, type ChannelKey } from "./queries.ts";

/** Props of {@link KeyHistory}. */
export interface KeyHistoryProps {
  readonly channel: ChannelKey;
  readonly chaincode: string;
  readonly itsKey: string;
  readonly onBack: () => void;
}

/** All that valid transactions did to a key, newest first. */
export function KeyHistory({ channel, chaincode, itsKey, onBack }: KeyHistoryProps) {
  const { t } = useTranslation();
  const query = useQuery(historyQuery(channel, chaincode, itsKey));
  return (
    <Paper p="md">
      <Group justify="space-between" mb="sm">
        <Title order={3} fz="md" style={{ overflowWrap: "anywhere" }}>
          {t("explorer.historyOf", { key: showKey(itsKey) })}
        </Title>
        <Button variant="default" size="xs" onClick={onBack}>
          {t("common.back")}
        </Button>
      </Group>
      <QueryView query={query}>
        {(changes) =>
          changes.length === 0 ? (
            <Text c="dimmed">{t("explorer.historyEmpty")}</Text>
          ) : (
            <ol className={classes["rows"]}>
              {changes.map((change) => (
                <li key={`${change.block}:${change.index}`}>
                  <Group justify="space-between" gap="xs">
                    <Link
                      className="link"
                      to="/networks/$name/explorer/$channel/transactions/$transaction"
                      params={{ ...channel, transaction: change.transaction }}
                    >
                      {t("explorer.block", { number: change.block })}
                    </Link>
                    <Text size="xs" c="dimmed">
                      {change.at === undefined ? "" : formatTime(change.at)}
                    </Text>
                  </Group>
                  {change.delete ? <Text size="sm">{t("explorer.deleted")}</Text> : null}
                  {change.value === undefined ? null : <ValueView value={change.value} label={t("explorer.value")} />}
                </li>
              ))}
            </ol>
          )
        }
      </QueryView>
    </Paper>
  );
}
