import type { HeddleEvent, OperationDetail, Step } from "@heddle/api";

/** A step as the page shows it. */
export interface StepView {
  readonly name: string;
  readonly title: string;
  readonly phase: string;
  readonly node: string | undefined;
  readonly state: Step["state"];
  readonly attempts: number;
  /** Milliseconds since the epoch at which the present attempt began. */
  readonly since: number | undefined;
  readonly seconds: number | undefined;
  readonly error: Step["error"];
  /** Of the work of the step, where it says so: 0 to 1. */
  readonly fraction: number | undefined;
  readonly lines: readonly string[];
}

/** An operation's steps, as far as the events told. */
export interface Progress {
  readonly steps: ReadonlyMap<string, StepView>;
  /** Id of the last event taken in. */
  readonly last: number;
}

/** Before the first event. */
export const noProgress: Progress = { steps: new Map(), last: 0 };

interface Told {
  readonly step: string;
  readonly title?: string;
  readonly phase?: string;
  readonly node?: string;
  readonly state?: Step["state"];
  readonly attempt?: number;
  readonly seconds?: number;
  readonly error?: Step["error"];
  readonly line?: string;
  readonly fraction?: number;
}

/** Phase of steps that name none. */
const NO_PHASE = "work";

function begin({ title, phase, node }: Told, name: string): StepView {
  return {
    name,
    title: title ?? name,
    phase: phase ?? NO_PHASE,
    node,
    state: "pending",
    attempts: 0,
    since: undefined,
    seconds: undefined,
    error: undefined,
    fraction: undefined,
    lines: [],
  };
}

/** Takes events in, in their order. An event that was taken in already changes nothing, so a stream may be read again. */
export function takeEvents(progress: Progress, events: readonly HeddleEvent[]): Progress {
  const fresh = events.filter(({ id }) => id > progress.last);
  if (fresh.length === 0) return progress;
  const steps = new Map(progress.steps);
  for (const event of fresh) takeEvent(steps, event);
  return { steps, last: fresh.at(-1)?.id ?? progress.last };
}

function takeEvent(steps: Map<string, StepView>, event: HeddleEvent): void {
  if (event.type === "operation.planned") {
    const outlines = (event.data as { readonly steps?: readonly (Told & { readonly name: string })[] }).steps ?? [];
    for (const outline of outlines) if (!steps.has(outline.name)) steps.set(outline.name, begin(outline, outline.name));
    return;
  }
  if (!event.type.startsWith("step.")) return;
  const told = event.data as Told;
  const step = steps.get(told.step) ?? begin(told, told.step);
  steps.set(told.step, takeTold(step, told, event));
}

function takeTold(step: StepView, told: Told, event: HeddleEvent): StepView {
  if (event.type === "step.log") return { ...step, lines: [...step.lines, told.line ?? ""] };
  if (event.type === "step.progress") return { ...step, fraction: told.fraction };
  const state = told.state ?? step.state;
  const begun = state === "running" || state === "undoing";
  return {
    ...step,
    state,
    attempts: told.attempt ?? step.attempts,
    since: begun ? Date.parse(event.at) : step.since,
    seconds: begun ? undefined : (told.seconds ?? step.seconds),
    error: state === "failed" ? told.error : undefined,
    fraction: undefined,
  };
}

/** What the server knows at once, for the moment until the events are read. */
export function fromDetail({ steps }: OperationDetail): Progress {
  const views = steps.map((step): StepView => ({
    ...begin({ step: step.name, ...(step.phase === undefined ? {} : { phase: step.phase }) }, step.name),
    title: step.title,
    node: step.node,
    state: step.state,
    attempts: step.attempts,
    since: step.startedAt === undefined ? undefined : Date.parse(step.startedAt),
    seconds: step.seconds,
    error: step.error,
  }));
  return { steps: new Map(views.map((view) => [view.name, view])), last: 0 };
}

/** One phase with its steps. */
export interface PhaseView {
  readonly phase: string;
  readonly state: Step["state"];
  readonly steps: readonly StepView[];
}

/** The steps by phase, phases in the order of their first step. */
export function phasesOf(progress: Progress): readonly PhaseView[] {
  const groups = Map.groupBy(progress.steps.values(), ({ phase }) => phase);
  return [...groups].map(([phase, steps]) => ({ phase, steps, state: stateOf(steps) }));
}

function stateOf(steps: readonly StepView[]): Step["state"] {
  const has = (state: Step["state"]): boolean => steps.some((step) => step.state === state);
  for (const state of ["failed", "undoing", "running"] as const) if (has(state)) return state;
  if (steps.every(({ state }) => state === "done")) return "done";
  if (steps.every(({ state }) => state === "undone" || state === "pending")) return has("undone") ? "undone" : "pending";
  return "running";
}

/** How many steps are done, of how many. */
export function countSteps(progress: Progress): { readonly done: number; readonly total: number } {
  const steps = [...progress.steps.values()];
  return { done: steps.filter(({ state }) => state === "done").length, total: steps.length };
}
