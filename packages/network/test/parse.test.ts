import { formatNetworkFile, MAX_FILE_BYTES, parseNetworkFile, presetNetwork, presets, validateNetwork } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { errorOf, goodFile } from "./fixtures.ts";

describe("parseNetworkFile", () => {
  it("reads JSON, and YAML to the same value", () => {
    const network = parseNetworkFile(JSON.stringify(goodFile()));
    expect(network).toEqual(validateNetwork(goodFile()));
    expect(parseNetworkFile(formatNetworkFile(network))).toEqual(network);
  });

  it.each(presets)("writes preset $name so that it reads back", ({ name }) => {
    for (const ordering of ["raft", "bft"] as const) {
      const network = presetNetwork(name, { name: "x", ordering });
      expect(parseNetworkFile(formatNetworkFile(network))).toEqual(network);
    }
  });

  it.each([
    ["a tab", "apiVersion: heddle.dev/v1\nspec:\n\tx: 1\n", 3],
    ["an open bracket", "apiVersion: [\n", 2],
    ["a key twice", "kind: Network\nkind: Network\n", 2],
    ["two documents", "kind: Network\n---\nkind: Network\n", 2],
  ])("names the line of %s", (_what, text, line) => {
    const error = errorOf(() => parseNetworkFile(text));
    expect(error.code).toBe("NETWORK_FILE_UNREADABLE");
    expect(error.message).toContain(`line ${line}:`);
  });

  it("refuses an alias bomb", () => {
    const levels = Array.from({ length: 10 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(",")}]`);
    expect(errorOf(() => parseNetworkFile(["a0: &a0 x", ...levels].join("\n"))).code).toBe("NETWORK_FILE_UNREADABLE");
  });

  it("refuses a file that is too large", () => {
    expect(errorOf(() => parseNetworkFile("#".repeat(MAX_FILE_BYTES + 1)))).toMatchObject({ code: "NETWORK_FILE_TOO_LARGE", status: 413 });
  });

  it("treats an empty file as one that lacks everything", () => {
    expect(errorOf(() => parseNetworkFile("")).problems.map(({ path }) => path)).toContain("spec");
  });

  it("gives the line of a wrong field, and of its parent for a missing one", () => {
    const text = "apiVersion: heddle.dev/v1\nkind: Network\nmetadata:\n  name: A\nspec:\n  organizations:\n    - mspId: X\n";
    const { problems } = errorOf(() => parseNetworkFile(text));
    expect(problems.find(({ path }) => path === "metadata.name")?.line).toBe(4);
    expect(problems.find(({ path }) => path === "spec.organizations[0].name")?.line).toBe(7);
  });
});
