import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { endProcess, isAlive, MarkedProcesses, processMark, processUsage, startTicks } from "../../src/process/table.ts";
import { eventually } from "../support/conditions.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function run(
  script: string,
  options: { env?: Record<string, string>; detached?: boolean } = {},
): Promise<{ pid: number; child: ChildProcess }> {
  const { env = {}, detached = true } = options;
  const child = spawn(process.execPath, ["-e", `${script}; process.stdout.write("up"); setInterval(() => undefined, 1000)`], {
    env,
    detached,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data");
  return { pid: child.pid ?? 0, child };
}

describe("a process", () => {
  it("is told from a later one with the same number by its start", async () => {
    const { pid } = await run("");
    const ticks = startTicks(pid) ?? 0;
    expect(isAlive({ pid, startTicks: ticks })).toBe(true);
    await endProcess({ pid, startTicks: ticks - 1 });
    expect(isAlive({ pid, startTicks: ticks })).toBe(true);
    await endProcess({ pid, startTicks: ticks });
    expect(isAlive({ pid, startTicks: ticks })).toBe(false);
    await endProcess({ pid, startTicks: ticks });
  });

  it("is ended also where it does not listen to SIGTERM", async () => {
    const { pid } = await run("process.on('SIGTERM', () => undefined)");
    const ticks = startTicks(pid) ?? 0;
    await endProcess({ pid, startTicks: ticks }, 50);
    expect(isAlive({ pid, startTicks: ticks })).toBe(false);
  });

  it("counts as gone while its parent has not taken note of its end", async () => {
    // The parent blocks its event loop, so that its child stays a zombie.
    const parent = await run(
      `const { spawn } = require("node:child_process");
       const child = spawn("sleep", ["0"]);
       require("node:fs").writeSync(1, child.pid + "\\n");
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000)`,
    ).catch(() => undefined);
    if (parent === undefined) throw new Error("the parent did not start");
    const children = await eventually("the zombie", async () => {
      const { readdirSync, readFileSync } = await import("node:fs");
      return readdirSync("/proc").find((name) => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, "utf8");
          const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
          return state === "Z" && Number(ppid) === parent.pid;
        } catch {
          return false;
        }
      });
    });
    expect(startTicks(Number(children))).toBeUndefined();
    expect(processUsage(Number(children))).toBeUndefined();
  });

  it("tells what it uses", async () => {
    const { pid } = await run("const block = Buffer.alloc(64e6, 1); global.block = block; for (let i = 0; i < 5e8; i += 1);");
    const usage = processUsage(pid);
    expect(usage?.memoryBytes).toBeGreaterThan(64e6);
    expect(usage?.cpuSeconds).toBeGreaterThan(0);
    expect(Math.abs((usage?.since.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe("marked processes", () => {
  it("are found by home, network and role; what they start belongs to them and does not stand for them", async () => {
    const home = `/tmp/heddle-marks-${process.pid}`;
    const processes = new MarkedProcesses(home);
    expect(processes.find("net", "devnet")).toBeUndefined();
    const script = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" })`;
    const { pid } = await run(script, { env: processMark(home, "net", "devnet") });
    const family = await eventually("both", () => {
      const found = processes.of("net");
      return found.length === 2 ? found : undefined;
    });
    expect(family.filter(({ leader }) => leader).map((one) => one.pid)).toEqual([pid]);
    expect(processes.find("net", "devnet")).toMatchObject({ pid, network: "net", role: "devnet" });
    expect(new MarkedProcesses(home).find("net", "devnet")?.pid).toBe(pid);
    for (const one of family.filter(({ leader }) => leader)) await endProcess(one);
    // The one that is left is no leader: nothing to adopt, but something to end.
    expect(processes.find("net", "devnet")).toBeUndefined();
    expect(processes.of("net")).toHaveLength(1);
    for (const one of processes.of("net")) await endProcess(one);
    expect(processes.of("net")).toEqual([]);
  });
});
