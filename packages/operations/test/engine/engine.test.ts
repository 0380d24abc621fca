import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineErrors, isHeddleError } from "@heddle/network";
import { openStore, type Store } from "@heddle/store";
import { OperationEngine, type EngineOptions, type OperationKind, type Settlement, type StepDefinition } from "../../src/index.ts";
import { toySteps, World } from "./support/toy.ts";

let folder: string;
let store: Store;
let engines: OperationEngine[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "heddle-engine-"));
  store = await openStore({ url: `sqlite:${path.join(folder, "engine.db")}` });
  engines = [];
});
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function start(kinds: readonly OperationKind[], options: Partial<EngineOptions> = {}): OperationEngine {
  const engine = new OperationEngine({ store, kinds, ...options });
  engines.push(engine);
  return engine;
}

/** An engine with one kind made of these steps, called `test`. */
function startWith(steps: readonly StepDefinition[], more: Partial<OperationKind> = {}): OperationEngine {
  return start([{ name: "test", describe: () => "a test", plan: () => steps, ...more }]);
}

function step(name: string, run: StepDefinition["run"] = () => undefined, more: Partial<StepDefinition> = {}): StepDefinition {
  return { name, probe: () => false, run, ...more };
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isHeddleError(error)) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

/** A gate that a step waits at. */
function gate(): {
  readonly passed: Promise<void>;
  open(): void;
  readonly reached: Promise<void>;
  wait(signal: AbortSignal): Promise<void>;
} {
  const open = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  return {
    passed: open.promise,
    open: () => open.resolve(),
    reached: reached.promise,
    wait(signal) {
      reached.resolve();
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        void open.promise.then(resolve);
      });
    },
  };
}

