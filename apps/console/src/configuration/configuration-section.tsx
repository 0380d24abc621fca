import { Group, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { Empty } from "../ui/empty.tsx";
import { QueryView } from "../ui/query-view.tsx";
import { ConfigDifference } from "./config-difference.tsx";
import { ConfigTree } from "./config-tree.tsx";

/** A channel's configuration as a tree, or what differs between two of its config blocks. */
export function ConfigurationSection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const [channel, setChannel] = useState(network.channels[0] ?? "");
  const [mode, setMode] = useState<"tree" | "difference">("tree");
  if (network.channels.length === 0) return <Empty title={t("explorer.empty")} order={3} />;
  return (
    <Section title={t("configuration.title")} lead={t("configuration.lead")}>
      <Group align="flex-end">
        <Select
          label={t("configuration.channel")}
          data={network.channels}
          value={channel}
          allowDeselect={false}
          onChange={(value) => setChannel(value ?? channel)}
        />
        <SegmentedControl
          aria-label={t("configuration.title")}
          value={mode}
          onChange={(value) => setMode(value === "tree" ? "tree" : "difference")}
          data={(["tree", "difference"] as const).map((value) => ({ value, label: t(`configuration.${value}`) }))}
        />
      </Group>
      <Blocks key={channel} network={network.name} channel={channel} mode={mode} />
    </Section>
  );
}

function Blocks({
  network: name,
  channel,
  mode,
}: {
  readonly network: string;
  readonly channel: string;
  readonly mode: "tree" | "difference";
}) {
  const { t } = useTranslation();
  const [block, setBlock] = useState<number>();
  const query = useQuery({
    queryKey: ["network", name, "channels", channel, "config", block ?? ""],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.channelConfig({ params: { name, channel }, query: block === undefined ? {} : { block } }, { signal }),
  });
  return (
    <QueryView query={query}>
      {(config) =>
        mode === "difference" ? (
          <ConfigDifference network={name} channel={channel} blocks={config.configBlocks} />
        ) : (
          <Stack gap="sm">
            <Group align="flex-end">
              <Select
                label={t("configuration.block")}
                data={config.configBlocks.map(String)}
                value={String(config.block)}
                allowDeselect={false}
                w={140}
                onChange={(value) => setBlock(Number(value))}
              />
              <Text size="sm" c="dimmed" pb={8}>
                {t("configuration.sequence", { sequence: config.sequence, block: config.block })}
              </Text>
            </Group>
            <ConfigTree root={config.root} />
          </Stack>
        )
      }
    </QueryView>
  );
}
