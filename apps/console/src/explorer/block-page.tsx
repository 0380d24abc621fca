import { Anchor, Group, Paper, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Facts } from "../ui/facts.tsx";
import { formatBytes, formatTime } from "../ui/format.ts";
import { Hash } from "../ui/hash.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { StateMark } from "../ui/state-mark.tsx";
import { blockQuery } from "./queries.ts";
import { TransactionTable } from "./transaction-table.tsx";

/** One block: its hashes, who signed it, its transactions. */
export function BlockPage() {
  const { t } = useTranslation();
  const { name, channel, block } = useParams({ from: "/networks/$name/explorer/$channel/blocks/$block" });
  const number = Number(block);
  const query = useQuery(blockQuery({ name, channel, block: number }));
  const address = (to: number): string => `/networks/${name}/explorer/${channel}/blocks/${to}`;
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={3}>{t("explorer.block", { number })}</Title>
        <Group gap="md">
          {number === 0 ? null : (
            <Anchor component={Link} to={address(number - 1)} size="sm">
              ← {t("explorer.older")}
            </Anchor>
          )}
          <Anchor component={Link} to={address(number + 1)} size="sm">
            {t("explorer.newer")} →
          </Anchor>
        </Group>
      </Group>
      <QueryView query={query}>
        {(data) => (
          <>
            <Paper p="md">
              <Facts
                facts={[
                  [t("explorer.hash"), <Hash key="hash" value={data.hash} what={t("explorer.hash")} ends={14} />],
                  [
                    t("explorer.previous"),
                    <Hash
                      key="previous"
                      value={data.previousHash}
                      what={t("explorer.previous")}
                      ends={14}
                      {...(number === 0 ? {} : { to: address(number - 1) })}
                    />,
                  ],
                  [t("explorer.dataHash"), <Hash key="data" value={data.dataHash} what={t("explorer.dataHash")} ends={14} />],
                  [t("explorer.time"), data.at === undefined ? undefined : formatTime(data.at)],
                  [t("explorer.size"), formatBytes(data.bytes)],
                  [t("explorer.kind"), t(`explorer.kinds.${data.kind}`)],
                  [
                    t("explorer.orderer"),
                    data.orderer === undefined ? undefined : `${data.orderer} (${t("explorer.signatures", { count: data.signatures })})`,
                  ],
                  [
                    t("explorer.verified"),
                    <Group key="verified" gap={6}>
                      <StateMark state={data.verified ? "done" : "failed"} bare />
                      {t(data.verified ? "explorer.verified" : "explorer.notVerified")}
                    </Group>,
                  ],
                ]}
              />
            </Paper>
            <TransactionTable network={name} transactions={data.content} />
          </>
        )}
      </QueryView>
    </Stack>
  );
}
