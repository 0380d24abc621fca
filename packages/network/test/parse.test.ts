import { formatNetworkFile, parseNetworkFile, presetNetwork, presets, validateNetwork } from "@heddle/network";
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

  it("gives the line of a wrong field, and of its parent for a missing one", () => {
    const text = "apiVersion: heddle.dev/v1\nkind: Network\nmetadata:\n  name: A\nspec:\n  organizations:\n    - mspId: X\n";
    const { problems } = errorOf(() => parseNetworkFile(text));
    expect(problems.find(({ path }) => path === "metadata.name")?.line).toBe(4);
    expect(problems.find(({ path }) => path === "spec.organizations[0].name")?.line).toBe(7);
  });
});
