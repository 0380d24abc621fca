import { optionalArgument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { findOperation } from "../input/operation.ts";
import { connect } from "../server/connect.ts";

/** `heddle operations watch`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const { client } = await connect(output, signal);
  await finish(invocation, client, await findOperation(client, optionalArgument(invocation, 0), signal));
}
