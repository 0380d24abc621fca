import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import i18next from "i18next";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import { formatMeasure, type MetricName } from "./units.ts";

/** One line. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly times: readonly string[];
  readonly series: readonly Series[];
  readonly metric: MetricName;
}

const HEIGHT = 180;

function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A line chart. The numbers beside it say the same to those who do not see it. */
export default function Chart({ times, series, metric }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useComputedColorScheme("light");
  const data = useMemo(
    (): uPlot.AlignedData => [times.map((time) => Date.parse(time) / 1000), ...series.map(({ values }) => [...values])],
    [times, series],
  );
  const latest = useRef(data);
  latest.current = data;
  const names = series.map(({ name }) => name).join("\n");

  useEffect(() => {
    const { current } = holder;
    if (current === null) return undefined;
    const made = new uPlot(optionsFor(names.split("\n"), metric, current.clientWidth), latest.current, current);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height: HEIGHT }));
    resize.observe(current);
    return () => {
      resize.disconnect();
      made.destroy();
    };
  }, [names, metric, scheme]);

  useEffect(() => plot.current?.setData(data), [data]);
  return <div ref={holder} style={{ height: HEIGHT }} />;
}

function optionsFor(names: readonly string[], metric: MetricName, width: number): uPlot.Options {
  const axis = { stroke: cssColor("--ink-soft"), grid: { stroke: cssColor("--line"), width: 1 }, ticks: { show: false } };
  const time = new Intl.DateTimeFormat(i18next.language, { hour: "2-digit", minute: "2-digit" });
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      { ...axis, size: 30, values: (_plot, splits) => splits.map((value) => time.format(value * 1000)) },
      { ...axis, size: 64, values: (_plot, splits) => splits.map((value) => formatMeasure(metric, value)) },
    ],
    series: [
      {},
      ...names.map((_name, index) => ({
        stroke: cssColor(`--series-${index % 6}`),
        width: 1.75,
        points: { size: 4 },
        spanGaps: false,
      })),
    ],
  };
}
