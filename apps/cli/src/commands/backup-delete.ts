import { argument, type Invocation } from "../command.ts";
import { confirmed } from "../input/confirm.ts";
import { connect } from "../server/connect.ts";

/** `heddle backup delete`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const backup = argument(invocation, 0);
  const { client } = await connect(output, signal);
  if (!(await confirmed(invocation, `Delete backup ${backup} for good`))) return;
  const { removed } = await client.deleteBackup({ params: { backup } }, { signal });
  output.result({ removed }, () => `removed ${removed}\n`);
}
