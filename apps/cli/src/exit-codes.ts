/** Exit codes of the command. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unreachable: 4,
  interrupted: 130,
} as const;

/** What each exit code means. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "done",
  failed: "the operation failed, or the server refused it",
  usage: "wrong usage or input; nothing was changed",
  notFound: "what was named does not exist",
  unreachable: "no server answers",
  interrupted: "interrupted; an operation that was begun goes on",
};

/** The table of exit codes for `heddle --help`. */
export function exitCodesHelp(): string {
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  return `\nExit codes:\n${names.map((name) => `  ${String(exitCodes[name]).padEnd(5)}${exitCodeMeanings[name]}`).join("\n")}`;
}
