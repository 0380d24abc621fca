import { estimateNetwork, presetNetwork, validateNetwork } from "@heddle/network";
import { describe, expect, it } from "vitest";

describe("what a network takes", () => {
  const consortium = presetNetwork("consortium", { name: "n" });
  const native = validateNetwork({
    ...consortium,
    spec: {
      ...consortium.spec,
      runtime: "native",
      ordering: { type: "bft" },
      channels: [{ name: "main", members: ["Org1", "Org2"] }],
      fabricVersion: "3.1",
    },
  });

  it("is one process for all embedded nodes, and one for the chaincode", () => {
    const estimate = estimateNetwork(consortium);
    expect(estimate).toMatchObject({ nodes: 3, processes: 2, ports: 10 });
    const alone = estimateNetwork(presetNetwork("consortium", { name: "n", chaincode: "" }));
    expect(alone).toMatchObject({ nodes: 3, processes: 1, ports: 9 });
    expect(alone.memoryBytes).toBeLessThan(estimate.memoryBytes);
  });

  it("is one process for each native node", () => {
    const estimate = estimateNetwork(native);
    expect(estimate).toMatchObject({ nodes: 6, processes: 7, ports: 19 });
    expect(estimate.memoryBytes).toBeGreaterThan(estimateNetwork(consortium).memoryBytes);
  });
});
