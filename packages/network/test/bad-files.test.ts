import { validateNetwork } from "@heddle/network";
import { describe, expect, it } from "vitest";
import { changed, errorOf, goodFile } from "./fixtures.ts";

type Row = readonly [
  what: string,
  path: readonly (string | number)[],
  value: unknown,
  expected: { path: string; rule: string; suggestion?: RegExp; code?: string },
];

const org = (name: string, more: object = {}): object => ({ name, ...more });
const chaincode = { name: "asset", channel: "main", source: { scenario: "food-tracing" } };
const spec = "spec";

const rows: readonly Row[] = [
  [
    "an ACL of a resource that Fabric does not have",
    [spec, "channels", 0, "acls"],
    { "peer/Propos": "/Channel/Application/Admins" },
    { path: 'spec.channels[0].acls["peer/Propos"]', rule: "unknown_reference", suggestion: /did you mean peer\/Propose/ },
  ],
  [
    "an ACL by a policy that the channel does not have",
    [spec, "channels", 0, "acls"],
    { "event/Block": "/Channel/Application/Org9/Admins" },
    { path: 'spec.channels[0].acls["event/Block"]', rule: "unknown_reference", suggestion: /Admins/ },
  ],
  ["nothing at all", [], null, { path: "", rule: "wrong_type" }],
  ["a list", [], [], { path: "", rule: "wrong_type" }],
  ["a text", [], "hello", { path: "", rule: "wrong_type" }],
  ["no apiVersion", ["apiVersion"], undefined, { path: "apiVersion", rule: "missing", suggestion: /heddle\.dev\/v1/ }],
  ["another apiVersion", ["apiVersion"], "heddle.dev/v2", { path: "apiVersion", rule: "unknown_value", suggestion: /heddle\.dev\/v1/ }],
  ["another kind", ["kind"], "Netwrok", { path: "kind", rule: "unknown_value", suggestion: /did you mean Network/ }],
  ["no metadata", ["metadata"], undefined, { path: "metadata", rule: "missing" }],
  ["no name", ["metadata", "name"], undefined, { path: "metadata.name", rule: "missing" }],
  ["empty name", ["metadata", "name"], "", { path: "metadata.name", rule: "too_small" }],
  ["capitals in the name", ["metadata", "name"], "My_Net", { path: "metadata.name", rule: "bad_value", suggestion: /my-net/ }],
  ["a name that leaves its folder", ["metadata", "name"], "../etc", { path: "metadata.name", rule: "bad_value" }],
  ["a name of 41 letters", ["metadata", "name"], "a".repeat(41), { path: "metadata.name", rule: "too_large" }],
  ["a number as name", ["metadata", "name"], 7, { path: "metadata.name", rule: "wrong_type", suggestion: /"7"/ }],
  ["no spec", [spec], undefined, { path: "spec", rule: "missing" }],
  ["unknown key", [spec, "organisations"], [], { path: "spec.organisations", rule: "unknown_key", suggestion: /organizations/ }],
  [
    "unknown key deep inside",
    [spec, "ordering"],
    { batch: { timout: "2s" } },
    { path: "spec.ordering.batch.timout", rule: "unknown_key", suggestion: /timeout/ },
  ],
  [
    "unknown key in a list",
    [spec, "organizations", 1],
    org("Org2", { mspid: "X" }),
    { path: "spec.organizations[1].mspid", rule: "unknown_key", suggestion: /mspId/ },
  ],
  ["version as a number", [spec, "fabricVersion"], 3.1, { path: "spec.fabricVersion", rule: "unknown_value", suggestion: /"3\.1"/ }],
  ["version without its zero", [spec, "fabricVersion"], 3, { path: "spec.fabricVersion", rule: "unknown_value", suggestion: /"3\.0"/ }],
  ["old version", [spec, "fabricVersion"], "1.4", { path: "spec.fabricVersion", rule: "unknown_value", suggestion: /2\.5/ }],
  ["misspelt runtime", [spec, "runtime"], "kubernets", { path: "spec.runtime", rule: "unknown_value", suggestion: /kubernetes/ }],
  ["unknown storage", [spec, "storage"], "disk", { path: "spec.storage", rule: "unknown_value", suggestion: /kept/ }],
  ["no organisations", [spec, "organizations"], [], { path: "spec.organizations", rule: "too_small" }],
  [
    "too many organisations",
    [spec, "organizations"],
    Array.from({ length: 51 }, (_, i) => org(`O${i}`)),
    { path: "spec.organizations", rule: "too_large" },
  ],
  ["organisations as a map", [spec, "organizations"], { Org1: {} }, { path: "spec.organizations", rule: "wrong_type" }],
  ["slash in an organisation", [spec, "organizations", 0, "name"], "Org/1", { path: "spec.organizations[0].name", rule: "bad_value" }],
  [
    "same organisation twice",
    [spec, "organizations", 1],
    org("Org1", { mspId: "B", domain: "b.com" }),
    { path: "spec.organizations[1].name", rule: "duplicate" },
  ],
  ["same MSP id twice", [spec, "organizations", 1, "mspId"], "Org1MSP", { path: "spec.organizations[1].mspId", rule: "duplicate" }],
  ["the orderer's MSP id", [spec, "organizations", 1, "mspId"], "OrdererMSP", { path: "spec.organizations[1].mspId", rule: "duplicate" }],
  [
    "same domain twice",
    [spec, "organizations", 1, "domain"],
    "org1.example.com",
    { path: "spec.organizations[1].domain", rule: "duplicate" },
  ],
  [
    "domain with a space",
    [spec, "organizations", 0, "domain"],
    "org1 example",
    { path: "spec.organizations[0].domain", rule: "bad_value", suggestion: /org1-example/ },
  ],
  [
    "domain too long",
    [spec, "organizations", 0, "domain"],
    `${"a".repeat(60)}.com`,
    { path: "spec.organizations[0].domain", rule: "too_large" },
  ],
  [
    "unknown role",
    [spec, "organizations", 0, "role"],
    "memeber",
    { path: "spec.organizations[0].role", rule: "unknown_value", suggestion: /member/ },
  ],
  ["no peers", [spec, "organizations", 0, "peers"], [], { path: "spec.organizations[0].peers", rule: "too_small" }],
  [
    "same peer twice",
    [spec, "organizations", 0, "peers"],
    [{ name: "p" }, { name: "p" }],
    { path: "spec.organizations[0].peers[1].name", rule: "duplicate" },
  ],
  [
    "host name longer than a certificate takes",
    [spec, "organizations", 0],
    org("Org1", { domain: `${"d".repeat(54)}.com`, peers: [{ name: "peer0000" }], users: [] }),
    { path: "spec.organizations[0].peers[0].name", rule: "too_large" },
  ],
  ["user Admin", [spec, "organizations", 0, "users"], ["admin"], { path: "spec.organizations[0].users[0]", rule: "reserved" }],
  ["same user twice", [spec, "organizations", 0, "users"], ["app", "App"], { path: "spec.organizations[0].users[1]", rule: "duplicate" }],
  ["user with a slash", [spec, "organizations", 0, "users"], ["../x"], { path: "spec.organizations[0].users[0]", rule: "bad_value" }],
  ["unknown ordering", [spec, "ordering"], { type: "kafka" }, { path: "spec.ordering.type", rule: "unknown_value", suggestion: /raft/ }],
  [
    "bft with one consenter",
    [spec, "ordering"],
    { type: "bft", consenters: [{ name: "o" }] },
    { path: "spec.ordering.consenters", rule: "too_small" },
  ],
  ["no consenters", [spec, "ordering"], { consenters: [] }, { path: "spec.ordering.consenters", rule: "too_small" }],
  [
    "same consenter twice",
    [spec, "ordering"],
    { consenters: [{ name: "o" }, { name: "o" }] },
    { path: "spec.ordering.consenters[1].name", rule: "duplicate" },
  ],
  ["timeout without a unit", [spec, "ordering"], { batch: { timeout: "2" } }, { path: "spec.ordering.batch.timeout", rule: "bad_value" }],
  ["timeout of an hour", [spec, "ordering"], { batch: { timeout: "60m" } }, { path: "spec.ordering.batch.timeout", rule: "bad_value" }],
  ["zero messages", [spec, "ordering"], { batch: { maxMessages: 0 } }, { path: "spec.ordering.batch.maxMessages", rule: "too_small" }],
  ["half a message", [spec, "ordering"], { batch: { maxMessages: 1.5 } }, { path: "spec.ordering.batch.maxMessages", rule: "wrong_type" }],
  [
    "preferred above absolute",
    [spec, "ordering"],
    { batch: { absoluteMaxBytes: 2048 } },
    { path: "spec.ordering.batch.preferredMaxBytes", rule: "too_large" },
  ],
  [
    "channel with a capital",
    [spec, "channels", 0, "name"],
    "Main",
    { path: "spec.channels[0].name", rule: "bad_value", suggestion: /main/ },
  ],
  ["channel without members", [spec, "channels", 0, "members"], [], { path: "spec.channels[0].members", rule: "too_small" }],
  [
    "unknown member",
    [spec, "channels", 0, "members"],
    ["Org1", "Orgg2"],
    { path: "spec.channels[0].members[1]", rule: "unknown_reference", suggestion: /Org2/ },
  ],
  ["member twice", [spec, "channels", 0, "members"], ["Org1", "Org1"], { path: "spec.channels[0].members[1]", rule: "duplicate" }],
  ["member that observes too", [spec, "channels", 0, "observers"], ["Org2"], { path: "spec.channels[0].observers[0]", rule: "duplicate" }],
  [
    "observer as a member",
    [spec, "channels", 0],
    { name: "main", members: ["Org1", "Watch"] },
    { path: "spec.channels[0].members[1]", rule: "role" },
  ],
  ["channel twice", [spec, "channels", 1], { name: "main", members: ["Org1"] }, { path: "spec.channels[1].name", rule: "duplicate" }],
  [
    "policy that is none",
    [spec, "channels", 0, "policies"],
    { endorsement: "everybody" },
    { path: "spec.channels[0].policies.endorsement", rule: "bad_policy" },
  ],
  [
    "implicit policy of two words too many",
    [spec, "channels", 0, "policies"],
    { endorsement: "MOST of us" },
    { path: "spec.channels[0].policies.endorsement", rule: "bad_policy" },
  ],
  [
    "policy with a lost bracket",
    [spec, "channels", 0, "policies"],
    { endorsement: "OR('Org1MSP.peer'" },
    { path: "spec.channels[0].policies.endorsement", rule: "bad_policy" },
  ],
  [
    "policy with a lost quote",
    [spec, "channels", 0, "policies"],
    { endorsement: "OR('Org1MSP.peer)" },
    { path: "spec.channels[0].policies.endorsement", rule: "bad_policy" },
  ],
  [
    "policy with a foreign organisation",
    [spec, "channels", 0, "policies"],
    { lifecycleEndorsement: "OR('Org1MPS.peer')" },
    { path: "spec.channels[0].policies.lifecycleEndorsement", rule: "bad_policy", suggestion: /Org1MSP/ },
  ],
  [
    "policy with an unknown role",
    [spec, "chaincodes", 0, "endorsementPolicy"],
    "OR('Org1MSP.pear')",
    { path: "spec.chaincodes[0].endorsementPolicy", rule: "bad_policy", suggestion: /Org1MSP\.peer/ },
  ],
  [
    "V3_0 on 2.5",
    [spec],
    { ...goodFile().spec, fabricVersion: "2.5", channels: [{ name: "main", members: ["Org1"], capabilities: { channel: "V3_0" } }] },
    { path: "spec.channels[0].capabilities.channel", rule: "version" },
  ],
  [
    "bft on 2.5",
    [spec],
    { ...goodFile().spec, fabricVersion: "2.5", ordering: { type: "bft" } },
    { path: "spec.ordering.type", rule: "version" },
  ],
  [
    "anchor peer that is not there",
    [spec, "channels", 0, "anchorPeers"],
    [{ organization: "Org1", peer: "peer1" }],
    { path: "spec.channels[0].anchorPeers[0].peer", rule: "unknown_reference", suggestion: /peer0/ },
  ],
  [
    "anchor of a stranger",
    [spec, "channels", 0, "anchorPeers"],
    [{ organization: "Org9", peer: "peer0" }],
    { path: "spec.channels[0].anchorPeers[0].organization", rule: "unknown_reference" },
  ],
  [
    "instant blocks on kubernetes",
    [spec],
    { ...goodFile().spec, runtime: "kubernetes", ordering: { batch: { timeout: "instant" } } },
    { path: "spec.ordering.batch.timeout", rule: "runtime" },
  ],
  [
    "chaincode on no channel",
    [spec, "chaincodes", 0, "channel"],
    "mian",
    { path: "spec.chaincodes[0].channel", rule: "unknown_reference", suggestion: /main/ },
  ],
  ["chaincode with a dot", [spec, "chaincodes", 0, "name"], "my.cc", { path: "spec.chaincodes[0].name", rule: "bad_value" }],
  ["system chaincode", [spec, "chaincodes", 0, "name"], "lscc", { path: "spec.chaincodes[0].name", rule: "reserved" }],
  ["chaincode twice", [spec, "chaincodes"], [chaincode, chaincode], { path: "spec.chaincodes[1].name", rule: "duplicate" }],
  ["chaincode without a source", [spec, "chaincodes", 0, "source"], undefined, { path: "spec.chaincodes[0].source", rule: "missing" }],
  ["chaincode with an empty source", [spec, "chaincodes", 0, "source"], {}, { path: "spec.chaincodes[0].source", rule: "one_of" }],
  [
    "chaincode with two sources",
    [spec, "chaincodes", 0, "source"],
    { scenario: "a", path: "b" },
    { path: "spec.chaincodes[0].source", rule: "one_of" },
  ],
  [
    "scenario that leaves its folder",
    [spec, "chaincodes", 0, "source"],
    { scenario: "../x" },
    { path: "spec.chaincodes[0].source.scenario", rule: "bad_value" },
  ],
  ["version with a space", [spec, "chaincodes", 0, "version"], "1 0", { path: "spec.chaincodes[0].version", rule: "bad_value" }],
  ["sequence zero", [spec, "chaincodes", 0, "sequence"], 0, { path: "spec.chaincodes[0].sequence", rule: "too_small" }],
  ["initRequired as text", [spec, "chaincodes", 0, "initRequired"], "yes", { path: "spec.chaincodes[0].initRequired", rule: "wrong_type" }],
  [
    "private data",
    [spec, "chaincodes", 0, "collections"],
    [{ name: "c" }],
    { path: "spec.chaincodes[0].collections", rule: "not_supported", code: "NETWORK_FEATURE_NOT_SUPPORTED" },
  ],
  [
    "chaincode in Go",
    [spec, "chaincodes", 0, "language"],
    "go",
    { path: "spec.chaincodes[0].language", rule: "not_supported", code: "NETWORK_FEATURE_NOT_SUPPORTED" },
  ],
];

