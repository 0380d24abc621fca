// The shape of a benchmark, and what becomes of its figures: one JSON file each
// in bench/results, from which docs/benchmarks.md is rendered.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { machine } from "./measure.ts";

const RESULTS = path.resolve(import.meta.dirname, "../results");

/** How much a run measures. `quick` is for trying the benchmarks themselves; its figures say little. */
export interface BenchOptions {
  readonly quick: boolean;
  /** Progress for who waits. */
  readonly say: (line: string) => void;
}

/** One benchmark: what it measures, and how its figures are shown. */
export interface Bench<Data> {
  readonly name: string;
  readonly title: string;
  run(options: BenchOptions): Promise<Data>;
  /** Markdown, below a heading that is already there. */
  render(data: Data): string;
}

/** A run's figures as they are kept. */
interface Kept<Data> {
  readonly at: string;
  readonly machine: string;
  readonly quick: boolean;
  readonly data: Data;
}

function fileOf(name: string): string {
  return path.join(RESULTS, `${name}.json`);
}

/** Runs a benchmark and keeps its figures. */
export async function runAndKeep<Data>(bench: Bench<Data>, options: BenchOptions): Promise<void> {
  const data = await bench.run(options);
  const kept: Kept<Data> = { at: new Date().toISOString(), machine: machine(), quick: options.quick, data };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(fileOf(bench.name), `${JSON.stringify(kept, null, 2)}\n`);
}

/** The section of a benchmark, from its kept figures. */
export function section<Data>(bench: Bench<Data>): string {
  const heading = `### ${bench.title}\n\n`;
  let kept: Kept<Data>;
  try {
    kept = JSON.parse(readFileSync(fileOf(bench.name), "utf8")) as Kept<Data>;
  } catch {
    return `${heading}Not measured yet.\n`;
  }
  const quick = kept.quick ? " **A quick run: the figures only show that the benchmark works.**" : "";
  const origin = `\`node bench/all.ts ${bench.name}\`, ${kept.at.slice(0, 16).replace("T", " ")} UTC, ${kept.machine}.${quick}`;
  return `${heading}${origin}\n\n${bench.render(kept.data).trim()}\n`;
}