describe("an operation", () => {
  it("runs its steps in order, hands results on and tells of each", async () => {
    const engine = startWith([
      step("one", () => ({ port: 7051 }), { phase: "first", node: "peer0" }),
      step("two", (context) => {
        context.log("a line");
        context.progress(0.5, "half");
        return context.result<{ port: number }>("one").port + 1;
      }),
    ]);
    const id = await engine.submit("test", { deep: [1] }, { network: "trade" });
    expect(await engine.wait(id)).toMatchObject({ state: "succeeded", network: "trade", input: { deep: [1] } });
    const { steps } = await engine.get(id);
    expect(steps.map(({ name, state, result }) => ({ name, state, result }))).toEqual([
      { name: "one", state: "done", result: { port: 7051 } },
      { name: "two", state: "done", result: 7052 },
    ]);
    const events = await store.events.after(0, { operation: id });
    expect(events.map(({ type }) => type)).toEqual([
      "operation.changed",
      "operation.changed",
      "operation.planned",
      "step.changed",
      "step.changed",
      "step.changed",
      "step.log",
      "step.progress",
      "step.changed",
      "operation.changed",
    ]);
    expect(events[3]?.data).toMatchObject({ step: "one", node: "peer0", phase: "first", state: "running" });
    expect(events[4]?.data).toMatchObject({ step: "one", state: "done", seconds: expect.any(Number) as number });
  });

  it("runs independent steps at the same time and joins them", async () => {
    const [left, right] = [gate(), gate()];
    const order: string[] = [];
    const engine = startWith([
      step("left", (context) => left.wait(context.signal), { after: [] }),
      step("right", (context) => right.wait(context.signal), { after: [] }),
      step("join", () => void order.push("join"), { after: ["left", "right"] }),
    ]);
    const id = await engine.submit("test", {});
    await Promise.all([left.reached, right.reached]);
    right.open();
    left.open();
    expect((await engine.wait(id)).state).toBe("succeeded");
    expect(order).toEqual(["join"]);
  });

  it("runs at most as many steps at once as it may", async () => {
    let [now, most] = [0, 0];
    const many = Array.from({ length: 12 }, (_step, index) =>
      step(
        `s${index}`,
        async () => {
          now += 1;
          most = Math.max(most, now);
          await new Promise((resolve) => setTimeout(resolve, 5));
          now -= 1;
        },
        { after: [] },
      ),
    );
    const engine = start([{ name: "test", describe: () => "", plan: () => many }], { parallelism: 3 });
    await engine.wait(await engine.submit("test", {}));
    expect(most).toBe(3);
  });

  it("passes its settlement on and keeps what comes back as its result", async () => {
    const settlements: Settlement[] = [];
    const engine = startWith([step("one", () => 1, { phase: "p" })], {
      settled: (_context, settlement) => {
        settlements.push(settlement);
        return Promise.resolve({ receipt: settlement.resultOf<number>("one") });
      },
    });
    const done = await engine.wait(await engine.submit("test", {}));
    expect(done.result).toEqual({ receipt: 1 });
    expect(settlements).toMatchObject([{ state: "succeeded", undone: false, phases: { p: expect.any(Number) as number } }]);
  });

  it("fails where its settlement does", async () => {
    const engine = startWith([step("one")], { settled: () => Promise.reject(new Error("no proof")) });
    expect(await engine.wait(await engine.submit("test", {}))).toMatchObject({ state: "failed", error: { code: "OPERATION_STEP_FAILED" } });
  });

  it.each([
    ["two steps of one name", [step("a"), step("a")]],
    ["an unknown edge", [step("a", undefined, { after: ["b"] })]],
    ["a cycle", [step("a", undefined, { after: ["b"] }), step("b", undefined, { after: ["a"] })]],
    ["a bad name", [step("a/b")]],
  ])("with %s is refused", async (_what, steps) => {
    const engine = startWith(steps);
    expect(await engine.wait(await engine.submit("test", {}))).toMatchObject({
      state: "failed",
      error: { code: "OPERATION_PLAN_INVALID" },
    });
  });

  it("is refused, and leaves no row, where its kind does not accept it", async () => {
    const errors = defineErrors({ TOY_REFUSED: { status: 409, message: "no", next: "try something else" } });
    const engine = startWith([], {
      async accept(context, repositories) {
        await repositories.networks.insert({ name: context.network ?? "", spec: {}, runtime: "embedded", state: "creating" });
        throw errors.create("TOY_REFUSED", {});
      },
    });
    expect(await codeOf(engine.submit("test", {}, { network: "trade" }))).toBe("TOY_REFUSED");
    expect(await codeOf(engine.submit("nothing", {}))).toBe("OPERATION_KIND_UNKNOWN");
    expect(await engine.list()).toEqual([]);
    expect(await store.networks.list()).toEqual([]);
  });

  it("is refused after a look at the store, which its transaction would not allow", async () => {
    const errors = defineErrors({ TOY_REFUSED: { status: 409, message: "no", next: "try something else" } });
    const engine = startWith([], {
      async check({ network = "" }) {
        if ((await store.networks.get(network)) === undefined) throw errors.create("TOY_REFUSED", {});
      },
    });
    expect(await codeOf(engine.submit("test", {}, { network: "trade" }))).toBe("TOY_REFUSED");
    expect(await engine.list()).toEqual([]);
    await store.networks.insert({ name: "trade", spec: {}, runtime: "embedded", state: "creating" });
    expect((await engine.wait(await engine.submit("test", {}, { network: "trade" }))).state).toBe("succeeded");
  });

  it("excludes others from its network until it is over, unless they share", async () => {
    const hold = gate();
    const engine = start([
      { name: "change", describe: () => "", plan: () => [step("hold", (context) => hold.wait(context.signal))] },
      { name: "look", describe: () => "", plan: () => [step("look")], concurrency: "shared" },
    ]);
    const first = await engine.submit("change", {}, { network: "trade" });
    expect(await codeOf(engine.submit("change", {}, { network: "trade" }))).toBe("STORE_NETWORK_BUSY");
    expect((await engine.wait(await engine.submit("look", {}, { network: "trade" }))).state).toBe("succeeded");
    hold.open();
    await engine.wait(first);
    await engine.wait(await engine.submit("change", {}, { network: "trade" }));
  });
});

