// The fault points of operations, read from the plans that the operations themselves make.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NetworkFile } from "@heddle/network";
import { enginePoints, operationKinds, operationPoints, World, type StepDefinition } from "@heddle/operations";
import { EmbeddedRuntime } from "@heddle/runtimes";
import { localMasterKey, openKeyStore, openStore } from "@heddle/store";

/** Points of one operation, as HEDDLE_FAULT names them. */
export interface FaultPoints {
  /** Around every step, inside steps that name points, and around the operation. */
  readonly forward: readonly string[];
  /** Around the undoing of every step that can be undone. */
  readonly backward: readonly string[];
}

const UNDO = ["in-undo", "after-undo"];

/** The points of an operation of this kind and input on a network that this file describes. */
export async function faultPoints(kind: string, file: NetworkFile, input: unknown): Promise<FaultPoints> {
  const steps = await planOf(kind, file, input);
  const around = enginePoints.filter((point) => !UNDO.includes(point));
  return {
    forward: [
      ...operationPoints.map((point) => `${kind}/operation/${point}`),
      ...steps.flatMap(({ name, points = [] }) => [...around, ...points].map((point) => `${kind}/${name}/${point}`)),
    ],
    backward: steps.filter((step) => step.undo !== undefined).flatMap(({ name }) => UNDO.map((point) => `${kind}/${name}/${point}`)),
  };
}

async function planOf(kindName: string, file: NetworkFile, input: unknown): Promise<readonly StepDefinition[]> {
  const home = mkdtempSync(path.join(tmpdir(), "heddle-points-"));
  const store = await openStore({ url: `sqlite:${path.join(home, "heddle.db")}` });
  try {
    const network = file.metadata.name;
    await store.networks.insert({ name: network, spec: file, runtime: "embedded", state: "ready" });
    const keys = openKeyStore(store, await localMasterKey(path.join(home, "master.key")));
    const world = new World({ store, keys, runtimes: new Map([["embedded", new EmbeddedRuntime({ home })]]), scenarios: home });
    const kind = operationKinds(world).find(({ name }) => name === kindName);
    if (kind === undefined) throw new Error(`there is no kind ${kindName}`);
    return await kind.plan({ operationId: "none", network, input });
  } finally {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
}
