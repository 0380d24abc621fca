import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { StateMark } from "../ui/state-mark.tsx";
import type { Topology, TopologyGroup } from "./model.ts";
import classes from "./topology-list.module.css";

/** A network in words: what the picture shows, for reading aloud and for narrow screens. */
export function TopologyList({ topology }: { readonly topology: Topology }) {
  const { t } = useTranslation();
  return (
    <ul className={classes["list"]}>
      <GroupItem group={topology.ordering} note={`${t("network.ordering")} · ${t(`network.${topology.consensus}`)}`} />
      {topology.organizations.map((group) => (
        <GroupItem key={group.name} group={group} note={group.role === "observer" ? t("network.observer") : t("network.member")} />
      ))}
      {topology.channels.map((channel) => (
        <li key={channel.name} className={classes["item"]}>
          <Text fw={600}>
            {channel.name}{" "}
            <Text span c="dimmed" size="sm" fw={400}>
              {t("proof.channel")}
            </Text>
          </Text>
          <Text size="sm">
            {t("network.members")}: {channel.members.join(", ")}
            {channel.observers.length === 0 ? "" : ` · ${t("network.observers")}: ${channel.observers.join(", ")}`}
          </Text>
          {channel.chaincodes.length === 0 ? null : (
            <Text size="sm">
              {t("network.sections.chaincodes")}: {channel.chaincodes.map(({ name, version }) => `${name} ${version}`).join(", ")}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}

function GroupItem({ group, note }: { readonly group: TopologyGroup; readonly note: string }) {
  return (
    <li className={classes["item"]}>
      <Text fw={600}>
        {group.name}{" "}
        <Text span c="dimmed" size="sm" fw={400}>
          {note} · {group.mspId}
        </Text>
      </Text>
      <ul className={classes["nodes"]}>
        {group.nodes.map((node) => (
          <li key={node.name}>
            <Group gap="xs" wrap="nowrap">
              {node.state === undefined ? null : <StateMark state={node.state} />}
              <Text size="sm" className={classes["name"]}>
                {node.name}
              </Text>
            </Group>
          </li>
        ))}
      </ul>
    </li>
  );
}
