import { roles } from "@heddle/api";
import { argument, type Invocation } from "../command.ts";
import { oneOf } from "../input/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle account role`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const role = oneOf("the role", argument(invocation, 1), roles);
  const { client } = await connect(output, signal);
  const account = await client.changeAccount({ params: { account: argument(invocation, 0) }, body: { role } });
  output.result({ account }, () => `${account.name} is ${account.role} now; its sessions have ended\n`);
}
