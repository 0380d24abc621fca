import { argument, type Invocation } from "../command.ts";
import { confirmed } from "../input/confirm.ts";
import { connect } from "../server/connect.ts";

/** `heddle account remove`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const account = argument(invocation, 0);
  const { client } = await connect(output, signal);
  if (!(await confirmed(invocation, `Remove account ${account}`))) return;
  await client.deleteAccount({ params: { account } });
  output.result({ removed: account }, () => `${account} is removed; its sessions have ended\n`);
}
