import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

const folder = path.resolve(import.meta.dirname, "..");

test("the first load weighs at most 250 KB of compressed script", { timeout: 120_000 }, () => {
  const dist = mkdtempSync(path.join(tmpdir(), "heddle-console-"));
  try {
    const vite = path.join(path.dirname(createRequire(path.join(folder, "package.json")).resolve("vite/package.json")), "bin", "vite.js");
    execFileSync(process.execPath, [vite, "build", "--outDir", dist, "--emptyOutDir", "--logLevel", "warn"], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: "production" },
    });
    const said = execFileSync(process.execPath, [path.join(folder, "scripts", "check-size.ts"), dist], { cwd: folder, encoding: "utf8" });
    expect(said).toMatch(/^first load: \d+\.\d KB/);
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
});
