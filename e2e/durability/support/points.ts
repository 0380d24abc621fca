// The fault points of operations, read from the plans that the operations themselves make.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NetworkFile } from "@heddle/network";
import { enginePoints, operationKinds, operationPoints, World, type StepDefinition } from "@heddle/operations";
import { EmbeddedRuntime, ImportedRuntime, type Runtime } from "@heddle/runtimes";
import { localMasterKey, openKeyStore, openStore } from "@heddle/store";

/** Points of one operation, as HEDDLE_FAULT names them. */
export interface FaultPoints {
  /** Around every step, inside steps that name points, and around the operation. */
  readonly forward: readonly string[];
  /** Around the undoing of every step that can be undone. */
  readonly backward: readonly string[];
  /** Forward points but for those that are always passed before a step begins. */
  readonly notBefore: (step: string) => readonly string[];
  /** Forward points but for those that are only passed after a step is done. */
  readonly notAfter: (step: string) => readonly string[];
}

const UNDO = ["in-undo", "after-undo"];

/** The points of an operation of this kind and input on a network that this file describes, with the backups of a folder. */
export async function faultPoints(kind: string, file: NetworkFile, input: unknown, backups?: string): Promise<FaultPoints> {
  const plan = await planOf(kind, file, input, backups);
  const around = enginePoints.filter((point) => !UNDO.includes(point));
  const named = (name: string, points: readonly string[]): string[] => points.map((point) => `${kind}/${name}/${point}`);
  const [accepted, settled] = operationPoints;
  const steps = plan.map(({ name, points = [] }) => ({ name, all: named(name, [...around, ...points]) }));
  const needs = needsOf(plan);
  const without = (left: (name: string) => boolean): string[] => steps.filter(({ name }) => !left(name)).flatMap(({ all }) => all);
  return {
    forward: [...named("operation", [accepted, settled]), ...without(() => false)],
    backward: plan.filter((step) => step.undo !== undefined).flatMap(({ name }) => named(name, UNDO)),
    notBefore: (step) => [...without((name) => needs.get(step)?.has(name) === true), ...named("operation", [settled])],
    notAfter: (step) => [...named("operation", [accepted]), ...without((name) => needs.get(name)?.has(step) === true)],
  };
}

/** For each step, all the steps that have to be done before it begins. */
function needsOf(plan: readonly StepDefinition[]): ReadonlyMap<string, ReadonlySet<string>> {
  const needs = new Map<string, ReadonlySet<string>>();
  plan.forEach(({ name, after }, index) => {
    const direct = after ?? plan.slice(Math.max(0, index - 1), index).map((step) => step.name);
    needs.set(name, new Set(direct.flatMap((one) => [one, ...(needs.get(one) ?? [])])));
  });
  return needs;
}

async function planOf(kindName: string, file: NetworkFile, input: unknown, backups?: string): Promise<readonly StepDefinition[]> {
  const home = mkdtempSync(path.join(tmpdir(), "heddle-points-"));
  const store = await openStore({ url: `sqlite:${path.join(home, "heddle.db")}` });
  try {
    const network = file.metadata.name;
    await store.networks.insert({ name: network, spec: file, runtime: "embedded", state: "ready" });
    const keys = openKeyStore(store, await localMasterKey(path.join(home, "master.key")));
    const world = new World({
      store,
      keys,
      runtimes: new Map<string, Runtime>([
        ["embedded", new EmbeddedRuntime({ home })],
        ["imported", new ImportedRuntime({ home })],
      ]),
      scenarios: home,
      backups: backups ?? home,
    });
    const kind = operationKinds(world).find(({ name }) => name === kindName);
    if (kind === undefined) throw new Error(`there is no kind ${kindName}`);
    return await kind.plan({ operationId: "none", network, input });
  } finally {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
}
