// As root, everything is done once more as an ordinary user, who cannot write to the installed packages.
import { chownSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runHeddle, temporaryFolder, type Place } from "./support/process.ts";
import { succeeded } from "./support/run.ts";

/** User and group `nobody` of most systems; any number that owns nothing does. */
const NOBODY = 65_534;

/** Why this cannot be tried; `undefined` where it can. */
function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return "every other test runs as an ordinary user already";
  const readable = ["--eval", `require("node:fs").readFileSync(${JSON.stringify(import.meta.filename)})`];
  const read = spawnSync(process.execPath, readable, { uid: NOBODY, gid: NOBODY, stdio: "ignore" });
  return read.status === 0 ? undefined : "another user cannot read this checkout or its Node.js";
}

/** Real user of a process, where the system tells. */
function userOf(pid: number): string | undefined {
  return /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
}

const reason = whyNot();

describe.skipIf(reason !== undefined)(`as an ordinary user${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  it("makes a network, calls its chaincode and removes it, with nothing that others can read", async () => {
    const work = temporaryFolder();
    const home = path.join(work.folder, "home");
    mkdirSync(home, { mode: 0o700 });
    for (const folder of [work.folder, home]) chownSync(folder, NOBODY, NOBODY);
    const place: Place = { home, user: NOBODY, environment: { HOME: home } };
    try {
      const up = await runHeddle(["up", "--output", "json"], place);
      succeeded(up);
      expect(JSON.parse(up.stdout)).toMatchObject({ network: { state: "ready" }, transaction: { code: "VALID" } });
      const shown = await runHeddle(["network", "show", "sample", "--output", "json"], place);
      const { nodes } = JSON.parse(shown.stdout) as { nodes: { pid: number }[] };
      expect(nodes.length).toBe(4);
      for (const { pid } of nodes) expect(userOf(pid)).toBe(String(NOBODY));
      for (const file of ["server.json", "master.key", "heddle.db"]) expect(statSync(path.join(home, file)).mode & 0o077).toBe(0);
      succeeded(await runHeddle(["network", "delete", "sample", "--yes"], place));
      expect(readdirSync(path.join(home, "networks"))).toEqual([]);
    } finally {
      await runHeddle(["network", "delete", "sample", "--yes"], place);
      await runHeddle(["down"], place);
      work.remove();
    }
  }, 120_000);
});
