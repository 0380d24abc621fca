import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const source = path.resolve(import.meta.dirname, "../src");

/** Everything that is loaded before a command is known, by following static imports that are not only types. */
function staticImports(file: string, seen = new Set<string>(), packages = new Set<string>()): Set<string> {
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, what = "", target = ""] of text.matchAll(/^(?:import|export) (?!type )(?:([^"]*?) from )?"([^"]+)";$/gm)) {
    if (/^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(what)) continue;
    if (target.startsWith(".")) staticImports(path.resolve(path.dirname(file), target), seen, packages);
    else packages.add(target);
  }
  return packages;
}

describe("start", () => {
  it("loads commander and nothing else until a command is known", () => {
    const loaded = [...staticImports(path.join(source, "main.ts")), ...staticImports(path.join(source, "program.ts"))];
    expect(loaded.filter((name) => !name.startsWith("node:"))).toEqual(["commander"]);
  });

  it("has a module with a run function for every command", async () => {
    const { commands } = await import("../src/catalogue.ts");
    expect(commands.length).toBeGreaterThan(20);
    for (const command of commands) expect(await command.load()).toHaveProperty("run");
  });
});
