import { argument, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { confirmed } from "../input/confirm.ts";
import { wholeNumber } from "../input/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle channel reset`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const [name, channel] = [argument(invocation, 0), argument(invocation, 1)];
  const block = wholeNumber("BLOCK", argument(invocation, 2), 0, Number.MAX_SAFE_INTEGER);
  const { client } = await connect(output, signal);
  if (!(await confirmed(invocation, `Take channel ${channel} of ${name} back to block ${block}; later blocks are gone`))) return;
  const { operation } = await client.resetChannel({ params: { name, channel }, body: { block } });
  await finish(invocation, client, operation);
}
