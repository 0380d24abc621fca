import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findTools, NativeRuntime } from "../src/index.ts";
import { processMark, startTicks } from "../src/process/table.ts";
import { eventually } from "./support/conditions.ts";
import { nodeFiles, smallNetwork } from "./support/network.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

function whyNotNative(): string {
  try {
    findTools();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const missing = whyNotNative();

describe.skipIf(missing !== "")(`native nodes${missing === "" ? "" : ` (skipped: ${missing})`}`, () => {
  let home: string;
  let runtime: NativeRuntime;
  beforeAll(() => {
    home = realpathSync(mkdtempSync(path.join(tmpdir(), "heddle-native-")));
    runtime = new NativeRuntime({ home, hungAfterMs: 200 });
  });
  afterAll(async () => {
    await runtime.destroy("hung");
    rmSync(home, { recursive: true, force: true });
  });

  it("takes the place of a node that an earlier server left and that does not serve", async () => {
    const place = await runtime.prepare(smallNetwork("hung"));
    await runtime.deliver(place, await nodeFiles());
    const [node] = place.nodes;
    const role = `node:${node?.name ?? ""}`;
    // It has the mark of the node, and listens on nothing.
    const hung = spawn("sleep", ["600"], { env: { PATH: process.env["PATH"] ?? "", ...processMark(home, "hung", role) }, detached: true });
    const gone = once(hung, "exit");
    await eventually("the age at which it is taken to hang", async () => {
      const [seen] = (await runtime.observe(place)).filter(({ name }) => name === node?.name);
      return seen?.state === "starting" && Date.now() - (seen.since?.getTime() ?? Date.now()) > 300 ? seen : undefined;
    });
    await runtime.start(place);
    await gone;
    expect(startTicks(hung.pid ?? 0)).toBeUndefined();
    const states = (await runtime.observe(place)).map(({ state, pid }) => ({ state, other: pid !== hung.pid }));
    expect(states).toEqual(place.nodes.map(() => ({ state: "running", other: true })));
  });
});