describe("a step", () => {
  it("is attempted again as often as it allows, after asking the world", async () => {
    let attempts = 0;
    let probes = 0;
    const flaky = step(
      "flaky",
      () => {
        attempts += 1;
        if (attempts < 3) throw new Error("not yet");
        return attempts;
      },
      { retries: 2, retryDelayMs: 1, probe: () => ((probes += 1), false) },
    );
    const engine = startWith([flaky]);
    const id = await engine.submit("test", {});
    expect((await engine.wait(id)).state).toBe("succeeded");
    expect({ attempts, probes }).toEqual({ attempts: 3, probes: 2 });
    expect((await engine.get(id)).steps).toMatchObject([{ state: "done", attempts: 3, error: undefined }]);
  });

  it("is not attempted again where the input was refused", async () => {
    const errors = defineErrors({ TOY_REFUSED: { status: 422, message: "no", next: "mend it" } });
    let attempts = 0;
    const engine = startWith([
      step(
        "refused",
        () => {
          attempts += 1;
          throw errors.create("TOY_REFUSED", {});
        },
        { retries: 5 },
      ),
    ]);
    const { state, error } = await engine.wait(await engine.submit("test", {}));
    expect({ state, attempts }).toEqual({ state: "failed", attempts: 1 });
    expect(error).toMatchObject({ code: "TOY_REFUSED", next: "mend it", step: "refused" });
  });

  it("is stopped when its time is over", async () => {
    const engine = startWith([step("slow", (context) => gate().wait(context.signal), { timeoutMs: 20 })]);
    expect(await engine.wait(await engine.submit("test", {}))).toMatchObject({
      state: "failed",
      error: { code: "OPERATION_STEP_TIMEOUT", step: "slow" },
    });
  });

  it("that fails stops those beside it and what waits for it", async () => {
    const ran: string[] = [];
    const engine = startWith([
      step("beside", (context) => gate().wait(context.signal), { after: [] }),
      step("fails", () => Promise.reject(new Error("broken")), { after: [] }),
      step("later", () => void ran.push("later"), { after: ["fails"] }),
    ]);
    const id = await engine.submit("test", {});
    expect(await engine.wait(id)).toMatchObject({ state: "failed", error: { code: "OPERATION_STEP_FAILED", step: "fails" } });
    expect(ran).toEqual([]);
    expect((await engine.get(id)).steps.map(({ name, state }) => [name, state])).toEqual([
      ["beside", "failed"],
      ["fails", "failed"],
      ["later", "pending"],
    ]);
  });

  it("that asks for a result that is not there fails", async () => {
    const engine = startWith([step("one", (context) => context.result("zero"))]);
    expect(await engine.wait(await engine.submit("test", {}))).toMatchObject({ error: { code: "OPERATION_RESULT_MISSING" } });
  });
});

describe("cancel", () => {
  it("stops what runs and undoes what was done, in reverse", async () => {
    const undone: string[] = [];
    const hold = gate();
    const undo = (name: string) => ({ undo: () => void undone.push(name) });
    const engine = startWith([
      step("one", undefined, undo("one")),
      step("two", undefined, undo("two")),
      step("three", (context) => hold.wait(context.signal), undo("three")),
      step("four", undefined, undo("four")),
    ]);
    const id = await engine.submit("test", {});
    await hold.reached;
    await engine.cancel(id);
    expect(await engine.wait(id)).toMatchObject({ state: "cancelled", error: undefined });
    // `three` may have left a part of its effect; `four` was never begun.
    expect(undone).toEqual(["three", "two", "one"]);
    expect(await codeOf(engine.cancel(id))).toBe("OPERATION_OVER");
    expect(await codeOf(engine.retry(id))).toBe("OPERATION_OVER");
  });

  it("undoes what a failed operation left", async () => {
    const world = new World(folder);
    const engine = start([{ name: "doomed", describe: () => "", plan: () => toySteps(world, true) }]);
    const id = await engine.submit("doomed", {});
    expect((await engine.wait(id)).state).toBe("failed");
    expect(world.lines().toSorted()).toEqual(["one", "three", "two"]);
    await engine.cancel(id);
    expect((await engine.wait(id)).state).toBe("cancelled");
    expect(world.lines()).toEqual([]);
  });

  it("is refused where the kind does not allow it, and for what is not there", async () => {
    const hold = gate();
    const engine = startWith([step("one", (context) => hold.wait(context.signal))], { cancellable: false });
    const id = await engine.submit("test", {});
    expect(await codeOf(engine.cancel(id))).toBe("OPERATION_NOT_CANCELLABLE");
    expect(await codeOf(engine.cancel(crypto.randomUUID()))).toBe("OPERATION_NOT_FOUND");
    hold.open();
    expect((await engine.wait(id)).state).toBe("succeeded");
  });
});

