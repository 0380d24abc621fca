import { execFileSync } from "node:child_process";
import type { HeddleEvent } from "@heddle/api";
import { HeddleError } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { asCalled } from "../src/called.ts";
import { chaincodeName } from "../src/commands/chaincode-deploy.ts";
import { exportLines } from "../src/commands/env.ts";
import { createOutput } from "../src/output.ts";
import { planText } from "../src/render/plan.ts";
import { Progress } from "../src/render/progress.ts";
import { proofLines } from "../src/render/proof.ts";
import { isReceipt, receiptLines } from "../src/render/receipt.ts";
import { facts, table } from "../src/render/table.ts";
import { megabytes, seconds } from "../src/render/values.ts";
import { exitCodeOf, report } from "../src/report.ts";
import { parseAddress } from "../src/server/address.ts";
import { sink } from "./support/run.ts";

describe("values", () => {
  it.each([
    [0.004, "0.00 s"],
    [1.234, "1.23 s"],
    [12.34, "12.3 s"],
    [59.97, "60.0 s"],
    [125.4, "2 min 05 s"],
    [3600, "60 min 00 s"],
  ])("%d seconds", (value, text) => {
    expect(seconds(value)).toBe(text);
  });

  it("counts a megabyte as a million bytes", () => {
    expect(megabytes(130_400_000)).toBe("130 MB");
  });
});

describe("tables", () => {
  it("aligns columns and leaves no blanks at the end", () => {
    expect(table(["a", "long"], [["xyz", "1"]], "none")).toBe("A    LONG\nxyz  1\n");
    expect(table(["a"], [], "none")).toBe("none\n");
  });

  it("leaves out facts that are not known", () => {
    expect(
      facts([
        ["a", "1"],
        ["long", undefined],
        ["bc", "2"],
      ]),
    ).toBe("a   1\nbc  2\n");
  });
});

describe("environment", () => {
  it("survives a shell, whatever is in it", () => {
    const variables = { A: "plain", B: "with space", C: `quote ' and "`, D: "$(touch /nowhere) `x` \\", E: "line\nbreak" };
    const script = `${exportLines(variables)}printf '%s\\0' "$A" "$B" "$C" "$D" "$E"`;
    const back = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, 5);
    expect(back).toEqual(Object.values(variables));
  });
});

describe("names", () => {
  it.each([
    ["./contract", "contract"],
    ["/a/my_chain.code/", "my-chain-code"],
    ["food-tracing", "food-tracing"],
  ])("%s", (source, name) => {
    expect(chaincodeName(source)).toBe(name);
  });
});

describe("server address", () => {
  it.each([
    ['{"pid":1,"url":"http://127.0.0.1:1","token":"t"}', true],
    ['{"pid":"1","url":"http://127.0.0.1:1","token":"t"}', false],
    ['{"pid":1,"url":"nothing","token":"t"}', false],
    ["null", false],
    ["", false],
  ])("%s", (text, good) => {
    expect(parseAddress(text) !== undefined).toBe(good);
  });
});

describe("proof", () => {
  it("names transaction, block, peers and phases", () => {
    const proof = { channels: [{ channel: "main", transactionId: "ab", block: 7, peers: ["p0", "p1"] }], phases: { start: 0.5 } };
    expect(proofLines(proof)).toEqual([
      "proof: transaction ab",
      "       in block 7 of channel main, committed on p0, p1",
      "phases: start 0.50 s",
    ]);
    expect(proofLines(undefined)).toEqual([]);
  });
});

function event(type: string, data: object): HeddleEvent {
  return { id: 1, at: "2026-01-01T00:00:00Z", type, data };
}

