import { argument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { connect } from "../server/connect.ts";

/** `heddle backup create`. */
export async function run(invocation: Invocation): Promise<void> {
  const { client } = await connect(invocation.output, invocation.signal);
  const { operation } = await client.createBackup({ params: { name: argument(invocation, 0) } });
  await finish(invocation, client, operation);
}
