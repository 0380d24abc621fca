import { argument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { findOperation } from "../input/operation.ts";
import { connect } from "../server/connect.ts";

/** `heddle operations retry`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  const { id, finishedAt } = await findOperation(client, argument(invocation, 0), signal);
  const { operation } = await client.retryOperation({ params: { id } });
  await finish(invocation, client, operation, finishedAt);
}
