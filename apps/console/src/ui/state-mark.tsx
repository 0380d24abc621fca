import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../i18n/catalogue.ts";
import classes from "./state-mark.module.css";

type Shape = "ok" | "busy" | "bad" | "off" | "todo";

const shapes: Readonly<Record<string, Shape>> = {
  ready: "ok",
  running: "ok",
  done: "ok",
  succeeded: "ok",
  creating: "busy",
  changing: "busy",
  deleting: "busy",
  starting: "busy",
  undoing: "busy",
  failed: "bad",
  stopped: "off",
  cancelled: "off",
  undone: "off",
};

const drawings: Readonly<Record<Shape, React.ReactNode>> = {
  ok: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  busy: (
    <>
      <circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
    </>
  ),
  bad: <path d="M8 1.6 15.2 14.2H.8z" fill="currentColor" />,
  off: <rect x="2.5" y="2.5" width="11" height="11" rx="1.5" fill="currentColor" />,
  todo: <circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};

/** Which shape stands for a state: full for good, half for changing, a triangle for failed, a square for stopped, a ring for not yet. */
export function shapeOf(state: string, running?: "busy"): Shape {
  return state === "running" && running === "busy" ? "busy" : (shapes[state] ?? "todo");
}

/** Props of {@link StateMark}. */
export interface StateMarkProps {
  readonly state: string;
  /** Steps and operations that run are under way; nodes that run are well. */
  readonly running?: "busy";
  /** Leaves the word to a screen reader. */
  readonly bare?: boolean;
}

/** A state as shape, colour and word. */
export function StateMark({ state, running, bare = false }: StateMarkProps) {
  const { t } = useTranslation();
  const shape = shapeOf(state, running);
  const word = t(`state.${isKnown(state) ? state : "unknown"}`);
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex" style={{ verticalAlign: "middle" }} data-state={state}>
      <svg
        className={classes["mark"]}
        data-shape={shape}
        viewBox="0 0 16 16"
        width="14"
        height="14"
        role={bare ? "img" : undefined}
        aria-label={bare ? word : undefined}
        aria-hidden={bare ? undefined : true}
      >
        {drawings[shape]}
      </svg>
      {bare ? null : (
        <Text component="span" size="sm" className={classes["word"]} data-shape={shape}>
          {word}
        </Text>
      )}
    </Group>
  );
}

const known = [
  "ready",
  "creating",
  "failed",
  "changing",
  "deleting",
  "running",
  "starting",
  "stopped",
  "queued",
  "undoing",
  "succeeded",
  "cancelled",
  "pending",
  "done",
  "undone",
] as const satisfies readonly (keyof Catalogue["state"])[];

function isKnown(state: string): state is (typeof known)[number] {
  return (known as readonly string[]).includes(state);
}
