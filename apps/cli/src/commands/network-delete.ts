import { argument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { connect } from "../server/connect.ts";

/** `heddle network delete`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const { client } = await connect(output, signal);
  await client.getNetwork({ params: { name } }, { signal });
  if (!(await confirmed(invocation, `Delete network ${name} with its ledgers and keys`))) return;
  const { operation } = await client.deleteNetwork({ params: { name } });
  await finish(invocation, client, operation);
}
