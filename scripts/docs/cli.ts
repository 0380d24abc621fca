import { commands, createProgram, environmentVariables, exitCodeMeanings, exitCodes } from "@heddle/cli";
import { code, markdownTable } from "./table.ts";

/** The commands of docs/cli.md, as commander knows them. */
export function renderCommands(): string {
  const program = createProgram(process, () => Promise.resolve());
  const all = leaves(program);
  const index = all.map(({ path, command }) => [`[${code(`heddle ${path}`)}](#${anchor(path)})`, command.description()]);
  return [markdownTable(["command", ""], index), ...all.map(section), globalOptions(program)].join("\n\n");
}

/** The variables of the environment, in docs/cli.md. */
export function renderEnvironment(): string {
  return markdownTable(
    ["variable", "meaning"],
    Object.entries(environmentVariables).map(([name, what]) => [code(name), what]),
  );
}

/** The table of docs/exit-codes.md. */
export function renderExitCodes(): string {
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  return markdownTable(
    ["exit code", "meaning"],
    names.map((name) => [String(exitCodes[name]), exitCodeMeanings[name]]),
  );
}

/** A command, as commander gives it. */
type Command = ReturnType<typeof createProgram>;

interface Leaf {
  readonly path: string;
  readonly command: Command;
}

function leaves(parent: Command, prefix = ""): Leaf[] {
  return parent.commands.flatMap((command) => {
    const path = `${prefix}${command.name()}`;
    return command.commands.length === 0 ? [{ path, command }] : leaves(command, `${path} `);
  });
}

function anchor(path: string): string {
  return `heddle-${path.replaceAll(" ", "-")}`;
}

function section({ path, command }: Leaf): string {
  const words = command.registeredArguments.map((word) => {
    const text = `${word.name()}${word.variadic ? "..." : ""}`;
    return { shown: word.required ? `<${text}>` : `[${text}]`, description: word.description };
  });
  const usage = ["heddle", path, ...(command.options.length > 0 ? ["[options]"] : []), ...words.map(({ shown }) => shown)].join(" ");
  const options = command.options.map(({ flags, description, defaultValue, mandatory }) => [
    code(flags),
    `${description}${defaultValue === undefined ? "" : `; default ${String(defaultValue)}`}${mandatory ? "; required" : ""}`,
  ]);
  const rows = [...words.map(({ shown, description }) => [code(shown), description]), ...options];
  return [
    `### heddle ${path}`,
    `${command.description()}.`,
    `\`\`\`\n${usage}\n\`\`\``,
    ...(rows.length === 0 ? [] : [markdownTable(["", ""], rows)]),
    ...examples(path),
  ].join("\n\n");
}

function examples(path: string): string[] {
  const known = commands.find(({ name }) => name === path)?.examples ?? [];
  const lines = known.map(([line, what]) => `# ${what}\nheddle ${line}`);
  return lines.length === 0 ? [] : [`\`\`\`\n${lines.join("\n")}\n\`\`\``];
}

function globalOptions(program: Command): string {
  const rows = program.options.map(({ flags, description }) => [code(flags), description]);
  return `### Everywhere\n\n${markdownTable(["", ""], [...rows, [code("-h, --help"), "show the help of a command"]])}`;
}
