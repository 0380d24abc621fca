// A toy world: one file, to which each step appends its line. Appending twice, or
// a line that stays after undo, shows. Run as a program it is a server that a test
// kills: `toy.ts submit|recover FOLDER KIND`.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openStore, type Store } from "@heddle/store";
import { OperationEngine, type OperationKind, type StepDefinition } from "../../../src/index.ts";

export class World {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = path.join(folder, "world.txt");
  }

  // Synchronous, so that steps beside each other do not overwrite what the other wrote.
  lines(): string[] {
    const text = existsSync(this.#file) ? readFileSync(this.#file, "utf8") : "";
    return text.split("\n").filter((line) => line !== "");
  }

  add(line: string): void {
    appendFileSync(this.#file, `${line}\n`);
  }

  remove(line: string): void {
    const rest = this.lines().filter((other) => other !== line);
    writeFileSync(this.#file, rest.map((other) => `${other}\n`).join(""));
  }
}

export function toyStep(world: World, name: string, after: readonly string[], fails = false): StepDefinition {
  return {
    name,
    after,
    node: `${name}.example.com`,
    probe() {
      return world.lines().includes(name) ? { result: `${name} is there` } : false;
    },
    run(context) {
      context.log(`adding ${name}`);
      context.faultPoint("early");
      if (fails) throw new Error("this step always fails");
      for (const other of after) {
        if (context.result<string>(other) !== `${other} is there`) throw new Error(`no result of ${other}`);
      }
      world.add(name);
      context.faultPoint("late");
      return `${name} is there`;
    },
    undo: () => world.remove(name),
  };
}

/** `one`, then `two` beside `three`, then `four`. */
export function toySteps(world: World, fails = false): StepDefinition[] {
  return [
    toyStep(world, "one", []),
    toyStep(world, "two", ["one"]),
    toyStep(world, "three", ["one"]),
    toyStep(world, "four", ["two", "three"], fails),
  ];
}

export const toyKinds = (world: World): OperationKind[] => [
  { name: "toy", describe: () => "a toy", plan: () => toySteps(world) },
  { name: "doomed", describe: () => "a toy that fails", plan: () => toySteps(world, true), onFailure: "undo" },
];

export async function openToy(folder: string): Promise<{ store: Store; engine: OperationEngine; world: World }> {
  const world = new World(folder);
  const store = await openStore({ url: `sqlite:${path.join(folder, "toy.db")}` });
  return { store, world, engine: new OperationEngine({ store, kinds: toyKinds(world), exclusive: true }) };
}

if (process.argv[1] === import.meta.filename) {
  const [, , mode, folder = ".", kind = "toy"] = process.argv;
  const { store, engine } = await openToy(folder);
  const ids = mode === "submit" ? [await engine.submit(kind, {}, { network: "trade" })] : await engine.recover();
  const ends = await Promise.all(ids.map((id) => engine.wait(id)));
  console.log(JSON.stringify(ends.map(({ state }) => state)));
  await engine.close();
  await store.close();
}
