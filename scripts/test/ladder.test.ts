// The check of the import ladder finds what it is there for, and does not pass on nothing.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = path.resolve(import.meta.dirname, "../check-ladder.ts");
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "heddle-ladder-"));
  for (const group of ["packages", "apps", "scenarios"]) mkdirSync(path.join(root, group));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

function writePackage(folder: string, source: string, dependencies: readonly string[] = []): void {
  write(`${folder}/package.json`, JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, "0.1.0"])) }));
  write(`${folder}/src/index.ts`, source);
}

function check(): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], { encoding: "utf8" });
  return { code: status, text: `${stdout}${stderr}` };
}

describe("the ladder", () => {
  it("passes what goes down, and says how much it read", () => {
    writePackage("packages/network", "export const a = 1;\n");
    writePackage("packages/store", 'import { a } from "@heddle/network";\nexport const b = a;\n', ["@heddle/network"]);
    writePackage("apps/cli", 'import type { S } from "@heddle/server";\nexport const s = (): Promise<S> => import("@heddle/server");\n', [
      "@heddle/server",
    ]);
    write("scenarios/milk/src/index.ts", 'import "fabric-contract-api";\n');
    expect(check()).toEqual({ code: 0, text: "ladder: 4 files in 4 packages and scenarios, 0 findings\n" });
  });

  it.each([
    ["goes up", "packages/network", 'import { b } from "@heddle/store";\n', ["@heddle/store"], "network may not import store"],
    [
      "goes up when it runs",
      "packages/fabric",
      'export const x = () => import("@heddle/devnet");\n',
      ["@heddle/devnet"],
      "fabric may not import devnet",
    ],
    ["is not declared", "packages/store", 'export * from "@heddle/network";\n', [], "@heddle/network is not in store's package.json"],
    [
      "leaves its package",
      "packages/store",
      'import "../../network/src/index.ts";\n',
      [],
      "leaves its package: ../../network/src/index.ts",
    ],
    [
      "loads at once what is big",
      "apps/cli",
      'import { serve } from "@heddle/server";\n',
      ["@heddle/server"],
      "cli may load server only when it is needed",
    ],
    ["is in no row", "packages/extra", "export const a = 1;\n", [], "package extra has no row"],
  ])("refuses what %s", (_what, folder, source, dependencies, finding) => {
    writePackage(folder, source, dependencies);
    const { code, text } = check();
    expect(code).toBe(1);
    expect(text).toContain(finding);
  });

  it("refuses a scenario that needs us", () => {
    writePackage("packages/network", "export const a = 1;\n");
    write("scenarios/milk/app/main.ts", 'import { a } from "@heddle/network";\n');
    expect(check()).toMatchObject({ code: 1, text: expect.stringContaining("official libraries only") as string });
  });

  it("does not pass on nothing", () => {
    expect(check()).toMatchObject({ code: 1, text: expect.stringContaining("read no files") as string });
    writePackage("packages/network", "");
    rmSync(path.join(root, "packages/network/src/index.ts"));
    expect(check()).toMatchObject({ code: 1 });
  });
});
