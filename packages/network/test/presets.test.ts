import { anchorPeersOf, networkJsonSchema, nodesOf, presetNetwork, presets, validateNetwork, type PresetName } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { errorOf, goodFile } from "./fixtures.ts";

describe("presets", () => {
  it.each([
    ["solo", 1, 0],
    ["consortium", 2, 0],
    ["trade", 3, 1],
  ] as const)("%s has %i members and %i observers", (name, members, observers) => {
    const { spec } = presetNetwork(name, { name: "n" });
    expect(spec.organizations.filter(({ role }) => role === "member")).toHaveLength(members);
    expect(spec.channels[0]?.observers).toHaveLength(observers);
    expect(spec.ordering.batch.timeout).toBe("instant");
    expect(spec.chaincodes[0]).toMatchObject({ channel: spec.channels[0]?.name, source: { scenario: "food-tracing" } });
  });

  it.each(presets)("$name with bft has four consenters and the capability for them", ({ name }) => {
    const { spec } = presetNetwork(name, { name: "n", ordering: "bft" });
    expect(spec.ordering.consenters).toHaveLength(4);
    expect(spec.channels.map(({ capabilities }) => capabilities.channel)).toEqual(["V3_0"]);
  });

  it("can leave the chaincode out", () => {
    expect(presetNetwork("solo", { name: "n", chaincode: "" }).spec.chaincodes).toEqual([]);
  });

  it("refuses a preset or a name that is none", () => {
    expect(errorOf(() => presetNetwork("toString" as PresetName, { name: "n" })).code).toBe("NETWORK_PRESET_UNKNOWN");
    expect(errorOf(() => presetNetwork("solo", { name: "N" })).code).toBe("NETWORK_FILE_INVALID");
  });
});

describe("defaults", () => {
  it("follow from the name, the ordering type and the runtime", () => {
    const network = validateNetwork({ ...goodFile(), spec: { ...goodFile().spec, runtime: "docker" } });
    expect(network.spec.organizations[0]).toMatchObject({ mspId: "Org1MSP", domain: "org1.example.com", users: ["app"] });
    expect(network.spec.ordering.batch.timeout).toBe("2s");
    expect(network.spec.channels[0]?.capabilities.channel).toBe("V2_0");
  });

  it("are not shared between two files", () => {
    const first = validateNetwork(goodFile());
    first.spec.organizations[0]?.users.push("mallory");
    expect(validateNetwork(goodFile()).spec.organizations[0]?.users).toEqual(["app"]);
  });
});

describe("nodes", () => {
  it("lists orderers first, then peers in the order of the file", () => {
    expect(nodesOf(presetNetwork("consortium", { name: "n" })).map(({ name }) => name)).toEqual([
      "orderer0.example.com",
      "peer0.org1.example.com",
      "peer0.org2.example.com",
    ]);
  });

  it("takes the first peer of every organisation of a channel as anchor", () => {
    const network = validateNetwork(goodFile());
    const anchors = network.spec.channels.flatMap((channel) => anchorPeersOf(network, channel));
    expect(anchors.map(({ node }) => node)).toEqual(["peer0.org1.example.com", "peer0.org2.example.com", "peer0.watch.example.com"]);
  });
});

describe("JSON Schema", () => {
  it("describes what a person writes: defaults are optional, unknown fields refused", () => {
    const schema = networkJsonSchema();
    expect(schema).toMatchObject({ type: "object", additionalProperties: false, required: ["apiVersion", "kind", "metadata", "spec"] });
    expect(schema).toHaveProperty("properties.spec.required", ["organizations"]);
    expect(schema).toHaveProperty("properties.spec.properties.organizations.items.required", ["name"]);
  });
});
