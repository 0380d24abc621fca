// The JSON Schema as an editor uses it, with a validator that is not ours.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { presetNetwork, presets } from "@heddle/network";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
const validate = ajv.compile(JSON.parse(read("schemas/network.schema.json")) as object);

/** Where the schema finds fault with a value. */
function faults(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

const file = (spec: object): object => ({
  apiVersion: "heddle.dev/v1",
  kind: "Network",
  metadata: { name: "demo" },
  spec: { organizations: [{ name: "Org1" }], ...spec },
});
const chaincode = (more: object): object => ({ chaincodes: [{ name: "a", channel: "b", source: { scenario: "c" }, ...more }] });

describe("the JSON Schema of the network file", () => {
  it("takes every preset and example", () => {
    for (const { name } of presets) {
      for (const ordering of ["raft", "bft"] as const) expect(faults(presetNetwork(name, { name: "demo", ordering }))).toEqual([]);
    }
    const examples = readdirSync(path.join(root, "docs/examples"));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(faults(parse(read(`docs/examples/${example}`)))).toEqual([]);
  });

  it("takes what leaves everything out that may be left out", () => {
    expect(faults(file({}))).toEqual([]);
    expect(faults(file(chaincode({})))).toEqual([]);
  });

  it.each<readonly [what: string, value: object, place: string]>([
    ["a field that is not known", file({ organisations: [] }), "/spec"],
    ["a runtime that is not known", file({ runtime: "vmware" }), "/spec/runtime"],
    ["a version without quotes", file({ fabricVersion: 3.1 }), "/spec/fabricVersion"],
    ["no organisation", file({ organizations: [] }), "/spec/organizations"],
    ["a name with a capital", file({ channels: [{ name: "Main", members: ["Org1"] }] }), "/spec/channels/0/name"],
    ["a timeout without a unit", file({ ordering: { batch: { timeout: "2" } } }), "/spec/ordering/batch/timeout"],
    ["zero messages", file({ ordering: { batch: { maxMessages: 0 } } }), "/spec/ordering/batch/maxMessages"],
    ["a source that is two", file(chaincode({ source: { scenario: "a", path: "b" } })), "/spec/chaincodes/0/source"],
    ["a source that is none", file(chaincode({ source: {} })), "/spec/chaincodes/0/source"],
    ["no metadata", { apiVersion: "heddle.dev/v1", kind: "Network", spec: {} }, ""],
  ])("refuses %s", (_what, value, place) => {
    expect(faults(value)).toContain(place);
  });
});
