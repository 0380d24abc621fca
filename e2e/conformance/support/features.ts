import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from "@cucumber/gherkin";
import { IdGenerator } from "@cucumber/messages";

/** One line of a scenario, with the text block below it. */
export interface Step {
  readonly text: string;
  readonly block?: string;
}

/** One scenario of a feature. */
export interface Scenario {
  /** Name of the file without its ending. */
  readonly feature: string;
  /** What the feature is about. */
  readonly area: string;
  readonly name: string;
  readonly steps: readonly Step[];
  /** Whether it needs Fabric's own command line programs. */
  readonly tools: boolean;
  /** Why the embedded network answers otherwise; only with the tag `@differs`. */
  readonly difference?: string;
}

const FOLDER = path.resolve(import.meta.dirname, "../features");
const TAGS = new Set(["@differs", "@tools"]);

/** Every scenario, by feature in the order of the files. Throws for one that is not as the README says. */
export function readScenarios(folder = FOLDER): Scenario[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".feature"));
  const scenarios = files
    .toSorted()
    .flatMap((file) => readFeature(path.basename(file, ".feature"), readFileSync(path.join(folder, file), "utf8")));
  const names = scenarios.map(({ feature, name }) => `${feature}: ${name}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two scenarios are called ${twice}`);
  return scenarios;
}

/** The scenarios of one feature's text. */
export function readFeature(feature: string, text: string): Scenario[] {
  const newId = IdGenerator.incrementing();
  const document = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher()).parse(text);
  const area = document.feature?.name ?? "";
  const descriptions = new Map(
    (document.feature?.children ?? []).map(({ scenario }) => [scenario?.id, scenario?.description.trim() ?? ""]),
  );
  return compile(document, feature, newId).map(({ name, steps, tags, astNodeIds: [id = ""] }) => {
    const marks = new Set(tags.map((tag) => tag.name));
    const unknown = [...marks].find((mark) => !TAGS.has(mark));
    if (unknown !== undefined) throw new Error(`${feature}: ${name}: there is no tag ${unknown}`);
    const description = (descriptions.get(id) ?? "").replaceAll(/\s+/g, " ");
    if (marks.has("@differs") && description === "") throw new Error(`${feature}: ${name} differs and does not say why`);
    return {
      feature,
      area,
      name: name.trim(),
      tools: marks.has("@tools"),
      steps: steps.map(({ text: line, argument }) => ({
        text: line.trim(),
        ...(argument?.docString === undefined ? {} : { block: argument.docString.content }),
      })),
      ...(marks.has("@differs") ? { difference: description } : {}),
    };
  });
}
