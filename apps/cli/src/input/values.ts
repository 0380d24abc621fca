import { cliErrors } from "../errors.ts";

/**
 * A whole number of an option.
 * @throws HeddleError CLI_OPTION_INVALID
 */
export function wholeNumber(option: string, value: string, lowest: number, highest: number): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= lowest && number <= highest)) {
    throw cliErrors.create("CLI_OPTION_INVALID", { option, value, expected: `Give a whole number from ${lowest} to ${highest}.` });
  }
  return number;
}

/**
 * A port to listen on; 0 is any that is free.
 * @throws HeddleError CLI_OPTION_INVALID
 */
export function portNumber(value: string): number {
  return wholeNumber("--port", value, 0, 65_535);
}

/**
 * One of some words of an option.
 * @throws HeddleError CLI_OPTION_INVALID
 */
export function oneOf<const Word extends string>(option: string, value: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw cliErrors.create("CLI_OPTION_INVALID", { option, value, expected: `Use one of ${words.join(", ")}.` });
  return word;
}

/**
 * `KEY=VALUE` pairs of a repeatable option as a record.
 * @throws HeddleError CLI_OPTION_INVALID
 */
export function keyValues(option: string, pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw cliErrors.create("CLI_OPTION_INVALID", { option, value: pair, expected: "Write KEY=VALUE." });
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * `KEY=VALUE` pairs as a record of base64 values, as the API takes transient data.
 * @throws HeddleError CLI_OPTION_INVALID
 */
export function transientData(pairs: readonly string[]): Record<string, string> | undefined {
  if (pairs.length === 0) return undefined;
  const entries = Object.entries(keyValues("--transient", pairs));
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}
