import { planNetwork, presetNetwork, validateNetwork, type NetworkFile } from "@heddle/network";
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
      { action: "update", kind: "ordering", path: "spec.ordering.batch.timeout", supported: false },
      { action: "create", kind: "orderer", path: "spec.ordering.consenters[1]", supported: true },
    ]);
    expect(plan(["spec", "organizations", 0, "peers"], [{ name: "peer1" }])).toEqual([
      { action: "create", kind: "peer", path: "spec.organizations[0].peers[0]", supported: true },
      { action: "delete", kind: "peer", path: "spec.organizations[0].peers[0]", supported: true },
      { action: "update", kind: "channel", path: "spec.channels[0].anchorPeers", supported: true },
    ]);
    expect(plan(["spec", "channels", 0, "members"], ["Org1"])).toEqual([
      { action: "update", kind: "channel", path: "spec.channels[0].members", supported: true },
    ]);
    expect(plan(["spec", "organizations", 0, "users"], [])).toEqual([
      { action: "delete", kind: "user", path: "spec.organizations[0].users[0]", supported: false },
    ]);
    expect(plan(["metadata", "name"], "other")).toEqual([{ action: "update", kind: "network", path: "metadata.name", supported: false }]);
  });

  describe("of a channel's settings", () => {
    const told = (file: NetworkFile, path: readonly (string | number)[], value: unknown) =>
      planNetwork(file, validateNetwork(changed(path, value))).changes.map(({ summary, supported }) => [summary, supported]);

    it("tells of each batch setting what it was and becomes", () => {
      const timed = validateNetwork(changed(["spec", "ordering"], { batch: { timeout: "2s" } }));
      expect(told(timed, ["spec", "ordering"], { batch: { timeout: "500ms", maxMessages: 20 } })).toEqual([
        ["batch timeout: 2s becomes 500ms, on every channel", true],
        ["messages in a block: 100 becomes 20, on every channel", true],
      ]);
      expect(told(timed, ["spec", "ordering"], { batch: { timeout: "instant" } })).toEqual([
        ["batch timeout: 2s becomes instant, on every channel", false],
      ]);
    });

    it("takes a policy that says what is usual for one that says nothing", () => {
      expect(told(current, ["spec", "channels", 0, "policies"], { endorsement: "MAJORITY Endorsement" })).toEqual([]);
      expect(told(current, ["spec", "channels", 0, "policies"], { endorsement: "ANY Endorsement" })).toEqual([
        ["endorsement of main: MAJORITY Endorsement becomes ANY Endorsement", true],
      ]);
    });

    it("raises a capability and does not lower one", () => {
      const raised = validateNetwork(changed(["spec", "channels", 0, "capabilities"], { channel: "V3_0" }));
      expect(told(current, ["spec", "channels", 0, "capabilities"], { channel: "V3_0" })).toEqual([
        ["channel capability of main: V2_0 becomes V3_0", true],
      ]);
      expect(told(raised, ["spec", "channels", 0, "capabilities"], { channel: "V2_0" })).toEqual([
        ["channel capability of main: V3_0 becomes V2_0", false],
      ]);
    });

    it("says who may use what from then on", () => {
      const acls = { "peer/Propose": "/Channel/Application/Admins" };
      const guarded = validateNetwork(changed(["spec", "channels", 0, "acls"], acls));
      expect(told(current, ["spec", "channels", 0, "acls"], acls)).toEqual([
        ["ACL of peer/Propose on main: as usual becomes /Channel/Application/Admins", true],
      ]);
      expect(planNetwork(guarded, current).changes.map(({ summary }) => summary)).toEqual([
        "ACL of peer/Propose on main: /Channel/Application/Admins becomes as usual",
      ]);
    });

    it("names anchor peers where they are others, however the file says so", () => {
      const usual = [
        { organization: "Org1", peer: "peer0" },
        { organization: "Org2", peer: "peer0" },
        { organization: "Watch", peer: "peer0" },
      ];
      expect(told(current, ["spec", "channels", 0, "anchorPeers"], usual)).toEqual([]);
      expect(told(current, ["spec", "channels", 0, "anchorPeers"], usual.slice(1))).toEqual([
        ["anchor peers of Org1 on main: peer0.org1.example.com become none", true],
      ]);
    });
  });

  describe("of a channel's members", () => {
    const organizations = [{ name: "Org1" }, { name: "Org2" }, { name: "Watch", role: "observer" }, { name: "Org3" }];
    const told = (from: unknown, to: unknown) =>
      planNetwork(validateNetwork(from), validateNetwork(to)).changes.map(({ summary, supported }) => [summary, supported]);
    const file = (channel: object, storage = "kept") => {
      const made = { ...goodFile() };
      return { ...made, spec: { ...made.spec, storage, organizations, channels: [{ name: "main", ...channel }] } };
    };
    const pair = { members: ["Org1", "Org2"] };

    it("says who joins and what a majority is then", () => {
      expect(told(file(pair), file({ members: ["Org1", "Org2", "Org3"] }))).toEqual([
        ["Org3 joins channel main; a majority is 2 of 3", true],
      ]);
      expect(told(file(pair), file({ ...pair, observers: ["Watch"] }))).toEqual([["Watch joins channel main as an observer", true]]);
    });

    it("says who leaves, and lets nobody change sides", () => {
      expect(told(file(pair), file({ members: ["Org1"] }))).toEqual([["Org2 leaves channel main; a majority is 1 of 1", true]]);
      expect(told(file(pair), file({ members: ["Org1"], observers: ["Org2"] })).every(([, supported]) => supported === false)).toBe(true);
    });

    it("lets an organisation come to the network and a channel of it at once, whatever keeps the ledgers", () => {
      for (const storage of ["kept", "memory"]) {
        const before = file(pair, storage);
        const without = { ...before, spec: { ...before.spec, organizations: organizations.slice(0, 3) } };
        expect(told(without, file({ members: ["Org1", "Org2", "Org3"] }, storage))).toEqual([
          ["add organization Org3", true],
          ["add peer peer0.org3.example.com; it joins main", true],
          ["add user app@org3.example.com", true],
          ["Org3 joins channel main; a majority is 2 of 3", true],
        ]);
        expect(told(before, without)).toEqual([["remove organization Org3 with its peers and its keys", true]]);
      }
    });
  });

  describe("of nodes", () => {
    const told = (path: readonly (string | number)[], value: unknown) =>
      planNetwork(current, validateNetwork(changed(path, value))).changes.map(({ summary }) => summary);

    it("says which channels a peer comes to or leaves, and what quorum orderers make", () => {
      expect(told(["spec", "organizations", 0, "peers"], [{ name: "peer0" }, { name: "peer1" }])).toEqual([
        "add peer peer1.org1.example.com; it joins main",
      ]);
      expect(told(["spec", "organizations", 0, "peers"], [{ name: "peer1" }])).toContain(
        "remove peer peer0.org1.example.com with its ledgers of main",
      );
      const three = [0, 1, 2].map((index) => ({ name: `orderer${index}` }));
      expect(told(["spec", "ordering"], { consenters: three })).toEqual([
        "add orderer orderer1; a quorum is 2 of 3",
        "add orderer orderer2; a quorum is 2 of 3",
      ]);
    });
  });

  describe("of channels", () => {
    const extra = { name: "side", members: ["Org1", "Org2"] };
    const both = validateNetwork(changed(["spec", "channels", 1], extra));

    it("adds one, and says what a majority is", () => {
      expect(planNetwork(current, both).changes).toEqual([
        {
          action: "create",
          kind: "channel",
          path: "spec.channels[1]",
          name: "side",
          summary: "add channel side of Org1, Org2; a majority is 2 of 2",
          supported: true,
        },
      ]);
    });

    it("removes one with its chaincodes, but never the last", () => {
      const deployed = structuredClone(both);
      const [asset] = deployed.spec.chaincodes;
      if (asset !== undefined) deployed.spec.chaincodes.push({ ...asset, channel: "side" });
      expect(planNetwork(deployed, current).changes.map(({ kind, name, supported }) => [kind, name, supported])).toEqual([
        ["channel", "side", true],
        ["chaincode", "asset", true],
      ]);
      const none = structuredClone(both);
      none.spec.channels.length = 0;
      none.spec.chaincodes.length = 0;
      expect(
        planNetwork(both, none)
          .changes.filter(({ kind }) => kind === "channel")
          .every(({ supported }) => !supported),
      ).toBe(true);
    });
  });

  it("does not change what it compares", () => {
    const before = structuredClone(current);
    planNetwork(current, presetNetwork("trade", { name: "demo" }));
    expect(current).toEqual(before);
  });
});
