import { planNetwork, presetNetwork, validateNetwork } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { changed, goodFile } from "./fixtures.ts";

const current = validateNetwork(goodFile());

function plan(path: readonly (string | number)[], value: unknown) {
  return planNetwork(current, validateNetwork(changed(path, value))).changes.map(({ action, kind, path: at, supported }) => ({
    action,
    kind,
    path: at,
    supported,
  }));
}

describe("planNetwork", () => {
  it("is empty for the same network", () => {
    expect(planNetwork(current, validateNetwork(goodFile()))).toEqual({ changes: [], empty: true });
  });

  it("creates everything where there is nothing", () => {
    const { changes, empty } = planNetwork(undefined, presetNetwork("consortium", { name: "n" }));
    expect(empty).toBe(false);
    expect(changes.every(({ action, supported }) => action === "create" && supported)).toBe(true);
    expect(changes.map(({ kind }) => kind)).toEqual([
      "network",
      "orderer",
      "organization",
      "organization",
      "peer",
      "user",
      "peer",
      "user",
      "channel",
      "chaincode",
    ]);
  });

  it("deploys a new version of a chaincode", () => {
    expect(plan(["spec", "chaincodes", 0, "version"], "2.0")).toEqual([
      { action: "update", kind: "chaincode", path: "spec.chaincodes[0]", supported: true },
    ]);
  });

  it("refuses to take a chaincode back", () => {
    expect(plan(["spec", "chaincodes"], [])).toEqual([
      { action: "delete", kind: "chaincode", path: "spec.chaincodes[0]", supported: false },
    ]);
  });

  it("says once for each field what cannot change", () => {
    expect(plan(["spec", "ordering"], { batch: { timeout: "2s" }, consenters: [{ name: "orderer0" }, { name: "orderer1" }] })).toEqual([
      { action: "update", kind: "ordering", path: "spec.ordering.batch", supported: false },
      { action: "create", kind: "orderer", path: "spec.ordering.consenters[1]", supported: false },
    ]);
    expect(plan(["spec", "organizations", 0, "peers"], [{ name: "peer1" }])).toEqual([
      { action: "create", kind: "peer", path: "spec.organizations[0].peers[0]", supported: false },
      { action: "delete", kind: "peer", path: "spec.organizations[0].peers[0]", supported: false },
    ]);
    expect(plan(["spec", "channels", 0, "members"], ["Org1"])).toEqual([
      { action: "update", kind: "channel", path: "spec.channels[0].members", supported: false },
    ]);
    expect(plan(["metadata", "name"], "other")).toEqual([{ action: "update", kind: "network", path: "metadata.name", supported: false }]);
  });

  it("does not change what it compares", () => {
    const before = structuredClone(current);
    planNetwork(current, presetNetwork("trade", { name: "demo" }));
    expect(current).toEqual(before);
  });
});
