import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLines, type ReadOptions } from "../../src/process/log-file.ts";
import { rotateLogs } from "../../src/process/log-rotation.ts";
import { eventually } from "../support/conditions.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "heddle-log-"));
  file = path.join(folder, "node.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = (change: Partial<ReadOptions<string>>): ReadOptions<string> => ({
  tail: 10,
  follow: false,
  signal: AbortSignal.timeout(20_000),
  read: (line) => line,
  ...change,
});

async function read(change: Partial<ReadOptions<string>> = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(file, options(change))) lines.push(line);
  return lines;
}

describe("the last lines of a file", () => {
  it("are none where the file is missing or empty", async () => {
    expect(await read()).toEqual([]);
    writeFileSync(file, "");
    expect(await read()).toEqual([]);
  });

  it.each([
    ["a\nb\nc\n", 2, ["b", "c"]],
    ["a\nb\nc\n", 0, []],
    ["a\nb\nc\n", 9, ["a", "b", "c"]],
    ["\n\na\n\n", 9, ["a"]],
    // What ends without a newline was cut off by the end of its process.
    ["a\nb\nfatal", 1, ["b", "fatal"]],
    ["fatal", 1, ["fatal"]],
  ])("of %j, %i: %j", async (content, tail, expected) => {
    writeFileSync(file, content);
    expect(await read({ tail })).toEqual(expected);
  });

  it("are whole over the chunks in which they are read, whatever the characters", async () => {
    const all = Array.from({ length: 40_000 }, (_, index) => `${index} ${"纺织🧵".repeat(index % 17)}`);
    const long = "ß".repeat(600_000);
    writeFileSync(file, `${[...all, long, "end"].join("\n")}\n`);
    expect(await read({ tail: 1_000_000 })).toEqual([...all, long, "end"]);
    expect(await read({ tail: 3 })).toEqual([all.at(-1), long, "end"]);
  });

  it("are counted after leaving out what is not asked for", async () => {
    writeFileSync(file, Array.from({ length: 1000 }, (_, index) => `${index}\n`).join(""));
    const hundreds = (line: string): string | undefined => (line.endsWith("00") ? line : undefined);
    expect(await read({ tail: 2, read: hundreds })).toEqual(["800", "900"]);
  });
});

describe("rotated logs", () => {
  const bounds = { maxBytes: 20, keep: 2 };

  it("keep as many older files as they may, and are written to by who has them open", () => {
    const writer = openSync(file, "a");
    for (const round of [1, 2, 3, 4]) {
      writeSync(writer, `round ${round} has some text\n`);
      rotateLogs(folder, bounds);
    }
    writeSync(writer, "short\n");
    rotateLogs(folder, bounds);
    closeSync(writer);
    expect(readdirSync(folder).toSorted()).toEqual(["node.log", "node.log.1", "node.log.2"]);
    expect(["node.log.2", "node.log.1", "node.log"].map((name) => readFileSync(path.join(folder, name), "utf8"))).toEqual([
      "round 3 has some text\n",
      "round 4 has some text\n",
      "short\n",
    ]);
  });

  it("are read as one, from as many files as the last lines take", async () => {
    for (const round of [1, 2, 3]) {
      appendFileSync(file, `${round} a\n${round} b\n${round} has some more text\n`);
      rotateLogs(folder, bounds);
    }
    appendFileSync(file, "now\n");
    expect(await read({ tail: 1 })).toEqual(["now"]);
    expect(await read({ tail: 3 })).toEqual(["3 b", "3 has some more text", "now"]);
    expect(await read({ tail: 5 })).toEqual(["2 has some more text", "3 a", "3 b", "3 has some more text", "now"]);
    expect(await read({ tail: 99 })).toHaveLength(7);
  });

  it("are nothing to do where there is no folder, or nothing that is too large", () => {
    rotateLogs(path.join(folder, "none"), bounds);
    writeFileSync(file, "small\n");
    writeFileSync(path.join(folder, "other.txt"), "x".repeat(100));
    rotateLogs(folder, bounds);
    expect(readdirSync(folder).toSorted()).toEqual(["node.log", "other.txt"]);
  });
});

describe("a followed file", () => {
  const follow = (change: Partial<ReadOptions<string>> = {}): { lines: string[]; stop: () => Promise<void> } => {
    const controller = new AbortController();
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of readLines(file, options({ follow: true, signal: controller.signal, ...change }))) lines.push(line);
    })();
    return {
      lines,
      async stop() {
        controller.abort();
        await reading;
      },
    };
  };
  const seen = (lines: string[], count: number): Promise<string[]> =>
    eventually(`${count} lines in the log`, () => (lines.length >= count ? lines : undefined));

  it("gives lines once they are whole, characters cut in two included", async () => {
    writeFileSync(file, "before\nhalf");
    const { lines, stop } = follow();
    expect(await seen(lines, 1)).toEqual(["before"]);
    const thread = Buffer.from("🧵");
    appendFileSync(file, Buffer.concat([Buffer.from(" a line "), thread.subarray(0, 2)]));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lines).toEqual(["before"]);
    appendFileSync(file, Buffer.concat([thread.subarray(2), Buffer.from("\nnext\n")]));
    expect(await seen(lines, 3)).toEqual(["before", "half a line 🧵", "next"]);
    await stop();
  });

  it("goes on over rotations, with every line once, those included that were written just before", async () => {
    writeFileSync(file, "zero\n");
    const { lines, stop } = follow();
    await seen(lines, 1);
    for (const round of [1, 2, 3, 4]) {
      appendFileSync(file, `${round} a\n${round} b, cut`);
      rotateLogs(folder, { maxBytes: 4, keep: 2 });
      appendFileSync(file, ` in two\n${round} c\n`);
      await seen(lines, 1 + 3 * round);
    }
    const rounds = [1, 2, 3, 4].flatMap((round) => [`${round} a`, `${round} b, cut in two`, `${round} c`]);
    expect(lines).toEqual(["zero", ...rounds]);
    await stop();
  });

  it("begins anew where the file is made later, emptied or replaced", async () => {
    const { lines, stop } = follow();
    await new Promise((resolve) => setTimeout(resolve, 250));
    writeFileSync(file, "first\n");
    expect(await seen(lines, 1)).toEqual(["first"]);
    truncateSync(file);
    appendFileSync(file, "a\n");
    expect(await seen(lines, 2)).toEqual(["first", "a"]);
    writeFileSync(`${file}.new`, "replaced by a longer file\n");
    renameSync(`${file}.new`, file);
    expect(await seen(lines, 3)).toEqual(["first", "a", "replaced by a longer file"]);
    await stop();
  });
});
