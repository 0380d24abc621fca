// Entry of the `heddle` command. Imports nothing heavy: `heddle --help` has to
// answer at once, so every command loads what it needs when it is called.
import { useCompileCache } from "./compile-cache.ts";

useCompileCache();
// Whoever reads has enough, as `head` does: nobody is left to write for.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}
const { runProgram } = await import("./program.ts");
process.exitCode = await runProgram(process.argv.slice(2));
