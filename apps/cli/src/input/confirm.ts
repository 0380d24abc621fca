import { flag, type Invocation } from "../command.ts";
import { cliErrors } from "../errors.ts";

/**
 * Asks before something that cannot be taken back; `--yes` answers.
 * @returns whether to go on.
 * @throws HeddleError CLI_CONFIRMATION_NEEDED where nobody can be asked.
 */
export async function confirmed(invocation: Invocation, action: string): Promise<boolean> {
  if (flag(invocation, "yes")) return true;
  if (!process.stdin.isTTY || !invocation.output.live) throw cliErrors.create("CLI_CONFIRMATION_NEEDED", { action });
  const { confirm } = await import("@clack/prompts");
  const yes = (await confirm({ message: `${action}?`, initialValue: false, output: process.stderr })) === true;
  if (!yes) invocation.output.note("nothing was changed");
  return yes;
}
