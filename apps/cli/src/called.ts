import { shellQuote } from "./render/values.ts";

/**
 * How the command was typed, as the wrapper tells it: `heddle` where that is on the
 * PATH, otherwise such as `./heddle`. What people are told to type next has to work.
 */
function calledAs(environment: NodeJS.ProcessEnv): string {
  const typed = environment["HEDDLE_COMMAND"] ?? "";
  return typed === "" ? "heddle" : shellQuote(typed);
}

/** A text for people in which every `heddle COMMAND` is what they have to type here. */
export function asCalled(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const name = calledAs(environment);
  return name === "heddle" ? text : text.replaceAll(/(?<![\w./-])heddle (?=[a-z-])/g, () => `${name} `);
}
