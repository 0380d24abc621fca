import { argument, type Invocation } from "../command.ts";
import { endText } from "../finish.ts";
import { watch } from "../follow.ts";
import { findOperation } from "../input/operation.ts";
import { connect } from "../server/connect.ts";

/** `heddle operations cancel`: succeeds when the operation is over, whatever its end. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal, options } = invocation;
  const { client } = await connect(output, signal);
  const { id } = await findOperation(client, argument(invocation, 0), signal);
  const { operation } = await client.cancelOperation({ params: { id } });
  if (options["wait"] === false) {
    output.result({ operation }, () => `${operation.summary}: being cancelled\n`);
    return;
  }
  const ended = await watch(client, operation, { output, signal });
  output.result({ operation: ended }, () => endText(ended));
}
