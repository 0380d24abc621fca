// What is recorded belongs to a scenario, and what is listed to differ does. Needs no network.
import { describe, expect, it } from "vitest";
import { readFeature, readScenarios } from "./support/features.ts";
import { readOrigin, readRecordings } from "./support/recordings.ts";
import { checkSteps } from "./support/run.ts";

const scenarios = readScenarios();
const fabric = readRecordings("fabric");
const embedded = readRecordings("embedded");
const nameOf = ({ feature, name }: { feature: string; name: string }): string => `${feature}: ${name}`;

describe("scenarios", () => {
  it("are many, in every area, and each line is a step", () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(200);
    expect(new Set(scenarios.map(({ area }) => area)).size).toBeGreaterThanOrEqual(14);
    expect(() => checkSteps(scenarios)).not.toThrow();
  });

  it("each expect something", () => {
    const silent = scenarios.filter(({ steps }) => !steps.some(({ text }) => /^(it |the (result|text) |peer0\.org\d)/.test(text)));
    expect(silent.map(nameOf)).toEqual([]);
  });

  it("are each recorded of real Fabric, and nothing else is", () => {
    expect([...fabric.keys()].toSorted()).toEqual(scenarios.map(nameOf).toSorted());
    expect(readOrigin()).toMatchObject({
      fabric: expect.stringMatching(/\d/) as string,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
    });
  });

  it("differ on the embedded network where they are listed to, and only there", () => {
    const listed = scenarios.filter(({ difference }) => difference !== undefined).map(nameOf);
    expect([...embedded.keys()].toSorted()).toEqual(listed.toSorted());
    expect(listed.filter((name) => embedded.get(name) === fabric.get(name))).toEqual([]);
  });

  it("hold nothing of the machine or the moment that they were recorded on", () => {
    const texts = [...fabric, ...embedded].map(([name, text]) => `${name}\n${text}`);
    const personal =
      /\/tmp\/|\/home\/(?!networks)|127\.0\.0\.1|\b[0-9a-f]{64}\b(?<!of hash [0-9a-f]{64})|BEGIN CERTIFICATE|\b20\d\d-\d\d-\d\d/;
    expect(texts.filter((text) => personal.test(text)).map((text) => text.split("\n", 1)[0])).toEqual([]);
  });
});

describe("a feature that is not as it should be is refused", () => {
  const feature = (scenario: string): string => `Feature: One\n\n${scenario}`;

  it.each([
    ["a tag that nobody knows", feature("  @later\n  Scenario: A\n    When x"), "there is no tag @later"],
    ["a difference without a reason", feature("  @differs\n  Scenario: A\n    When x"), "does not say why"],
  ])("%s", (_what, text, reason) => {
    expect(() => readFeature("one", text)).toThrow(reason);
  });

  it("a line that no step is written as", () => {
    expect(() => checkSteps(readFeature("one", feature("  Scenario: A\n    When Org1 does something else")))).toThrow(
      "no step is written as",
    );
  });
});
