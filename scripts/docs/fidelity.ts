import { readScenarios, type Scenario } from "../../e2e/conformance/support/features.ts";
import { readOrigin } from "../../e2e/conformance/support/recordings.ts";
import { markdownTable } from "./table.ts";

const link = (feature: string): string => `[${feature}](../e2e/conformance/features/${feature}.feature)`;

/** The scenarios of the conformance suite by area, in numbers. */
export function renderConformance(): string {
  const scenarios = readScenarios();
  const { fabric, date } = readOrigin();
  const differing = scenarios.filter(({ difference }) => difference !== undefined).length;
  const features = [...Map.groupBy(scenarios, ({ feature }) => feature)];
  const rows = features.map(([feature, own]) => [
    own[0]?.area ?? "",
    link(feature),
    String(own.length),
    String(own.filter(({ tools }) => tools).length),
    String(own.filter(({ difference }) => difference !== undefined).length),
  ]);
  return [
    `${scenarios.length} scenarios, recorded from ${fabric} on ${date}. In ${scenarios.length - differing} of them the embedded network does what real Fabric does, byte for byte; ${differing} are listed below.`,
    markdownTable(["area", "scenarios in", "scenarios", "with Fabric's own programs", "listed to differ"], rows),
  ].join("\n\n");
}

/** What is listed to differ, with the reasons. */
export function renderDifferences(): string {
  const listed = readScenarios().filter((scenario): scenario is Scenario & { difference: string } => scenario.difference !== undefined);
  return markdownTable(
    ["scenario", "area", "what the embedded network does, and why"],
    listed.map(({ name, feature, difference }) => [name, link(feature), difference]),
  );
}

/** Every scenario by name. */
export function renderScenarios(): string {
  const areas = [...Map.groupBy(readScenarios(), ({ area }) => area)];
  const list = ({ name, difference }: Scenario): string =>
    `- ${name.replaceAll("<", "&lt;")}${difference === undefined ? "" : " (differs)"}`;
  return areas.map(([area, own]) => `### ${area}\n\n${own.map(list).join("\n")}`).join("\n\n");
}
