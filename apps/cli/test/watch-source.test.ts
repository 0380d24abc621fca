import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { changesOf } from "../src/watch-source.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "heddle-watch-"));
  mkdirSync(path.join(folder, "src"));
  mkdirSync(path.join(folder, "node_modules"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("tells of a change once it is quiet, not of what is installed, and ends with the signal", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const file of changesOf(folder, stop.signal)) {
      seen.push(file);
      if (seen.length === 2) stop.abort();
      else for (const text of ["a", "b", "c"]) writeFileSync(path.join(folder, "src", "second.ts"), text);
    }
  })();
  // Watching begins at some moment: write until the first change was seen.
  while (seen.length === 0) {
    writeFileSync(path.join(folder, "node_modules", "x.js"), String(Date.now()));
    writeFileSync(path.join(folder, "src", "first.ts"), String(Date.now()));
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
  }
  await watching;
  expect(seen).toEqual([path.join("src", "first.ts"), path.join("src", "second.ts")]);
});
