import { Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CopyButton } from "./copy-button.tsx";

/** Props of {@link Hash}. */
export interface HashProps {
  readonly value: string;
  readonly what: string;
  /** Address of a page about it. */
  readonly to?: string | undefined;
  /** Characters shown of either end; all of it where it is not longer. */
  readonly ends?: number;
}

/** A long id, shortened in the middle; copied whole. */
export function Hash({ value, what, to, ends = 8 }: HashProps) {
  const short = value.length <= ends * 2 + 1 ? value : `${value.slice(0, ends)}…${value.slice(-ends)}`;
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex">
      {to === undefined ? (
        <span className="hash" title={value}>
          {short}
        </span>
      ) : (
        <Link className="hash" title={value} to={to}>
          {short}
        </Link>
      )}
      <CopyButton text={value} what={what} />
    </Group>
  );
}