describe("bad network files", () => {
  it("has a good file to start from", () => {
    expect(validateNetwork(goodFile()).metadata.name).toBe("demo");
  });

  it.each(rows)("%s", (_what, path, value, expected) => {
    const error = errorOf(() => validateNetwork(changed(path, value)));
    expect(error.code).toBe(expected.code ?? "NETWORK_FILE_INVALID");
    expect(error.status).toBe(422);
    const found = error.problems.find((problem) => problem.path === expected.path && problem.rule === expected.rule);
    expect(found ?? error.problems).toHaveProperty("path", expected.path);
    expect(found?.suggestion ?? "").toMatch(expected.suggestion ?? /^/);
  });

  it("reports all problems of a file at once", () => {
    const file = changed(["spec", "chaincodes", 0, "channel"], "nope") as ReturnType<typeof goodFile>;
    file.spec.channels[0]?.members.push("Org7", "Org8");
    const error = errorOf(() => validateNetwork(file));
    expect(error.problems.map(({ path }) => path)).toEqual([
      "spec.channels[0].members[2]",
      "spec.channels[0].members[3]",
      "spec.chaincodes[0].channel",
    ]);
  });

  it("does not reach an object's prototype", () => {
    const file = JSON.parse('{"__proto__": {"kind": "Network"}, "constructor": {}}') as unknown;
    expect(errorOf(() => validateNetwork(file)).code).toBe("NETWORK_FILE_INVALID");
  });
});
