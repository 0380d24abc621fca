import type { Invocation } from "../command.ts";
import { callOf, payloadText } from "../input/call.ts";
import { seconds } from "../render/values.ts";
import { connect } from "../server/connect.ts";

/** `heddle chaincode submit`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const call = callOf(invocation);
  const { client } = await connect(output, signal);
  const began = performance.now();
  const submitted = await client.submitTransaction(call, { signal });
  const took = seconds((performance.now() - began) / 1000);
  output.note(`transaction ${submitted.transactionId} ${submitted.code} in block ${submitted.block}  ${took}`);
  output.result(submitted, () => `${payloadText(submitted)}\n`);
}