describe("retry", () => {
  it("goes on where the operation failed, after probing what was done", async () => {
    const world = new World(folder);
    let broken = true;
    const engine = start([{ name: "test", describe: () => "", plan: () => toySteps(world, broken) }]);
    const id = await engine.submit("test", {});
    expect((await engine.wait(id)).state).toBe("failed");
    broken = false;
    world.remove("one");
    await engine.retry(id);
    expect((await engine.wait(id)).state).toBe("succeeded");
    expect(world.lines().toSorted()).toEqual(["four", "one", "three", "two"]);
    expect(await codeOf(engine.retry(id))).toBe("OPERATION_OVER");
  });

  it("goes on undoing where that had failed", async () => {
    let broken = true;
    const undone: string[] = [];
    const undo = () => {
      if (broken) throw new Error("still in use");
      undone.push("one");
    };
    const engine = startWith([step("one", undefined, { undo }), step("two", () => Promise.reject(new Error("no")))], { onFailure: "undo" });
    const id = await engine.submit("test", {});
    expect(await engine.wait(id)).toMatchObject({ state: "failed", error: { code: "OPERATION_UNDO_FAILED", step: "one" } });
    broken = false;
    await engine.retry(id);
    expect(await engine.wait(id)).toMatchObject({ state: "cancelled" });
    expect(undone).toEqual(["one"]);
  });
});

describe("several processes", () => {
  it("leave an operation on close, and take it up where it was", async () => {
    const world = new World(folder);
    const hold = gate();
    const waiting: StepDefinition = {
      name: "wait",
      probe: () => false,
      run: (context) => hold.wait(context.signal),
    };
    const kinds = [{ name: "test", describe: () => "", plan: () => [...toySteps(world), waiting] }];
    const first = start(kinds);
    const id = await first.submit("test", {});
    await hold.reached;
    await first.close();
    expect(await store.operations.get(id)).toMatchObject({ state: "running", owner: undefined });
    hold.open();
    const second = start(kinds);
    expect(await second.recover()).toEqual([id]);
    expect((await second.wait(id)).state).toBe("succeeded");
    expect(world.lines().toSorted()).toEqual(["four", "one", "three", "two"]);
  });

  it("take over when a lease runs out; the old owner can write no more", async () => {
    const [hold, again] = [gate(), gate()];
    let runs = 0;
    const plan = () => [
      step("one", (context) => {
        runs += 1;
        return (runs === 1 ? hold : again).wait(context.signal);
      }),
    ];
    const kinds = [{ name: "test", describe: () => "", plan }];
    // The first one never renews: its timer is far slower than its lease is made to be.
    const slow = start(kinds, { leaseMs: 60_000 });
    const id = await slow.submit("test", {});
    await hold.reached;
    const expired = new Date(Date.now() + 61_000);
    const other = start(kinds, { exclusive: true });
    expect(await store.operations.claim(id, "nobody", { now: expired, until: expired })).toMatchObject({ fence: 2 });
    expect(await other.recover()).toEqual([id]);
    await again.reached;
    hold.open();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await store.operations.get(id)).toMatchObject({ state: "running", fence: 3 });
    again.open();
    expect((await other.wait(id)).state).toBe("succeeded");
    expect((await store.operations.journal(id)).filter(({ type }) => type === "done").length).toBe(1);
  });

  it("hear a cancel that another one was asked for", async () => {
    const hold = gate();
    const kinds = [{ name: "test", describe: () => "", plan: () => [step("one", (context) => hold.wait(context.signal))] }];
    const owner = start(kinds, { leaseMs: 90 });
    const other = start(kinds, { leaseMs: 60_000 });
    const id = await owner.submit("test", {});
    await hold.reached;
    await other.cancel(id);
    expect((await other.wait(id)).state).toBe("cancelled");
  });

  it("end an operation of a kind they do not know", async () => {
    await store.operations.insert({
      id: crypto.randomUUID(),
      kind: "future",
      network: undefined,
      summary: "",
      input: {},
      exclusive: false,
    });
    const [id] = await startWith([]).recover();
    expect(await store.operations.get(id ?? "")).toMatchObject({ state: "failed", error: { code: "OPERATION_KIND_UNKNOWN" } });
  });
});
