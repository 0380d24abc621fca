import { Badge, Paper, Text } from "@mantine/core";
import type { ConfigNode } from "@heddle/api";
import { useTranslation } from "react-i18next";
import classes from "./configuration.module.css";

/** A channel's configuration: groups open, values and policies as text. */
export function ConfigTree({ root }: { readonly root: ConfigNode }) {
  return (
    <Paper p="md" className={classes["tree"]}>
      <TreeNode node={root} depth={0} />
    </Paper>
  );
}

function TreeNode({ node, depth }: { readonly node: ConfigNode; readonly depth: number }) {
  const { t } = useTranslation();
  const children = node.children ?? [];
  return (
    <details open={depth < 2}>
      <summary>
        <span className={classes["name"]}>{node.name}</span>
        <Badge variant="default" size="xs" tt="none">
          {t(`configuration.kinds.${node.kind}`)}
        </Badge>
        <Text span size="xs" c="dimmed">
          {t("configuration.version", { version: node.version })}
          {node.modPolicy === "" ? "" : ` · ${t("configuration.policy", { policy: node.modPolicy })}`}
        </Text>
      </summary>
      <div className={classes["inside"]}>
        {node.value === undefined ? null : <ConfigValue value={node.value} label={node.name} />}
        {children.map((child) => (
          <TreeNode key={`${child.kind}/${child.name}`} node={child} depth={depth + 1} />
        ))}
      </div>
    </details>
  );
}

/** A value of the configuration, as JSON where it has parts. */
export function ConfigValue({ value, label }: { readonly value: unknown; readonly label: string }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <pre className={classes["value"]} tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  );
}
