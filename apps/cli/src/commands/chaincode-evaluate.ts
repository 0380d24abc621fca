import type { Invocation } from "../command.ts";
import { callOf, payloadText } from "../input/call.ts";
import { connect } from "../server/connect.ts";

/** `heddle chaincode evaluate`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const call = callOf(invocation);
  const { client } = await connect(output, signal);
  const evaluated = await client.evaluateTransaction(call, { signal });
  output.result(evaluated, () => `${payloadText(evaluated)}\n`);
}
