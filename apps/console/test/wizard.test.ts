import { networkFileSchema, presetNetwork, validateNetwork } from "@heddle/network";
import fc from "fast-check";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { compact, compactYaml } from "../src/wizard/compact.ts";
import {
  addChaincode,
  addChannel,
  addOrganization,
  freeNetworkName,
  onRuntime,
  presetFile,
  removeChannel,
  removeOrganization,
  renameChannel,
  renameOrganization,
  setConsensus,
  setRole,
} from "../src/wizard/draft.ts";
import { findProblems, stepOf } from "../src/wizard/problems.ts";

const start = presetFile("consortium", "lab");

describe("the compact file", () => {
  test("means the same network and says no default", () => {
    for (const preset of ["solo", "consortium", "trade"] as const) {
      for (const ordering of ["raft", "bft"] as const) {
        const file = presetNetwork(preset, { name: "lab", ordering });
        expect(networkFileSchema.parse(compact(file))).toEqual(file);
        expect(networkFileSchema.parse(parse(compactYaml(file)))).toEqual(file);
      }
    }
    expect(compactYaml(start)).not.toMatch(/mspId|fabricVersion|capabilities|batch/);
  });

  test("leaves a file alone that is not right", () => {
    const wrong = presetFile("solo", "Not A Name");
    expect(compact(wrong)).toEqual(JSON.parse(JSON.stringify(wrong)));
  });
});

describe("changes of the draft", () => {
  test("what only the embedded runtime has goes when another one is chosen, and comes back", () => {
    const inMemory = { ...start, spec: { ...start.spec, storage: "memory" as const } };
    const native = onRuntime(inMemory, "native");
    expect(native.spec).toMatchObject({ runtime: "native", storage: "kept", ordering: { batch: { timeout: "200ms" } } });
    expect(findProblems(native)).toEqual([]);
    expect(onRuntime(native, "embedded").spec.ordering).toEqual(start.spec.ordering);
    const patient = { ...native.spec.ordering, batch: { ...native.spec.ordering.batch, timeout: "5s" } };
    expect(onRuntime({ ...native, spec: { ...native.spec, ordering: patient } }, "embedded").spec.ordering.batch.timeout).toBe("5s");
  });

  test("a rename is followed by what was derived, and by the channels", () => {
    const { spec } = renameOrganization(start, 0, "Farm");
    expect(spec.organizations[0]).toMatchObject({ name: "Farm", mspId: "FarmMSP", domain: "farm.example.com" });
    expect(spec.channels[0]?.members).toEqual(["Farm", "Org2"]);
  });

  test("a chosen MSP id stays when the name changes", () => {
    const [first, ...others] = start.spec.organizations;
    if (first === undefined) throw new Error("the preset has no organisation");
    const own = { ...start, spec: { ...start.spec, organizations: [{ ...first, mspId: "MyMSP" }, ...others] } };
    expect(renameOrganization(own, 0, "Farm").spec.organizations[0]).toMatchObject({
      name: "Farm",
      mspId: "MyMSP",
      domain: "farm.example.com",
    });
  });

  test("an observer reads its channels and does not endorse", () => {
    const { spec } = setRole(start, 1, "observer");
    expect(spec.channels[0]).toMatchObject({ members: ["Org1"], observers: ["Org2"] });
  });

  test("BFT comes with four orderers and its capability, Raft goes back to one", () => {
    const bft = setConsensus(start, "bft");
    expect(bft.spec.ordering.consenters).toHaveLength(4);
    expect(bft.spec.channels[0]?.capabilities.channel).toBe("V3_0");
    expect(validateNetwork(bft)).toEqual(bft);
    expect(setConsensus(bft, "raft")).toEqual(start);
  });

  test("a channel that goes takes its chaincodes along, and one that is renamed keeps them", () => {
    expect(removeChannel(start, 0).spec.chaincodes).toEqual([]);
    expect(renameChannel(start, 0, "goods").spec.chaincodes[0]?.channel).toBe("goods");
  });

  test("whatever is added or taken away, the file stays one that validates", () => {
    const steps = [
      addOrganization,
      addChannel,
      (file: typeof start) => (file.spec.organizations.length > 2 ? removeOrganization(file, 1) : file),
      (file: typeof start) => renameOrganization(file, 0, `Org${file.spec.organizations.length}x`),
      (file: typeof start) => (file.spec.channels.length > 1 ? removeChannel(file, 1) : file),
      (file: typeof start) => (file.spec.chaincodes.length < 3 ? addChaincode(file) : file),
      (file: typeof start) => setConsensus(file, "bft"),
      (file: typeof start) => setConsensus(file, "raft"),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 8 }), (chosen) => {
        expect(findProblems(chosen.reduce((file, step) => step(file), start))).toEqual([]);
      }),
    );
  });

  test("a free name steps aside for those that are taken", () => {
    expect(freeNetworkName("solo", [])).toBe("solo");
    expect(freeNetworkName("solo", ["solo", "solo-2"])).toBe("solo-3");
  });
});

test("a problem is shown at the step that can mend it", () => {
  const problems = findProblems(renameOrganization(presetFile("solo", "Bad Name"), 0, "1st"));
  expect(new Set(problems.map(stepOf))).toEqual(new Set(["start", "organizations", "channels"]));
  expect(problems.map(({ path }) => path)).toContain("metadata.name");
  expect(stepOf({ path: "spec.surprise", message: "" })).toBe("review");
});
