import type { HeddleEvent } from "@heddle/api";
import type { Output } from "../output.ts";
import { seconds } from "./values.ts";

interface StepChange {
  readonly step: string;
  readonly title: string;
  readonly node?: string;
  readonly state?: string;
  readonly attempt?: number;
  readonly seconds?: number;
  readonly error?: { readonly message?: string };
  readonly line?: string;
}

/** Milliseconds between redraws of the bottom line. */
const REDRAW_MS = 100;

/** Draws an operation's events: one line for each finished step, and on a terminal what is running now. */
export class Progress {
  readonly #output: Output;
  readonly #running = new Map<string, { readonly label: string; readonly since: number }>();
  readonly #timer: NodeJS.Timeout | undefined;
  #total = 0;
  #done = 0;

  constructor(output: Output) {
    this.#output = output;
    this.#timer = output.live ? setInterval(() => this.#draw(), REDRAW_MS).unref() : undefined;
  }

  /** Takes one event of the operation. */
  take(event: HeddleEvent): void {
    if (event.type === "operation.planned") {
      const steps = (event.data as { readonly steps?: unknown }).steps;
      this.#total = Array.isArray(steps) ? steps.length : 0;
      this.#done = 0;
    }
    if (event.type === "step.changed") this.#step(event.data as StepChange);
    if (event.type === "step.log") this.#output.note(this.#output.paint("dim", `      ${(event.data as StepChange).line ?? ""}`));
  }

  /** Stops drawing. */
  close(): void {
    clearInterval(this.#timer);
    this.#output.end();
  }

  #step(change: StepChange): void {
    const label = labelOf(change);
    if (change.state === "running" || change.state === "undoing") {
      this.#running.set(change.step, { label: change.state === "undoing" ? `undo ${label}` : label, since: performance.now() });
      this.#draw();
      return;
    }
    const running = this.#running.get(change.step);
    this.#running.delete(change.step);
    const took = change.seconds ?? (running === undefined ? undefined : (performance.now() - running.since) / 1000);
    const time = took === undefined ? "" : `  ${seconds(took)}`;
    if (change.state === "done") {
      this.#done += 1;
      this.#output.note(`  ${this.#output.paint("green", "✓")} ${label}${this.#output.paint("dim", time)}`);
    } else if (change.state === "undone") {
      this.#output.note(`  ↶ ${label} undone${time}`);
    } else if (change.state === "failed") {
      this.#output.note(`  ${this.#output.paint("red", "✗")} ${label}${time}  ${change.error?.message ?? ""}`);
    }
    this.#draw();
  }

  #draw(): void {
    if (this.#running.size === 0) return;
    const now = performance.now();
    const steps = [...this.#running.values()].map(({ label, since }) => `${label} ${seconds((now - since) / 1000)}`);
    this.#output.status(`  … ${this.#done}/${this.#total}  ${steps.join(", ")}`);
  }
}

function labelOf({ title, node, step }: StepChange): string {
  const name = title === "" ? step : title;
  return node === undefined || name.includes(node) ? name : `${name} (${node})`;
}
