import { Badge, Group, Select, Stack, Text, Tooltip } from "@mantine/core";
import type { Channel } from "@heddle/api";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { channelsQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { Empty } from "../ui/empty.tsx";
import { formatCount } from "../ui/format.ts";
import { Problem } from "../ui/problem.tsx";
import { QueryView } from "../ui/query-view.tsx";
import classes from "./explorer.module.css";
import { SearchBox } from "./search-box.tsx";

/** The address without a channel leads to the first. */
export function ExplorerHome() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const [first] = network.channels;
  if (first === undefined) return <Empty title={t("explorer.empty")} order={3} />;
  return <Navigate to="/networks/$name/explorer/$channel" params={{ name: network.name, channel: first }} replace />;
}

/** One channel: how far it is and what was verified, search, and the page that is open. */
export function ExplorerLayout() {
  const { t } = useTranslation();
  const { name, channel } = useParams({ from: "/networks/$name/explorer/$channel" });
  const query = useQuery(channelsQuery(name));
  return (
    <Section title={t("explorer.title")} lead={t("explorer.lead")}>
      <QueryView query={query}>
        {(channels) => (
          <>
            <ChannelBar channels={channels} current={channel} network={name} />
            <SearchBox network={name} channel={channel} />
            <Outlet />
          </>
        )}
      </QueryView>
    </Section>
  );
}

interface ChannelBarProps {
  readonly channels: readonly Channel[];
  readonly current: string;
  readonly network: string;
}

function ChannelBar({ channels, current, network }: ChannelBarProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const channel = channels.find(({ name }) => name === current);
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Select
          label={t("explorer.channel")}
          data={channels.map(({ name }) => name)}
          value={current}
          allowDeselect={false}
          onChange={(value) =>
            void navigate({ to: "/networks/$name/explorer/$channel", params: { name: network, channel: value ?? current } })
          }
        />
        {channel === undefined ? null : <Verified channel={channel} />}
      </Group>
      {channel === undefined ? null : (
        <div className={classes["numbers"]}>
          <Number value={channel.height} label={t("explorer.height")} />
          <Number value={channel.indexed} label={t("explorer.indexed")} />
          <Number value={channel.transactions} label={t("explorer.transactions")} />
          <Number value={channel.invalid} label={t("explorer.invalid")} />
        </div>
      )}
      {channel?.problem === undefined ? null : <Problem title={t("explorer.notVerified")} error={{ message: channel.problem }} />}
      <nav aria-label={t("explorer.title")} className={classes["tabs"]}>
        <Link
          to="/networks/$name/explorer/$channel"
          params={{ name: network, channel: current }}
          activeOptions={{ exact: true }}
          className={classes["tab"]}
        >
          {t("explorer.blocks")}
        </Link>
        <Link
          to="/networks/$name/explorer/$channel/transactions"
          params={{ name: network, channel: current }}
          activeOptions={{ exact: true }}
          className={classes["tab"]}
        >
          {t("explorer.transactions")}
        </Link>
        <Link to="/networks/$name/explorer/$channel/state" params={{ name: network, channel: current }} className={classes["tab"]}>
          {t("explorer.state")}
        </Link>
      </nav>
    </Stack>
  );
}

function Number({ value, label }: { readonly value: number; readonly label: string }) {
  return (
    <div>
      <span className={classes["number"]}>{formatCount(value)}</span>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </div>
  );
}

function Verified({ channel }: { readonly channel: Channel }) {
  const { t } = useTranslation();
  const words = { live: t("explorer.live"), "catching-up": t("explorer.catchingUp"), stopped: t("explorer.stopped") };
  return (
    <Group gap="xs">
      <Badge variant="default" tt="none" size="lg" fw={500}>
        {words[channel.state]}
      </Badge>
      <Tooltip label={t("explorer.verifiedHelp")} multiline w={260}>
        <Badge
          tabIndex={0}
          variant="default"
          tt="none"
          size="lg"
          fw={550}
          c={channel.verified ? "var(--ok)" : "var(--bad)"}
          leftSection={channel.verified ? <IconShieldCheck size={15} /> : <IconShieldX size={15} />}
        >
          {t(channel.verified ? "explorer.verified" : "explorer.notVerified")}
        </Badge>
      </Tooltip>
    </Group>
  );
}
