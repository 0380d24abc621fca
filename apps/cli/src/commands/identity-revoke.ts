import { argument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { connect } from "../server/connect.ts";

/** `heddle identity revoke`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const [name, organization, user] = [argument(invocation, 0), argument(invocation, 1), argument(invocation, 2)];
  const { client } = await connect(output, signal);
  if (!(await confirmed(invocation, `Revoke the identity of ${user} of ${organization} on every channel`))) return;
  const { operation } = await client.revokeIdentity({ params: { name, organization, user } });
  await finish(invocation, client, operation);
}
