import { engineErrors } from "./errors.ts";
import type { StepDefinition } from "./types.ts";

/** A step with its edges resolved. */
export interface PlannedStep {
  readonly definition: StepDefinition;
  readonly name: string;
  /** Steps that have to be done before this one. */
  readonly after: readonly string[];
  /** Steps that wait for this one. */
  readonly before: readonly string[];
}

/** The steps of an operation, in an order in which they could be run one by one. */
export type Plan = ReadonlyMap<string, PlannedStep>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/;

/** Resolves the edges of a plan. Throws OPERATION_PLAN_INVALID for bad or double names, unknown edges and cycles. */
export function planSteps(kind: string, definitions: readonly StepDefinition[]): Plan {
  const refuse: Refuse = (reason) => engineErrors.create("OPERATION_PLAN_INVALID", { kind, reason });
  const edges = readEdges(definitions, refuse);
  const before = new Map<string, string[]>([...edges.keys()].map((name) => [name, []]));
  for (const [name, after] of edges) for (const other of after) before.get(other)?.push(name);

  const plan = new Map<string, PlannedStep>();
  let waiting = definitions;
  while (waiting.length > 0) {
    const blocked: StepDefinition[] = [];
    for (const definition of waiting) {
      const { name } = definition;
      const after = edges.get(name) ?? [];
      if (after.every((other) => plan.has(other))) plan.set(name, { definition, name, after, before: before.get(name) ?? [] });
      else blocked.push(definition);
    }
    if (blocked.length === waiting.length) throw refuse(`a cycle through ${blocked.map((step) => step.name).join(", ")}`);
    waiting = blocked;
  }
  return plan;
}

type Refuse = (reason: string) => Error;

/** What each step waits for, by name. */
function readEdges(definitions: readonly StepDefinition[], refuse: Refuse): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, readonly string[]>();
  let previous: readonly string[] = [];
  for (const { name, after } of definitions) {
    if (!NAME.test(name)) throw refuse(`bad name ${JSON.stringify(name)}`);
    if (edges.has(name)) throw refuse(`two steps are called ${name}`);
    edges.set(name, [...new Set(after ?? previous)]);
    previous = [name];
  }
  for (const [name, after] of edges) {
    const unknown = after.find((other) => !edges.has(other));
    if (unknown !== undefined) throw refuse(`${name} waits for ${unknown}, which is not there`);
  }
  return edges;
}

/**
 * Runs `visit` for each step as soon as the steps in `edges` of it are over, at
 * most `parallelism` at a time. Where a visit is not a success (`false`), what
 * depends on it is not visited. Rejects only if a visit does, when the others are over.
 */
export async function walk(
  plan: Plan,
  options: { readonly direction: "forward" | "backward"; readonly parallelism: number; readonly stopped: () => boolean },
  visit: (step: PlannedStep) => Promise<boolean>,
): Promise<void> {
  const backward = options.direction === "backward";
  const order = backward ? [...plan.values()].toReversed() : [...plan.values()];
  const waiting = new Set(order);
  const over = new Map<string, boolean>();
  const failures: unknown[] = [];
  let running = 0;

  await new Promise<void>((resolve) => {
    const finish = (step: PlannedStep, success: boolean): void => {
      over.set(step.name, success);
      running -= 1;
      advance();
    };
    const advance = (): void => {
      for (const step of waiting) {
        if (options.stopped() || failures.length > 0 || running >= options.parallelism) break;
        const needs = backward ? step.before : step.after;
        if (!needs.every((name) => over.get(name) === true)) continue;
        waiting.delete(step);
        running += 1;
        visit(step).then(
          (success) => finish(step, success),
          (error: unknown) => {
            failures.push(error);
            finish(step, false);
          },
        );
      }
      if (running === 0) resolve();
    };
    advance();
  });
  if (failures.length > 0) throw failures[0];
}
