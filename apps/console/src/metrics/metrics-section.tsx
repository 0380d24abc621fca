import { Paper, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { Metrics } from "@heddle/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { CodeBlock } from "../ui/code-block.tsx";
import { Empty } from "../ui/empty.tsx";
import { QueryView } from "../ui/query-view.tsx";
import classes from "./metrics.module.css";
import { formatMeasure, type MetricName } from "./units.ts";

const Chart = lazy(() => import("./chart.tsx"));

const minutes = { quarter: 15, hour: 60, sixHours: 360, day: 1_440 } as const;
/** Points of a chart: no more than there are measurements, or the line has gaps. */
const points = { quarter: 60, hour: 240, sixHours: 240, day: 240 } as const;
type Range = keyof typeof minutes;
const ranges = Object.keys(minutes) as readonly Range[];

/** Charts of what the nodes measure. */
export function MetricsSection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const [range, setRange] = useState<Range>("quarter");
  const query = useQuery({
    queryKey: ["network", network.name, "metrics", range],
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
    queryFn: ({ signal }) =>
      client.networkMetrics(
        {
          params: { name: network.name },
          query: { from: new Date(Date.now() - minutes[range] * 60_000).toISOString(), points: points[range] },
        },
        { signal },
      ),
  });
  return (
    <Stack gap="xl">
      <Section
        title={t("metrics.title")}
        lead={t("metrics.lead")}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={t("metrics.range")}
            value={range}
            onChange={(value) => setRange(ranges.find((one) => one === value) ?? "quarter")}
            data={ranges.map((value) => ({ value, label: t(`metrics.ranges.${value}`) }))}
          />
        }
      >
        <QueryView query={query}>{(data) => <Charts data={data} />}</QueryView>
      </Section>
      <Scrape name={network.name} />
    </Stack>
  );
}

function Charts({ data }: { readonly data: Metrics }) {
  const { t } = useTranslation();
  const groups = [...Map.groupBy(data.series, ({ metric }) => metric)];
  if (groups.length === 0) return <Empty title={t("metrics.empty")} order={3} />;
  return (
    <div className={classes["grid"]}>
      {groups.map(([metric, series]) => (
        <ChartCard key={metric} metric={metric} data={data} series={series} />
      ))}
    </div>
  );
}

interface ChartCardProps {
  readonly metric: MetricName;
  readonly data: Metrics;
  readonly series: Metrics["series"];
}

function ChartCard({ metric, data, series }: ChartCardProps) {
  const { t } = useTranslation();
  const title = t(`metrics.names.${metric}`);
  const named = series.map((one) => ({ name: [one.node, one.channel].filter(Boolean).join(" · ") || title, values: one.values }));
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Title order={3} fz="sm" mb="xs">
        {title}
      </Title>
      <div aria-hidden>
        <Suspense fallback={<Skeleton height={180} />}>
          <Chart times={data.times} series={named} metric={metric} />
        </Suspense>
      </div>
      <ul className={classes["legend"]}>
        {named.map(({ name, values }, index) => (
          <li key={name}>
            <span className={classes["swatch"]} data-series={index % 6} aria-hidden />
            <span className={classes["name"]}>{name}</span>
            <Text span size="xs" c="dimmed">
              {formatMeasure(metric, values.findLast((value) => value !== null) ?? undefined)}
            </Text>
          </li>
        ))}
      </ul>
    </Paper>
  );
}

function Scrape({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["network", name, "scrape"],
    queryFn: async ({ signal }) => (await client.scrapeConfiguration({ params: { name } }, { signal })).yaml,
  });
  return (
    <Section title={t("metrics.scrape")} lead={t("metrics.scrapeHelp")}>
      <QueryView query={query}>{(yaml) => <CodeBlock label="prometheus.yml" text={yaml} />}</QueryView>
    </Section>
  );
}
