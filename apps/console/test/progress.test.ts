import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { HeddleEvent, Operation, Step } from "@heddle/api";
import { describe, expect, test } from "vitest";
import { countSteps, noProgress, phasesOf, takeEvents } from "../src/operations/progress.ts";
import { isCancellable } from "../src/operations/kind.ts";
import { resultsOf } from "../src/operations/results.ts";
import { titleIn } from "../src/operations/titles.ts";

let id = 0;
const event = (type: string, data: unknown): HeddleEvent => ({
  id: ++id,
  at: new Date(1_700_000_000_000 + id * 1_000).toISOString(),
  type,
  operation: "o",
  data,
});

const planned = event("operation.planned", {
  steps: [
    { name: "a", title: "Find a place", phase: "prepare" },
    { name: "b", title: "Start", phase: "nodes", node: "peer0" },
  ],
});
const running = event("step.changed", { step: "a", state: "running", attempt: 1 });
const line = event("step.log", { step: "a", line: "looking" });
const failed = event("step.changed", {
  step: "a",
  state: "failed",
  attempt: 1,
  seconds: 0.5,
  error: { code: "X", message: "no", next: "again" },
});
const again = event("step.changed", { step: "a", state: "running", attempt: 2 });
const done = event("step.changed", { step: "a", state: "done", attempt: 2, seconds: 0.25 });
const all = [planned, running, line, failed, again, done];

describe("progress of an operation", () => {
  test("follows each step through its attempts", () => {
    const step = (events: readonly HeddleEvent[]) => takeEvents(noProgress, events).steps.get("a");
    expect(step(all.slice(0, 1))).toMatchObject({ state: "pending", attempts: 0 });
    expect(step(all.slice(0, 3))).toMatchObject({ state: "running", lines: ["looking"], since: Date.parse(running.at) });
    expect(step(all.slice(0, 4))).toMatchObject({ state: "failed", error: { code: "X" }, seconds: 0.5 });
    expect(step(all)).toMatchObject({ state: "done", attempts: 2, seconds: 0.25, error: undefined });
  });

  test("read again from the start, or in pieces that overlap, it is the same", () => {
    const once = takeEvents(noProgress, all);
    expect(takeEvents(once, all)).toBe(once);
    expect(takeEvents(takeEvents(noProgress, all.slice(0, 4)), all.slice(2))).toEqual(once);
  });

  test("phases stand in the order of their first step and say the worst of their steps", () => {
    const states = (events: readonly HeddleEvent[]) => phasesOf(takeEvents(noProgress, events)).map(({ phase, state }) => [phase, state]);
    expect(states(all.slice(0, 4))).toEqual([
      ["prepare", "failed"],
      ["nodes", "pending"],
    ]);
    expect(states(all)).toEqual([
      ["prepare", "done"],
      ["nodes", "pending"],
    ]);
    expect(countSteps(takeEvents(noProgress, all))).toEqual({ done: 1, total: 2 });
  });
});

test("every title that a kind of operation gives its steps has its Chinese", () => {
  const folder = path.resolve(import.meta.dirname, "../../../packages/operations/src/kinds");
  const sources = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));
  const titles = sources.flatMap((source) =>
    [...source.matchAll(/^\s*title: (?:"(.+)"|`(.+)`),$/gm)].map(([, plain, made]) => plain ?? made ?? ""),
  );
  expect(titles.length).toBeGreaterThan(20);
  const shown = titles.map((title) => title.replaceAll(/\$\{[^}]+\}/g, "x"));
  expect(shown.filter((title) => !/\p{Script=Han}/u.test(titleIn("zh", title)))).toEqual([]);
});

test("what an operation made known is read by its kind, and nothing is made up", () => {
  const proof = { channels: [], seconds: 1 };
  const plan = { name: "greeter", channel: "main", version: "2.0", sequence: 2 };
  expect(resultsOf({ kind: "chaincode.deploy", result: { ...plan, proof } })).toEqual({ deployed: plan, proof });
  expect(resultsOf({ kind: "network.create", result: proof })).toEqual({ proof });
  const removed = [{ kind: "port", id: "21000", detail: "peer1.org1.example.com grpc" }];
  expect(resultsOf({ kind: "network.apply", result: { ...proof, removed } })).toEqual({ removed, proof: { ...proof, removed } });
  expect(resultsOf({ kind: "network.delete", result: { network: "a", removed, left: 0 } })).toEqual({
    receipt: { network: "a", removed, left: 0 },
  });
  expect(resultsOf({ kind: "identity.issue", result: { organization: "Org1", user: "ann" } })).toEqual({
    identity: { organization: "Org1", user: "ann", revoked: false },
  });
  expect(resultsOf({ kind: "channel.reset", result: { channel: "main", block: 3, gone: [], withoutCode: ["greeter"] } })).toEqual({
    reset: { channel: "main", block: 3, gone: [], withoutCode: ["greeter"] },
  });
  expect(resultsOf({ kind: "channel.reset", result: { channel: "main" } })).toEqual({});
  expect(resultsOf({ kind: "of.tomorrow", result: "done" })).toEqual({});
});

test("what can be cancelled is what the server would undo", () => {
  const step = (state: Step["state"]) => ({ name: "a", title: "A", state, attempts: 1 });
  const of = (kind: string, state: Operation["state"], steps: Step[]) => isCancellable({ kind, state, steps });
  expect(of("network.create", "running", [step("running")])).toBe(true);
  expect(of("network.create", "failed", [step("done")])).toBe(true);
  expect(of("network.create", "failed", [step("undone"), step("pending")])).toBe(false);
  expect(of("network.create", "succeeded", [step("done")])).toBe(false);
  expect(of("channel.reset", "running", [step("running")])).toBe(false);
});

test("titles of steps are said in Chinese, with their names", () => {
  expect(titleIn("zh", "Install food-tracing on peer0.org1.example.com")).toBe("在 peer0.org1.example.com 上安装 food-tracing");
  expect(titleIn("en", "Start the nodes")).toBe("Start the nodes");
  expect(titleIn("zh", "Something new")).toBe("Something new");
});
