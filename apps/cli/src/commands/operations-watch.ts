import { argument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { connect } from "../server/connect.ts";

/** `heddle operations watch`. */
export async function run(invocation: Invocation): Promise<void> {
  const { client } = await connect(invocation.output, invocation.signal);
  const operation = await client.getOperation({ params: { id: argument(invocation, 0) } }, { signal: invocation.signal });
  await finish(invocation, client, operation);
}
