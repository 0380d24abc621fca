/** Variables of the environment that a person may set, with what each does. */
export const environmentVariables = {
  HEDDLE_HOME: "folder of everything that is kept; default ~/.heddle",
  HEDDLE_PORT: "port of the server; default 7460",
  HEDDLE_STORE: "postgres://USER@HOST/DATABASE instead of SQLite in HEDDLE_HOME",
  HEDDLE_DEBUG: "1 shows where an unexpected error comes from",
  NO_COLOR: "anything: no colours",
} as const;

/** The table of variables for `heddle --help`. */
export function environmentHelp(): string {
  const lines = Object.entries(environmentVariables).map(([name, what]) => `  ${name.padEnd(14)}${what}`);
  return `\nEnvironment:\n${lines.join("\n")}`;
}
