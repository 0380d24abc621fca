import type { JournalEntry } from "@heddle/store";
import type { Plan } from "./graph.ts";
import type { OperationFailure } from "./types.ts";

/** State of a step, for people. */
export type StepState = "pending" | "running" | "done" | "failed" | "undoing" | "undone";

/** What people see of a step, folded from the journal. */
export interface StepProgress {
  readonly name: string;
  readonly title: string;
  readonly phase: string | undefined;
  readonly node: string | undefined;
  readonly state: StepState;
  readonly attempts: number;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** What the last `done` left. */
  readonly result: unknown;
  readonly error: OperationFailure | undefined;
}

/** Outline of a step in the journal's `planned` entry. */
export interface StepOutline {
  readonly name: string;
  readonly title: string;
  readonly phase?: string | undefined;
  readonly node?: string | undefined;
  readonly after: readonly string[];
}

/** The outline to journal, so that people see the steps to come. */
export function outlineOf(plan: Plan): StepOutline[] {
  return [...plan.values()].map(({ definition, name, after }) => ({
    name,
    title: definition.title ?? name,
    phase: definition.phase,
    node: definition.node,
    after,
  }));
}

/** Folds a journal into the progress of each step, in the order of the last plan. */
export function foldJournal(journal: readonly JournalEntry[]): StepProgress[] {
  const steps = new Map<string, StepProgress>();
  for (const entry of journal) {
    if (entry.type === "planned") {
      for (const outline of entry.data as StepOutline[])
        steps.set(outline.name, { ...(steps.get(outline.name) ?? pending), ...described(outline) });
      continue;
    }
    const step = steps.get(entry.step);
    if (step !== undefined) steps.set(entry.step, { ...step, ...change(step, entry) });
  }
  return [...steps.values()];
}

/** Whether a step may have left something in the world. */
export function wasBegun(state: StepState): boolean {
  return state !== "pending" && state !== "undone";
}

const pending = {
  state: "pending",
  attempts: 0,
  startedAt: undefined,
  finishedAt: undefined,
  result: undefined,
  error: undefined,
} as const;

function described(outline: StepOutline): Pick<StepProgress, "name" | "title" | "phase" | "node"> {
  return { name: outline.name, title: outline.title, phase: outline.phase, node: outline.node };
}

function change(step: StepProgress, entry: JournalEntry): Partial<StepProgress> {
  const error = entry.data as OperationFailure | undefined;
  switch (entry.type) {
    case "started":
      return { state: "running", attempts: step.attempts + 1, startedAt: entry.at, finishedAt: undefined, error: undefined };
    case "done":
      return { state: "done", startedAt: step.startedAt ?? entry.at, finishedAt: entry.at, result: entry.data, error: undefined };
    case "failed":
      return { state: "failed", finishedAt: entry.at, error };
    case "undo-started":
      return { state: "undoing", startedAt: entry.at, finishedAt: undefined };
    case "undone":
      return { state: "undone", finishedAt: entry.at, result: undefined, error: undefined };
    case "undo-failed":
      return { state: "failed", finishedAt: entry.at, error };
    case "planned":
      return {};
  }
}

/** Seconds of each phase, from the first start to the last end of its steps. */
export function phaseSeconds(steps: readonly StepProgress[]): Record<string, number> {
  const spans = new Map<string, { from: number; to: number }>();
  for (const { phase, startedAt, finishedAt } of steps) {
    if (phase === undefined || startedAt === undefined || finishedAt === undefined) continue;
    const span = spans.get(phase) ?? { from: Infinity, to: -Infinity };
    spans.set(phase, { from: Math.min(span.from, startedAt.getTime()), to: Math.max(span.to, finishedAt.getTime()) });
  }
  return Object.fromEntries([...spans].map(([phase, { from, to }]) => [phase, (to - from) / 1000]));
}
