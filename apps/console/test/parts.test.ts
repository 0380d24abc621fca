import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createOpenApi, endpointNames } from "@heddle/api";
import { describe, expect, test } from "vitest";
import { showKey } from "../src/explorer/keys.ts";
import { levelOf } from "../src/logs/level.ts";
import { describeShape, operationsOf } from "../src/reference/openapi.ts";
import { argumentFault, kindOf, toArgument } from "../src/try/arguments.ts";
import { createTar } from "../src/ui/tar.ts";

test("an archive is one that tar unpacks, permissions and all", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-tar-"));
  try {
    const content = `-----BEGIN PRIVATE KEY-----\n${"é".repeat(700)}\n`;
    writeFileSync(
      path.join(folder, "a.tar"),
      createTar([
        { path: "id/key.pem", mode: 0o600, content },
        { path: "empty", mode: 0o644, content: "" },
      ]),
    );
    execFileSync("tar", ["-xf", "a.tar"], { cwd: folder });
    expect(readFileSync(path.join(folder, "id/key.pem"), "utf8")).toBe(content);
    expect(statSync(path.join(folder, "id/key.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(folder, "empty")).size).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(() => createTar([{ path: "x".repeat(101), mode: 0o600, content: "" }])).toThrow(RangeError);
});

test("keys of the ledger are readable", () => {
  expect(showKey("lot1")).toBe("lot1");
  expect(showKey("\u0000owner\u0000Org1\u0000lot1\u0000")).toBe("owner ▸ Org1 ▸ lot1");
  expect(showKey("a\nb")).toBe("a\\u{a}b");
});

test("log lines have the level they say, and a stack that of the line before it", () => {
  expect(levelOf("INFO peer joined", "debug")).toBe("info");
  expect(levelOf("2026-11-24 13:00:00.000 UTC 0001 ERRO [gossip] x", "info")).toBe("error");
  expect(levelOf("WARN slow", "info")).toBe("warn");
  expect(levelOf("    at run (file.ts:1)", "error")).toBe("error");
});

describe("arguments of a call", () => {
  test("a parameter's type decides its field", () => {
    expect(["string", "number", "integer", "boolean", "Lot", "object"].map(kindOf)).toEqual([
      "text",
      "number",
      "number",
      "boolean",
      "json",
      "json",
    ]);
  });

  test("text goes as it is; what is not JSON or a number is stopped", () => {
    expect(toArgument("text", ' "x" ')).toBe(' "x" ');
    expect(toArgument("boolean", "")).toBe("false");
    expect(argumentFault("json", '{"a":1}')).toBeUndefined();
    expect(argumentFault("json", "{a}")).toBeTypeOf("string");
    expect(argumentFault("number", "12.5")).toBeUndefined();
    expect(argumentFault("number", "")).toBeTypeOf("string");
  });
});

test("the API page shows every endpoint of the contract with its shapes", () => {
  const document = createOpenApi("1.0.0", () => 422);
  const operations = operationsOf(document);
  expect(operations).toHaveLength(endpointNames.length);
  for (const { permission, errors } of operations) {
    expect(permission).not.toBe("");
    expect(errors.length).toBeGreaterThan(0);
  }
  const show = operations.find(({ id }) => id === "GET /api/v1/networks/{name}");
  expect(describeShape(show?.answer, document)).toMatch(/organizations: \{\n {4}name: string/);
});
