import { Group, Text } from "@mantine/core";
import { CopyButton } from "./copy-button.tsx";
import classes from "./code-block.module.css";

/** A file or commands, with what it is and a way to copy it. */
export function CodeBlock({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className={classes["frame"]}>
      <Group justify="space-between" className={classes["head"]} wrap="nowrap">
        <Text size="xs" fw={600} className={classes["label"]}>
          {label}
        </Text>
        <CopyButton text={text} what={label} />
      </Group>
      <pre className={classes["code"]} tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
