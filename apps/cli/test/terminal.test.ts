// On a terminal: a line at the bottom that tells what runs, colours, and none where they are not wanted.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heddleCommand, runHeddle, startProgram, temporaryFolder, type HeddleProcess, type Place } from "./support/process.ts";
import { succeeded } from "./support/run.ts";

/** util-linux's `script` gives a program a terminal; other systems have another one of that name. */
const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"], { stdio: "ignore" }).status === 0;
const work = temporaryFolder();
const place: Place = { home: path.join(work.folder, "home"), folder: work.folder };

function startOnTerminal(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): HeddleProcess {
  const line = `stty cols 60; ${[...heddleCommand, ...argv].map((word) => `'${word}'`).join(" ")}`;
  const there = { ...place, environment: { TERM: "xterm-256color", ...environment } };
  return startProgram(["script", "-qec", line, "/dev/null"], { ...there, typed: true });
}

async function onTerminal(argv: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string> {
  const ran = await startOnTerminal(argv, environment).ended;
  succeeded({ ...ran, stderr: ran.stdout });
  return ran.stdout;
}

// oxlint-disable no-control-regex -- what a terminal acts on
const COLOUR = /\u001b\[\d+m/;
const REDRAW = /\r\u001b\[K/;

describe.skipIf(!hasScript)(`on a terminal${hasScript ? "" : " (skipped: there is no script command of util-linux)"}`, () => {
  beforeAll(async () => {
    succeeded(await runHeddle(["network", "create", "shown", "--preset", "solo", "--scenario", "none"], place));
  }, 60_000);
  afterAll(async () => {
    await runHeddle(["network", "delete", "shown", "--yes"], place);
    await runHeddle(["down"], place);
    work.remove();
  }, 60_000);

  it("tells at the bottom what runs and for how long, in one line, and leaves nothing of it", async () => {
    const written = await onTerminal(["doctor", "shown"]);
    const drawn = written.split(REDRAW).slice(1);
    expect(drawn.join("\n")).toMatch(/^ {2}… \d\/\d {2}.* \d\.\d\d s/m);
    const bottoms = drawn.map((line) => (line.split("\n")[0] ?? "").trimEnd()).filter((line) => line.startsWith("  … "));
    expect(Math.max(...bottoms.map(({ length }) => length))).toBeLessThan(60);
    expect(written).toMatch(/\u001b\[32m✓\u001b\[39m Commit a transaction on every peer/);
    // What stood at the bottom is taken away before the result.
    expect(written.slice(written.lastIndexOf("  … "))).toMatch(REDRAW);
  });

  it.each([
    ["NO_COLOR", { NO_COLOR: "1" }],
    ["a terminal that can do nothing", { TERM: "dumb" }],
  ])("leaves colours out with %s", async (_what, environment) => {
    const written = await onTerminal(["doctor", "shown"], environment);
    expect(written).toContain("✓ Commit a transaction on every peer");
    expect(written).not.toMatch(COLOUR);
  });

  it("asks before it deletes, and a no changes nothing", async () => {
    const answer = async (key: string): Promise<string> => {
      const asking = startOnTerminal(["network", "delete", "asked"]);
      await asking.wrote(/Delete network asked with its/);
      asking.child.stdin?.write(key);
      return (await asking.ended).stdout;
    };
    succeeded(await runHeddle(["network", "create", "asked", "--preset", "solo", "--scenario", "none"], place));
    expect(await answer("n")).toContain("nothing was changed");
    succeeded(await runHeddle(["network", "show", "asked"], place));
    expect(await answer("y")).toMatch(/removed \d+ process.*; nothing is left/);
    expect(await runHeddle(["network", "show", "asked"], place)).toMatchObject({ code: 3 });
  }, 60_000);

  it("does not colour what goes to a file", async () => {
    const line = `${heddleCommand.map((word) => `'${word}'`).join(" ")} doctor > out.txt`;
    await startProgram(["script", "-qec", line, "/dev/null"], { ...place, environment: { TERM: "xterm-256color" } }).ended;
    const { stdout } = await startProgram(["cat", "out.txt"], place).ended;
    expect(stdout).toMatch(/^ok {3}network shown: ready/m);
    expect(stdout).not.toMatch(COLOUR);
  });
});
// oxlint-enable no-control-regex
