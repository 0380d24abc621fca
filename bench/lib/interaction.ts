// Interaction latency as the browser measures it: Event Timing from the input to the
// next paint, and the time until what was asked for is on the page.
import type { Page } from "playwright-core";

/** One interaction. */
export interface Interaction {
  /** Milliseconds from the input to the next paint: the longest of its events. */
  readonly frame: number;
  /** Milliseconds from the input to the frame that shows what was asked for. */
  readonly shown: number;
}

/** The shortest that Event Timing tells of. */
const LEAST_MS = 16;
const PATIENCE_MS = 30_000;

/** Notes the events of every page that is opened from now on. */
export async function observe(page: Page): Promise<void> {
  await page.addInitScript(`
    globalThis.heddleEvents = [];
    globalThis.heddleInput = 0;
    new PerformanceObserver((list) => globalThis.heddleEvents.push(...list.getEntries().filter((one) => one.interactionId > 0)))
      .observe({ type: "event", durationThreshold: ${LEAST_MS}, buffered: true });
    // Typing and clicking begin with what is let go last.
    for (const type of ["keydown", "click"])
      addEventListener(type, (event) => { if (event.isTrusted) globalThis.heddleInput = event.timeStamp; }, { capture: true });
  `);
}

/** Resolves in the first frame in which a condition holds, with a value; both are expressions. Throws after {@link PATIENCE_MS}. */
export function when<Value>(page: Page, condition: string, value: string): Promise<Value> {
  // The page's policy lets nothing be evaluated by its own scripts, so the look is one call from outside.
  return page.evaluate<Value>(`new Promise((resolve, reject) => {
    const end = performance.now() + ${PATIENCE_MS};
    const look = () => {
      if (${condition}) resolve(${value});
      else if (performance.now() > end) reject(new Error("never: " + ${JSON.stringify(condition)}));
      else requestAnimationFrame(look);
    };
    look();
  })`);
}

/** Does something, waits until a selector is on the page, and says how long both took. */
export async function measure(page: Page, act: () => Promise<void>, shown: string): Promise<Interaction> {
  await page.evaluate("globalThis.heddleEvents.length = 0; globalThis.heddleInput = 0");
  await act();
  const until = await when<number>(
    page,
    `globalThis.heddleInput > 0 && document.querySelector(${JSON.stringify(shown)}) !== null`,
    "performance.now() - globalThis.heddleInput",
  );
  // Two frames, so that the events of the last have been told.
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))))");
  const durations = await page.evaluate<number[]>("globalThis.heddleEvents.map(({ duration }) => duration)");
  return { frame: durations.length === 0 ? LEAST_MS : Math.max(...durations), shown: until };
}
