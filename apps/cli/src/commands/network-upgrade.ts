import { argument, flag, text, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { connect } from "../server/connect.ts";

/** `heddle network upgrade`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const name = argument(invocation, 0);
  const capabilities = flag(invocation, "capabilities");
  const { client } = await connect(output, signal);
  const question = `Give the channels of ${name} new capabilities, after which its nodes cannot go back`;
  if (capabilities && !(await confirmed(invocation, question))) return;
  const fabricVersion = text(invocation, "to") ?? "";
  const { operation } = await client.upgradeNetwork({ params: { name }, body: { fabricVersion: fabricVersion as "3.1", capabilities } });
  await finish(invocation, client, operation);
}
