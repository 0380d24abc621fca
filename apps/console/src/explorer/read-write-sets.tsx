import { Group, Stack, Text } from "@mantine/core";
import type { TransactionDetail } from "@heddle/api";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ValueView } from "../ui/value-view.tsx";
import classes from "./explorer.module.css";
import { showKey } from "./keys.ts";

type Sets = TransactionDetail["sets"];

/** Props of {@link ReadWriteSets}. */
export interface ReadWriteSetsProps {
  readonly network: string;
  readonly channel: string;
  readonly sets: Sets;
}

/** What a transaction read and wrote, by namespace. */
export function ReadWriteSets({ network, channel, sets }: ReadWriteSetsProps) {
  const { t } = useTranslation();
  const filled = sets.filter(
    ({ reads, writes, ranges, collections }) => reads.length + writes.length + ranges.length + collections.length > 0,
  );
  if (filled.length === 0) return <Text c="dimmed">{t("explorer.noSets")}</Text>;
  return (
    <Stack gap="lg">
      {filled.map((set) => (
        <NamespaceSet key={set.namespace} set={set} network={network} channel={channel} />
      ))}
    </Stack>
  );
}

function NamespaceSet({ set, network: name, channel }: { readonly set: Sets[number]; readonly network: string; readonly channel: string }) {
  const { t } = useTranslation();
  const keyLink = (key: string): React.ReactNode => (
    <Link
      className={`${classes["key"]} link`}
      to="/networks/$name/explorer/$channel/state"
      params={{ name, channel }}
      search={{ chaincode: set.namespace, key }}
    >
      {showKey(key)}
    </Link>
  );
  return (
    <section aria-label={set.namespace}>
      <Text fw={600} size="sm">
        {t("explorer.namespace")} <span className="hash">{set.namespace}</span>
      </Text>
      <Part title={t("explorer.writes")} count={set.writes.length}>
        {set.writes.map((write) => (
          <li key={write.key}>
            <Group gap="xs">
              {keyLink(write.key)}
              {write.delete ? <Text size="sm">{t("explorer.deleted")}</Text> : null}
            </Group>
            {write.value === undefined ? null : <ValueView value={write.value} label={`${t("explorer.value")} ${showKey(write.key)}`} />}
          </li>
        ))}
      </Part>
      <Part title={t("explorer.reads")} count={set.reads.length}>
        {set.reads.map(({ key, version }) => (
          <li key={key}>
            {keyLink(key)}{" "}
            <Text span size="xs" c="dimmed">
              {version === undefined ? t("explorer.noVersion") : t("explorer.atVersion", { block: version.block, index: version.index })}
            </Text>
          </li>
        ))}
      </Part>
      <Part title={t("explorer.ranges")} count={set.ranges.length}>
        {set.ranges.map(({ start, end, reads }, index) => (
          <li key={index}>
            <span className={classes["key"]}>
              {showKey(start)} … {showKey(end)}
            </span>{" "}
            <Text span size="xs" c="dimmed">
              {t("explorer.privateReads", { count: reads })}
            </Text>
          </li>
        ))}
      </Part>
      {set.collections.map((collection) => (
        <Part key={collection.name} title={t("explorer.private", { name: collection.name })} count={Math.max(1, collection.writes.length)}>
          <li>{t("explorer.privateReads", { count: collection.reads })}</li>
          {collection.writes.map(({ keyHash, delete: gone }) => (
            <li key={keyHash}>
              <span className="hash">{keyHash}</span> {gone ? t("explorer.deleted") : ""}
            </li>
          ))}
        </Part>
      ))}
    </section>
  );
}

function Part({ title, count, children }: { readonly title: string; readonly count: number; readonly children: React.ReactNode }) {
  if (count === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mt="sm">
        {title}
      </Text>
      <ul className={classes["rows"]}>{children}</ul>
    </div>
  );
}
