import { readFileSync } from "node:fs";
import path from "node:path";

/** The part of vitest's JSON report that counts. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string }[];
  }[];
}

/** A run of the tests in numbers, and what was left out of it. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each suite or test that was skipped, with how many tests and why. */
  readonly skips: readonly string[];
  /** What makes the run a failure although no test failed. */
  readonly faults: readonly string[];
}

/** How a suite or test that may be skipped says why: at the end of its name. */
const REASON = /\(skipped: (.+)\)$/;

/**
 * Sums a run up. A file that failed without a failed test, such as one that does not load, counts as a failure, and so do a run without
 * tests, one without a report, and a skipped test whose name gives no reason. With `chosen`,
 * tests were picked by name, and the others are not worth a word.
 */
export function summarise(file: string, root: string, chosen = false): TestSummary {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return { passed: 0, failed: 0, skipped: 0, skips: [], faults: ["the tests left no report"] };
  }
  const left = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== "passed" && status !== "failed")
      .map(({ ancestorTitles, title }) => ({ file: path.relative(root, name), titles: [...ancestorTitles, title] })),
  );
  const explained = chosen ? left.filter(({ titles }) => titles.some((title) => REASON.test(title))) : left;
  const places = Map.groupBy(explained, ({ file: where, titles }) => {
    const named = titles.find((title) => REASON.test(title));
    return named === undefined ? `${where}: ${titles.join(" > ")}` : `${where}: ${named}`;
  });
  const skips = [...places].map(([place, tests]) => `${place}, ${tests.length} ${tests.length === 1 ? "test" : "tests"}`);
  const silent = [...places.keys()].filter((place) => !REASON.test(place)).map((place) => `skipped without a reason: ${place}`);
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const none = report.numPassedTests + report.numFailedTests === 0 ? ["no test was run"] : [];
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: left.length,
    skips,
    faults: [...none, ...silent],
  };
}
