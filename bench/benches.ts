// Every benchmark, in the order of the document.
import type { Bench } from "./lib/bench.ts";
import { breakdown } from "./breakdown.ts";
import { consoleScreens } from "./console.ts";
import { explorer } from "./explorer.ts";
import { growth } from "./growth.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { native } from "./native.ts";
import { search } from "./search.ts";
import { start } from "./start.ts";
import { throughput } from "./throughput.ts";

// What a benchmark renders is what it kept, so the type of its figures is its own affair.
export const benches = [start, latency, throughput, native, idle, growth, breakdown, explorer, search, consoleScreens] as ReadonlyArray<
  Bench<unknown>
>;
