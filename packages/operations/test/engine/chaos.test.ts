import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { enginePoints } from "../../src/index.ts";
import { openToy, World } from "./support/toy.ts";

const toy = path.join(import.meta.dirname, "support/toy.ts");

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

function runToy(mode: "submit" | "recover", folder: string, kind: string, fault?: string): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=@heddle/source", toy, mode, folder, kind], {
      env: { ...process.env, ...(fault === undefined ? {} : { HEDDLE_FAULT: fault }) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, output }));
  });
}

async function killAndRecover(
  kind: string,
  fault: string,
): Promise<{ states: unknown; lines: string[]; attempts: Record<string, number> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "heddle-chaos-"));
  try {
    const killed = await runToy("submit", folder, kind, fault);
    expect(killed).toMatchObject({ signal: "SIGKILL", output: "" });
    const recovered = await runToy("recover", folder, kind);
    expect(recovered).toMatchObject({ code: 0 });
    const { store, engine } = await openToy(folder);
    const [operation] = await engine.list();
    const { steps } = await engine.get(operation?.id ?? "");
    await engine.close();
    await store.close();
    return {
      states: JSON.parse(recovered.output) as unknown,
      lines: new World(folder).lines().toSorted(),
      attempts: Object.fromEntries(steps.map((step) => [step.name, step.attempts])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const steps = ["one", "two", "three", "four"];
const undoPoints = ["in-undo", "after-undo"];
const forward = ["early", "late", ...enginePoints.filter((point) => !undoPoints.includes(point))];

describe("killed with SIGKILL at a fault point and started again", () => {
  it.each(steps.flatMap((step) => forward.map((point) => [step, point] as const)))(
    "in %s at %s, the operation finishes exactly once",
    async (step, point) => {
      const { states, lines, attempts } = await killAndRecover("toy", `toy/${step}/${point}`);
      expect(states).toEqual(["succeeded"]);
      expect(lines).toEqual(steps.toSorted());
      // What was done before the kill was found again, not begun again.
      expect(attempts[step]).toBe(["after-run", "after-record", "late"].includes(point) ? 1 : 2);
    },
  );

  it.each(["one", "two", "three"].flatMap((step) => undoPoints.map((point) => [step, point] as const)))(
    "in %s at %s, what the failed operation did is undone",
    async (step, point) => {
      const { states, lines } = await killAndRecover("doomed", `doomed/${step}/${point}`);
      expect(states).toEqual(["failed"]);
      expect(lines).toEqual([]);
    },
  );
});
