export { commands } from "./catalogue.ts";
export { environmentVariables } from "./environment.ts";
export { cliErrors } from "./errors.ts";
export { exitCodeMeanings, exitCodes } from "./exit-codes.ts";
export { createProgram, runProgram, type Streams } from "./program.ts";
