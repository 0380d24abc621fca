import { Group, Select, Switch, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { nodesQuery } from "../api/queries.ts";
import { Section } from "../network/section.tsx";
import { useNetwork } from "../network/use-network.ts";
import { Problem } from "../ui/problem.tsx";
import { levels, type Level } from "./level.ts";
import classes from "./logs-section.module.css";
import { useLog, type Line } from "./use-log.ts";

/** Log lines, live: of a node or all, from a level on, with a word in them. */
export function LogsSection() {
  const { t } = useTranslation();
  const { network } = useNetwork();
  const { node } = useSearch({ from: "/networks/$name/logs" });
  const navigate = useNavigate();
  const nodes = useQuery(nodesQuery(network.name));
  const [search, setSearch] = useState("");
  const [level, setLevel] = useState<Level>("debug");
  const [follow, setFollow] = useState(true);
  const { lines, error } = useLog(network.name, node, !follow);
  const wanted = useDeferredValue(search.toLowerCase());
  const shown = useMemo(
    () =>
      lines.filter(
        (line) => levels.indexOf(line.level) >= levels.indexOf(level) && (wanted === "" || line.text.toLowerCase().includes(wanted)),
      ),
    [lines, level, wanted],
  );
  return (
    <Section title={t("logs.title")}>
      <Group align="flex-end">
        <Select
          label={t("logs.node")}
          data={[{ value: "", label: t("logs.everyNode") }, ...(nodes.data ?? []).map(({ name }) => ({ value: name, label: name }))]}
          value={node ?? ""}
          allowDeselect={false}
          w={{ base: "100%", sm: 260 }}
          onChange={(value) =>
            void navigate({
              to: "/networks/$name/logs",
              params: { name: network.name },
              search: value === "" || value === null ? {} : { node: value },
            })
          }
        />
        <Select
          label={t("logs.level")}
          data={levels.map((one) => ({ value: one, label: t(`logs.levels.${one}`) }))}
          value={level}
          allowDeselect={false}
          w={130}
          onChange={(value) => setLevel(levels.find((one) => one === value) ?? "debug")}
        />
        <TextInput
          type="search"
          label={t("logs.search")}
          leftSection={<IconSearch size={16} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          flex={1}
          miw={180}
        />
        <Switch label={t("logs.follow")} checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} mb={8} />
      </Group>
      {error === undefined ? null : <Problem error={error} />}
      <LogLines lines={shown} follow={follow} />
      <Text size="xs" c="dimmed">
        {t("logs.lines", { count: shown.length })}
      </Text>
    </Section>
  );
}

function LogLines({ lines, follow }: { readonly lines: readonly Line[]; readonly follow: boolean }) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 21,
    overscan: 20,
    getItemKey: (index) => lines[index]?.number ?? index,
  });
  useEffect(() => {
    if (follow && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, lines.length, virtualizer]);
  return (
    <div ref={scroll} className={classes["frame"]} tabIndex={0} role="log" aria-label={t("logs.title")} aria-live="off">
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          {t("logs.empty")}
        </Text>
      ) : null}
      <div style={{ height: virtualizer.getTotalSize(), position: "relative" }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return line === undefined ? null : (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className={classes["line"]}
              data-level={line.level}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <span className={classes["node"]}>{line.node.split(".").slice(0, 2).join(".")}</span> {line.text}
            </div>
          );
        })}
      </div>
    </div>
  );
}
