import { text as readStream } from "node:stream/consumers";
import type { Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";

/**
 * A new password: asked for twice at a terminal, else one line of standard input.
 * Never an argument, which every user of the machine could see.
 * @returns `undefined` where the question was not answered.
 * @throws HeddleError CLI_PASSWORDS_DIFFER, CLI_OPTION_INVALID
 */
export async function newPassword({ output }: Invocation): Promise<string | undefined> {
  if (!process.stdin.isTTY || !output.live) return fromInput();
  const { isCancel, password } = await import("@clack/prompts");
  const first = await password({ message: "New password (12 characters or more)", output: process.stderr });
  if (isCancel(first)) return undefined;
  const second = await password({ message: "Once more", output: process.stderr });
  if (isCancel(second)) return undefined;
  if (first !== second) throw cliErrors.create("CLI_PASSWORDS_DIFFER", {});
  return first;
}

async function fromInput(): Promise<string> {
  const [line = ""] = (await readStream(process.stdin)).split(/\r?\n/, 1);
  if (line === "") {
    throw cliErrors.create("CLI_OPTION_INVALID", {
      option: "the password",
      value: "empty",
      expected: "Write it to standard input, in one line.",
    });
  }
  return line;
}
