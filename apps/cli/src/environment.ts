/** Variables of the environment that a person may set, with what each does. */
export const environmentVariables = {
  HEDDLE_HOME: "folder of everything that is kept; default ~/.heddle",
  HEDDLE_PORT: "port of the server; default 7460",
  HEDDLE_STORE: "postgres://USER@HOST/DATABASE instead of SQLite in HEDDLE_HOME",
  HEDDLE_FABRIC_BIN: "folder with Fabric's programs, for native networks; before what is installed and what is on PATH",
  HEDDLE_FABRIC_MIRROR: "where releases of Fabric are downloaded from instead of GitHub",
  HTTPS_PROXY: "proxy for downloads; also HTTP_PROXY, and NO_PROXY for hosts without one",
  HEDDLE_DEBUG: "1 shows where an unexpected error comes from",
  NO_COLOR: "anything: no colours",
} as const;

const WIDTH = 2 + Math.max(...Object.keys(environmentVariables).map((name) => name.length));

/** The table of variables for `heddle --help`. */
export function environmentHelp(): string {
  const lines = Object.entries(environmentVariables).map(([name, what]) => `  ${name.padEnd(WIDTH)}${what}`);
  return `\nEnvironment:\n${lines.join("\n")}`;
}
