import { Command, CommanderError, Option } from "commander";
import { commands, groups } from "./catalogue.ts";
import type { CommandSpec, Options } from "./command.ts";
import { environmentHelp } from "./environment.ts";
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
    const words = withoutOutput(argv);
    if (words[0] === "help") showHelp(program, words.slice(1));
    else await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    // Commander shows a group's help where its command is missing; that is an answer, but not what was asked for.
    if (error.code !== "commander.help") {
      const { reportUsage } = await import("./report.ts");
      reportUsage(error.message, error instanceof UsageError ? error.command : "heddle", wantsJson(argv), streams.stderr);
    }
    return exitCodes.usage;
  }
}

/** What commander refuses, with the command that refused it. */
class UsageError extends CommanderError {
  readonly command: string;

  constructor({ exitCode, code, message }: CommanderError, command: string) {
    super(exitCode, code, message);
    this.command = command;
  }
}

type Action = (spec: CommandSpec, args: readonly (string | readonly string[] | undefined)[], options: Options) => Promise<void>;

/** The whole command line as commander knows it; `action` gets what was asked for. */
export function createProgram(streams: Streams, action: Action): Command {
  const program = configure(new Command("heddle"), streams)
    .description("Runs Hyperledger Fabric networks.")
    .version(VERSION, "-V, --version", "print the version")
    .helpCommand("help [COMMAND]", "show the help of a command")
    .addOption(new Option("--output <FORMAT>", "text or json").choices(["text", "json"]).default("text"))
    .addHelpText("after", `${exitCodesHelp()}\n${environmentHelp()}`);
  for (const spec of commands) {
    const [first = "", second] = spec.name.split(" ");
    const parent = second === undefined ? program : groupOf(program, first, streams);
    addCommand(configure(parent.command(second ?? first), streams).helpCommand(false), spec, action);
  }
  return program;
}

/** The command that holds a group, made where the group comes up first. */
function groupOf(program: Command, name: string, streams: Streams): Command {
  const known = program.commands.find((command) => command.name() === name);
  return (
    known ??
    configure(program.command(name), streams)
      .helpCommand(false)
      .description(groups[name] ?? "")
  );
}

function addCommand(command: Command, spec: CommandSpec, action: Action): void {
  command.description(spec.summary);
  for (const [notation, description] of spec.args ?? []) command.argument(notation, description);
  for (const [flags, description, fallback] of spec.options ?? []) {
    const option = new Option(flags, description);
    if (fallback !== undefined) option.default(fallback);
    option.makeOptionMandatory(spec.required?.includes(option.long ?? "") === true);
    if (spec.repeatable?.includes(option.long ?? ""))
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option);
  }
  if (spec.examples !== undefined) command.addHelpText("after", examplesHelp(spec.examples));
  command.action(async () => {
    await action(spec, command.processedArgs as (string | string[] | undefined)[], command.optsWithGlobals());
  });
}

function examplesHelp(examples: NonNullable<CommandSpec["examples"]>): string {
  return `\nExamples:\n${examples.map(([line, what]) => `  heddle ${line}\n      ${what}`).join("\n")}`;
}

/** `help network create` as `network create --help`; commander's own goes one level deep only. */
function showHelp(program: Command, words: readonly string[]): void {
  let command = program;
  for (const word of words) {
    const inner = command.commands.find((candidate) => candidate.name() === word);
    if (inner === undefined)
      throw new UsageError(new CommanderError(1, "commander.unknownCommand", `error: unknown command '${word}'`), pathOf(command));
    command = inner;
  }
  command.outputHelp();
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Nothing of commander writes or exits by itself: messages go through our own report. */
function configure(command: Command, { stdout, stderr }: Streams): Command {
  return command
    .exitOverride((error) => {
      throw new UsageError(error, pathOf(command));
    })
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text), outputError: () => undefined })
    .helpOption("-h, --help", "show this help")
    .showSuggestionAfterError(true);
}

/** The words of a command line that is not about how its result is written. */
function withoutOutput(argv: readonly string[]): string[] {
  return argv.filter((word, index) => !/^--output(=|$)/.test(word) && argv[index - 1] !== "--output");
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some((word, index) => word === "--output=json" || (word === "json" && argv[index - 1] === "--output"));
}
