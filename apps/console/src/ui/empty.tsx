import { Stack, Text, Title } from "@mantine/core";
import classes from "./empty.module.css";

/** Props of {@link Empty}. */
export interface EmptyProps {
  readonly title: string;
  readonly text?: string;
  readonly children?: React.ReactNode;
  readonly order?: 1 | 2 | 3;
}

/** Nothing is there: what it would be, and the one thing to do. */
export function Empty({ title, text, children, order = 2 }: EmptyProps) {
  return (
    <Stack align="center" gap="sm" className={classes["empty"]}>
      <svg viewBox="0 0 120 64" width="120" height="64" aria-hidden className={classes["drawing"]}>
        {[0, 1, 2, 3, 4, 5].map((index) => (
          <path key={index} d={index % 2 === 0 ? `M${15 + index * 18} 4V60` : `M${15 + index * 18} 4V26M${15 + index * 18} 38V60`} />
        ))}
        <path className={classes["weft"]} d="M4 32h22M40 32h22M76 32h22M112 32h4" />
      </svg>
      <Title order={order}>{title}</Title>
      {text === undefined ? null : (
        <Text c="dimmed" maw="34rem" ta="center">
          {text}
        </Text>
      )}
      {children}
    </Stack>
  );
}
