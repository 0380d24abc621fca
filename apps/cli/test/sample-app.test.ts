// The scenario's application as somebody else gets it: copied to a folder of its own,
// outside this repository, with what `heddle network export` writes and the official packages.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHeddle, startProgram, temporaryFolder, type Place } from "./support/process.ts";
import { succeeded, type Ran } from "./support/run.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const work = temporaryFolder();
const app = path.join(work.folder, "my-app");
const place: Place = { home: path.join(work.folder, "home"), folder: work.folder };

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}
const manifest = (): Manifest => JSON.parse(readFileSync(path.join(app, "package.json"), "utf8")) as Manifest;

/** As `npm install` would, from what is installed here, in the versions that are asked for. */
function installPackages(): void {
  for (const [name, version] of Object.entries(manifest().dependencies)) {
    const installed = path.join(root, "node_modules", name);
    const found = createRequire(path.join(root, "package.json"))(path.join(installed, "package.json")) as { version: string };
    expect([name, found.version]).toEqual([name, version]);
    mkdirSync(path.dirname(path.join(app, "node_modules", name)), { recursive: true });
    symlinkSync(installed, path.join(app, "node_modules", name));
  }
}

/** As `npm run SCRIPT` would. */
async function script(name: string, ...args: readonly string[]): Promise<Ran> {
  const [program = "", ...words] = (manifest().scripts[name] ?? "").split(" ");
  expect(program).toBe("node");
  return startProgram([process.execPath, ...words, ...args], { ...place, folder: app }).ended;
}

beforeAll(async () => {
  succeeded(await runHeddle(["up"], place));
  succeeded(await runHeddle(["network", "export", "sample", "--org", "Org1", "--user", "app", "-o", "my-app"], place));
  cpSync(path.join(root, "scenarios/food-tracing/app"), app, { recursive: true, filter: (file) => !file.includes("node_modules") });
  installPackages();
}, 120_000);
afterAll(async () => {
  await runHeddle(["network", "delete", "sample", "--yes"], place);
  await runHeddle(["down"], place);
  work.remove();
}, 60_000);

describe("the food-tracing application", () => {
  it("lives through the life of a lot and prints the events of it", async () => {
    const ran = await script("start");
    succeeded(ran);
    const lines = ran.stdout.trimEnd().split("\n");
    const [, id = ""] = /^createLot (APP-\d+) as Org1MSP$/.exec(lines[0] ?? "") ?? [];
    for (const name of ["createLot", "recordTemperature", "recall"])
      expect(ran.stdout).toMatch(new RegExp(`^${name} committed in block \\d+$`, "m"));
    expect(JSON.parse(after(lines, "readLot: "))).toMatchObject({ id, status: "recalled", breaches: 1, holder: "Org1MSP" });
    const history = JSON.parse(after(lines, "lotHistory: ")) as { lot: { status: string; readings: number } }[];
    expect(history.map(({ lot }) => [lot.status, lot.readings])).toEqual([
      ["active", 0],
      ["active", 1],
      ["recalled", 1],
    ]);
    const events = lines.filter((line) => line.startsWith("event ")).map((line) => line.split(" ")[1]);
    expect(events).toEqual(["LotCreated", "TemperatureBreached", "LotRecalled"]);
  });

  it("loads the seed, and does so again without harm", async () => {
    const first = await script("seed");
    succeeded(first);
    // `heddle up` has made the first lot.
    expect(first.stdout).toMatch(/^createLot LOT-001: is there already\ncreateLot LOT-002 /);
    succeeded(await script("seed"));
    const listed = await runHeddle(["chaincode", "evaluate", "sample", "food-tracing", "listLots", "LOT-001", "LOT-004"], place);
    const { lots } = JSON.parse(listed.stdout) as { lots: { id: string }[] };
    expect(lots.map(({ id }) => id)).toEqual(["LOT-001", "LOT-002", "LOT-003"]);
  });

  it("tells what each peer said where the contract refuses, and ends with 1", async () => {
    const ran = await script("start", ".", "main", "nothing-here");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/nothing-here/);
  });
});

function after(lines: readonly string[], start: string): string {
  return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? "";
}

describe("the exported sample", () => {
  it("runs as it is, and shows what the contract offers", async () => {
    const ran = await startProgram([process.execPath, "app.mjs"], { ...place, folder: app }).ended;
    succeeded(ran);
    expect(JSON.parse(ran.stdout)).toHaveProperty("contracts.FoodTracing.transactions");
  });
});

describe("the chaincode of docs/chaincode.md", () => {
  it("is deployed and called as the page says", async () => {
    const page = readFileSync(path.join(root, "docs/chaincode.md"), "utf8");
    const blocks = [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];
    const block = (wanted: string): string => blocks.find(([, language]) => language === wanted)?.[2] ?? "";
    const folder = path.join(work.folder, "my-contract");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "package.json"), block("json"));
    writeFileSync(path.join(folder, "index.ts"), block("ts"));
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    const lines = block("").trim().split("\n").slice(1);
    expect(lines.length).toBe(4);
    const ran: Ran[] = [];
    for (const line of lines) {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
      expect(words.shift()).toBe("heddle");
      ran.push(await runHeddle(words, place));
    }
    for (const one of ran) succeeded(one);
    expect(ran[2]?.stdout).toBe("first note\n");
  });
});
