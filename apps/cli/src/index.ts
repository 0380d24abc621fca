export { runProgram, type Streams } from "./program.ts";
export { exitCodes } from "./exit-codes.ts";
