import { isHeddleError } from "@heddle/network";
import type { CommandSpec, Options } from "./command.ts";
import { cliErrors } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { createOutput } from "./output.ts";
import type { Streams } from "./program.ts";
import { exitCodeOf, report } from "./report.ts";

/** Loads a command and runs it; errors are reported on standard error. Resolves to the exit code. */
export async function invoke(
  spec: CommandSpec,
  args: readonly (string | readonly string[] | undefined)[],
  options: Options,
  streams: Streams,
): Promise<number> {
  const json = options["output"] === "json";
  const output = createOutput(streams, json);
  const interrupt = new AbortController();
  const onSignal = (): void => {
    interrupt.abort();
  };
  // Once: a second Ctrl-C ends the process at once.
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  try {
    const module = await spec.load();
    const code = (await module.run({ name: spec.name, args, options, output, signal: interrupt.signal })) ?? exitCodes.ok;
    return interrupt.signal.aborted && code === exitCodes.ok && spec.name !== "serve" ? exitCodes.interrupted : code;
  } catch (error) {
    output.end();
    const shown = interrupt.signal.aborted && !isHeddleError(error) ? cliErrors.create("CLI_INTERRUPTED", {}, { cause: error }) : error;
    report(shown, json, streams.stderr);
    return exitCodeOf(shown);
  } finally {
    output.end();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
