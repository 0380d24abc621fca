import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { summarise } from "../lib/test-report.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "heddle-report-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const test = (status: string, ...titles: readonly string[]): object => ({
  status,
  ancestorTitles: titles.slice(0, -1),
  title: titles.at(-1),
});

function summaryOf(counts: object, ...assertionResults: readonly object[]) {
  const file = path.join(folder, "report.json");
  const testResults = [{ name: path.join(folder, "a.test.ts"), status: "passed", assertionResults }];
  writeFileSync(file, JSON.stringify({ numPassedTests: 1, numFailedTests: 0, testResults, ...counts }));
  return summarise(file, folder);
}

describe("the summary of a test run", () => {
  it("tells what was skipped and why, once for each suite", () => {
    const suite = "on PostgreSQL (skipped: no programs)";
    const summary = summaryOf({}, test("passed", "x"), test("skipped", suite, "a"), test("pending", suite, "deep", "b"));
    expect(summary).toEqual({ passed: 1, failed: 0, skipped: 2, skips: [`a.test.ts: ${suite}, 2 tests`], faults: [] });
  });

  it("is a failure where a skipped test gives no reason", () => {
    expect(summaryOf({}, test("skipped", "suite", "a"), test("todo", "b")).faults).toEqual([
      "skipped without a reason: a.test.ts: suite > a",
      "skipped without a reason: a.test.ts: b",
    ]);
  });

  it("says nothing of tests that were not picked by name", () => {
    const file = path.join(folder, "report.json");
    summaryOf({}, test("skipped", "suite", "a"));
    expect(summarise(file, folder, true)).toMatchObject({ skipped: 1, skips: [], faults: [] });
  });

  it("counts a failed test once, however many suites it is in, and a file that could not be loaded", () => {
    const broken = { name: path.join(folder, "b.test.ts"), status: "failed", assertionResults: [] };
    const failing = { name: path.join(folder, "c.test.ts"), status: "failed", assertionResults: [test("failed", "suite", "inner", "a")] };
    expect(summaryOf({ numFailedTests: 1, testResults: [broken, failing] })).toMatchObject({ failed: 2, faults: [] });
  });

  it("counts a run without tests, and one without a report", () => {
    expect(summaryOf({ numPassedTests: 0 }).faults).toEqual(["no test was run"]);
    expect(summarise(path.join(folder, "nothing.json"), folder).faults).toEqual(["the tests left no report"]);
  });
});
