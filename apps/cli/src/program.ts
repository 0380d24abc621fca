import { Command, CommanderError, Option } from "commander";
import { commands, groups } from "./catalogue.ts";
import type { CommandSpec, Options } from "./command.ts";
import { exitCodes, exitCodesHelp } from "./exit-codes.ts";

const VERSION = "0.1.0";

/** Where a run writes; tests give their own. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

/**
 * Runs one command line.
 * @returns the exit code, see {@link exitCodes}.
 */
export async function runProgram(argv: readonly string[], streams: Streams = process): Promise<number> {
  let code: number = exitCodes.ok;
  const program = createProgram(streams, async (spec, args, options) => {
    const { invoke } = await import("./invoke.ts");
    code = await invoke(spec, args, options, streams);
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    // Commander shows a group's help where its command is missing; that is an answer, but not what was asked for.
    if (error.code !== "commander.help") {
      const { reportUsage } = await import("./report.ts");
      reportUsage(error.message, wantsJson(argv), streams.stderr);
    }
    return exitCodes.usage;
  }
}

type Action = (spec: CommandSpec, args: readonly (string | readonly string[] | undefined)[], options: Options) => Promise<void>;

function createProgram(streams: Streams, action: Action): Command {
  const program = configure(new Command("heddle"), streams)
    .description("Runs Hyperledger Fabric networks.")
    .version(VERSION, "-V, --version", "print the version")
    .addOption(new Option("--output <FORMAT>", "text or json").choices(["text", "json"]).default("text"))
    .addHelpText("after", exitCodesHelp);
  for (const spec of commands) {
    const [first = "", second] = spec.name.split(" ");
    const parent = second === undefined ? program : groupOf(program, first, streams);
    addCommand(configure(parent.command(second ?? first), streams), spec, action);
  }
  return program;
}

/** The command that holds a group, made where the group comes up first. */
function groupOf(program: Command, name: string, streams: Streams): Command {
  const known = program.commands.find((command) => command.name() === name);
  return known ?? configure(program.command(name), streams).description(groups[name] ?? "");
}

function addCommand(command: Command, spec: CommandSpec, action: Action): void {
  command.description(spec.summary);
  for (const [notation, description] of spec.args ?? []) command.argument(notation, description);
  for (const [flags, description, fallback] of spec.options ?? []) {
    const option = new Option(flags, description);
    if (fallback !== undefined) option.default(fallback);
    if (spec.repeatable?.includes(option.long ?? ""))
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option);
  }
  command.action(async () => {
    await action(spec, command.processedArgs as (string | string[] | undefined)[], command.optsWithGlobals());
  });
}

/** Nothing of commander writes or exits by itself: messages go through our own report. */
function configure(command: Command, { stdout, stderr }: Streams): Command {
  return command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text), outputError: () => undefined })
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .showSuggestionAfterError(true);
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some((word, index) => word === "--output=json" || (word === "json" && argv[index - 1] === "--output"));
}
