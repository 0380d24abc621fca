import { argument, type Invocation } from "../command.ts";
import { newPassword } from "../input/password.ts";
import { connect } from "../server/connect.ts";

/** `heddle account passwd`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const account = argument(invocation, 0);
  const next = await newPassword(invocation);
  if (next === undefined) return;
  const { client } = await connect(output, signal);
  await client.setPassword({ params: { account }, body: { next } });
  output.result({ account }, () => `${account} has a new password; its sessions have ended\n`);
}
