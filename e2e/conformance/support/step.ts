import type { Step } from "./features.ts";
import type { World } from "./world.ts";

/** The named parts of a step's line, and its text block. */
export interface Given {
  /** A part that has to be there. Throws where the line has none of that name. */
  readonly part: (name: string) => string;
  /** A part that may be missing. */
  readonly maybe: (name: string) => string | undefined;
  readonly block: string;
}

/** What a kind of line does. */
export interface StepDefinition {
  readonly pattern: RegExp;
  run(world: World, given: Given): Promise<void> | void;
}

/** Defines a kind of line. The pattern is matched against the whole line. */
export function step(pattern: string, run: StepDefinition["run"]): StepDefinition {
  return { pattern: new RegExp(`^${pattern}$`, "u"), run };
}

/** Organisations in a line: `Org1`, `Org1 and Org2`. */
export const ORGANIZATIONS = String.raw`\w+(?:(?:, | and )\w+)*`;

/** A call in a line: `put(["a", "1"])`. */
export const CALL = String.raw`(?<call>[\w:.]*\(.*?\))`;

/** What a scenario writes as `<a megabyte>`. */
const MEGABYTE = "x".repeat(1024 * 1024);

/** The names in a list such as `Org1, Org2 and Org3`. */
export function names(list: string): string[] {
  return list.split(/, | and /);
}

/** A call as its function and arguments: lists and objects travel as JSON. */
export function parseCall(call: string): [name: string, ...args: string[]] {
  const open = call.indexOf("(");
  const values = JSON.parse(`[${call.slice(open + 1, -1).replace("<a megabyte>", MEGABYTE)}]`) as unknown[];
  return [call.slice(0, open), ...values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)))];
}

/** Runs a line with the one definition that it matches. Throws where none or several do. */
export async function runStep(definitions: readonly StepDefinition[], world: World, { text, block }: Step): Promise<void> {
  const { definition, parts } = findStep(definitions, text);
  const maybe = (name: string): string | undefined => parts[name];
  const part = (name: string): string => {
    const found = maybe(name);
    if (found === undefined) throw new Error(`"${text}" does not say which ${name}`);
    return found;
  };
  await definition.run(world, { part, maybe, block: block ?? "" });
}

/** The definition of a line, with the line's named parts. Throws where none or several match. */
export function findStep(
  definitions: readonly StepDefinition[],
  text: string,
): { definition: StepDefinition; parts: Readonly<Record<string, string | undefined>> } {
  const found = definitions.flatMap((definition) => {
    const match = definition.pattern.exec(text);
    return match === null ? [] : [{ definition, parts: match.groups ?? {} }];
  });
  const [one, other] = found;
  if (one === undefined) throw new Error(`no step is written as: ${text}`);
  if (other !== undefined) throw new Error(`more than one step is written as: ${text}`);
  return one;
}