describe("progress", () => {
  it("writes one plain line for each step that ended, where there is no terminal", () => {
    const stderr = sink();
    const progress = new Progress(createOutput({ stdout: sink(), stderr }, false));
    const step = { step: "start:p0", title: "start node", node: "p0" };
    progress.take(event("operation.planned", { steps: [step] }));
    progress.take(event("step.changed", { ...step, state: "running", attempt: 1 }));
    progress.take(event("step.log", { ...step, line: "hello" }));
    progress.take(event("step.changed", { ...step, state: "done", seconds: 0.25 }));
    progress.take(event("step.changed", { step: "x", title: "other", state: "failed", error: { message: "no room" } }));
    progress.close();
    expect(stderr.text()).toBe("      hello\n  ✓ start node (p0)  0.25 s\n  ✗ other  no room\n");
  });

  it("draws what is running at the bottom of a terminal and takes it away", () => {
    const stderr = Object.assign(sink(), { isTTY: true, columns: 40 });
    const progress = new Progress(createOutput({ stdout: sink(), stderr }, false));
    progress.take(event("operation.planned", { steps: [1, 2] }));
    progress.take(event("step.changed", { step: "a", title: "a".repeat(100), state: "running" }));
    progress.close();
    const drawn = stderr.text().split("\u001b[K").at(-2) ?? "";
    expect(drawn.replace("\r", "")).toHaveLength(39);
    expect(stderr.text().endsWith("\r\u001b[K")).toBe(true);
  });

  it("writes nothing but the result where JSON was asked for", () => {
    const stdout = sink();
    const stderr = sink();
    const output = createOutput({ stdout, stderr }, true);
    const progress = new Progress(output);
    progress.take(event("step.changed", { step: "a", title: "a", state: "done", seconds: 1 }));
    progress.close();
    output.result({ fine: true }, () => "text");
    expect([stderr.text(), JSON.parse(stdout.text())]).toEqual(["", { fine: true }]);
  });
});

describe("receipts", () => {
  it("list what is gone, then how much of each kind, and what is left", () => {
    const removed = [
      { kind: "process", id: "7", detail: "devnet" },
      { kind: "process", id: "8", detail: "chaincode" },
      { kind: "key", id: "k", detail: "sealed" },
    ];
    expect(receiptLines({ removed, left: 0 })).toEqual([
      "REMOVED",
      "process  7  devnet",
      "process  8  chaincode",
      "key      k  sealed",
      "removed 2 processes, 1 key; nothing is left",
    ]);
    expect(receiptLines({ removed: [], left: 2 }).at(-1)).toBe("removed nothing; 2 left");
    expect(isReceipt({ removed: [], left: 0 }) && !isReceipt({ removed: 1, left: 0 }) && !isReceipt({ channels: [] })).toBe(true);
  });
});

describe("what to type next", () => {
  it.each([
    [undefined, 'eval "$(heddle env x)"; see heddle --help', 'eval "$(heddle env x)"; see heddle --help'],
    ["./heddle", 'eval "$(heddle env x)"; see heddle --help', 'eval "$(./heddle env x)"; see ./heddle --help'],
    ["/opt/heddle/heddle", "Run `heddle serve`, not /etc/heddle serve.", "Run `/opt/heddle/heddle serve`, not /etc/heddle serve."],
    ["/with space/heddle", "heddle up", "'/with space/heddle' up"],
    ["./heddle", "A Heddle server; heddle.dev/v1", "A Heddle server; heddle.dev/v1"],
  ])("typed as %s", (command, text, shown) => {
    expect(asCalled(text, command === undefined ? {} : { HEDDLE_COMMAND: command })).toBe(shown);
  });
});

describe("plans", () => {
  it("marks what cannot be done", () => {
    const plain = (_style: unknown, text: string): string => text;
    const change = { summary: "add peer p", path: "spec.x", supported: false, action: "create" };
    expect(planText({ network: "n", empty: false, changes: [change] }, plain)).toBe(
      "+ add peer p  spec.x  not possible on a running network\n1 change, 1 of them not possible\n",
    );
    expect(planText({ network: "n", empty: true, changes: [] }, plain)).toMatch(/^n /);
  });
});

describe("errors", () => {
  it.each([
    ["STORE_NETWORK_NOT_FOUND", 404, 3],
    ["NETWORK_FILE_INVALID", 422, 2],
    ["API_PARAMS_INVALID", 400, 2],
    ["STORE_NETWORK_BUSY", 409, 1],
    ["API_INTERNAL", 500, 1],
    ["API_UNREACHABLE", 503, 4],
    ["CLI_SERVER_NOT_STARTED", 503, 4],
  ])("%s ends with %i -> %i", (code, status, exit) => {
    expect(exitCodeOf(new HeddleError(code, status, "m", "n"))).toBe(exit);
  });

  it("does not hide an error that nobody foresaw", () => {
    const stderr = sink();
    report(new TypeError("boom"), true, stderr);
    expect(JSON.parse(stderr.text())).toMatchObject({
      error: { code: "CLI_INTERNAL", message: expect.stringContaining("boom") as string },
    });
    expect(exitCodeOf(new TypeError("boom"))).toBe(1);
  });
});
