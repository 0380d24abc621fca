import { cliErrors } from "./errors.ts";
import type { Output } from "./output.ts";

/** What a command gets. */
export interface Invocation {
  /** Of the command, such as `network create`. */
  readonly name: string;
  /** Positional arguments in order; an optional one that is missing is `undefined`, the last may be a list. */
  readonly args: readonly (string | readonly string[] | undefined)[];
  readonly options: Options;
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Options by their long name in camel case, as commander gives them. */
export type Options = Readonly<Record<string, unknown>>;

/** Module of one command. Returns the exit code, nothing for success. */
export interface CommandModule {
  run(invocation: Invocation): Promise<number | void>;
}

/** One command as data; `load` imports what it does only when it is called. */
export interface CommandSpec {
  /** Such as `network create`. */
  readonly name: string;
  readonly summary: string;
  /** In commander's notation: `<NAME>`, `[NODE]`, `[ARGS...]`, each with its description. */
  readonly args?: readonly (readonly [notation: string, description: string])[];
  readonly options?: readonly (readonly [flags: string, description: string, fallback?: string])[];
  /** Options that have to be given, by their long flag. */
  readonly required?: readonly string[];
  /** Options that may be given more than once, by their long flag. */
  readonly repeatable?: readonly string[];
  /** Command lines that its help shows, without `heddle`, each with what it does. */
  readonly examples?: readonly (readonly [line: string, what: string])[];
  readonly load: () => Promise<CommandModule>;
}

/** A positional argument that has to be there. */
export function argument({ args }: Invocation, index: number): string {
  const value = args[index];
  if (typeof value !== "string") throw new TypeError(`argument ${index} is missing`);
  return value;
}

/** A positional argument that may be left out. */
export function optionalArgument({ args }: Invocation, index: number): string | undefined {
  const value = args[index];
  return typeof value === "string" ? value : undefined;
}

/** The list in which a command's arguments end. */
export function restArguments({ args }: Invocation, index: number): readonly string[] {
  const value = args[index];
  return typeof value === "object" ? value : [];
}

/** A command line that makes no sense. */
export function usageError({ name }: Pick<Invocation, "name">, reason: string): Error {
  return cliErrors.create("CLI_USAGE", { reason, command: `heddle ${name}` });
}

/** Text of an option, if it was given. */
export function text({ options }: Invocation, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

/** Text of an option that has to be given. */
export function requiredText(invocation: Invocation, name: string): string {
  const value = text(invocation, name);
  if (value === undefined) throw new TypeError(`option ${name} is missing`);
  return value;
}

/** Whether a flag was given. */
export function flag({ options }: Invocation, name: string): boolean {
  return options[name] === true;
}

/** All values of an option that may be repeated. */
export function texts({ options }: Invocation, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
