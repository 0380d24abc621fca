// Entry of the `heddle` command. Imports nothing heavy: `heddle --help` has to
// answer at once, so every command loads what it needs when it is called.
import { useCompileCache } from "./compile-cache.ts";

useCompileCache();
const { runProgram } = await import("./program.ts");
process.exitCode = await runProgram(process.argv.slice(2));
