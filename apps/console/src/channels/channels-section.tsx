import { Anchor, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { Channel } from "@heddle/api";
import { anchorPeersOf, type NetworkChannel } from "@heddle/network";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { channelsQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { useMay } from "../session/session.ts";
import { Empty } from "../ui/empty.tsx";
import { Facts } from "../ui/facts.tsx";
import { formatCount } from "../ui/format.ts";
import { Problem } from "../ui/problem.tsx";
import { ResetChannel } from "./reset-channel.tsx";

/** Each channel: who is on it, by which policies, and how far it is. */
export function ChannelsSection() {
  const { t } = useTranslation();
  const { network, file } = useNetwork();
  const may = useMay();
  const shown = may("explorer.read");
  const query = useQuery({ ...channelsQuery(network.name), enabled: shown });
  return (
    <Section title={t("network.sections.channels")} lead={t("network.channelsLead")}>
      {query.error === null ? null : <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {file.spec.channels.length === 0 ? <Empty title={t("explorer.empty")} order={3} /> : null}
      {file.spec.channels.map((channel) => (
        <ChannelCard key={channel.name} channel={channel} seen={query.data?.find(({ name }) => name === channel.name)} />
      ))}
    </Section>
  );
}

function ChannelCard({ channel, seen }: { readonly channel: NetworkChannel; readonly seen: Channel | undefined }) {
  const { t } = useTranslation();
  const { network, file } = useNetwork();
  const may = useMay();
  return (
    <Paper p="md" component="section" aria-label={channel.name}>
      <Stack gap="md">
        <Group justify="space-between">
          <Title order={3} fz="md">
            {channel.name}
          </Title>
          {seen === undefined ? null : (
            <Anchor component={Link} to={`/networks/${network.name}/explorer/${channel.name}`} size="sm">
              {t("network.openExplorer")}
            </Anchor>
          )}
        </Group>
        <Facts
          facts={[
            [t("network.members"), channel.members.join(", ")],
            [t("network.observers"), channel.observers.length === 0 ? t("common.none") : channel.observers.join(", ")],
            [t("network.endorsement"), channel.policies.endorsement ?? t("network.majority")],
            [
              t("network.anchors"),
              <Text key="anchors" component="span" inherit title={t("network.anchorsHelp")}>
                {anchorPeersOf(file, channel)
                  .map(({ node }) => node)
                  .join(", ")}
              </Text>,
            ],
            [t("network.height"), seen === undefined ? undefined : formatCount(seen.height)],
            [t("network.transactions"), seen === undefined ? undefined : formatCount(seen.transactions)],
          ]}
        />
        {network.runtime === "embedded" && may("networks.write") ? <ResetChannel channel={channel.name} height={seen?.height} /> : null}
      </Stack>
    </Paper>
  );
}
