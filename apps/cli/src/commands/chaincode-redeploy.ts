import { argument, text, type Invocation } from "../command.ts";
import { finish } from "../finish.ts";
import { connect } from "../server/connect.ts";

/** `heddle chaincode redeploy`. */
export async function run(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const channel = text(invocation, "channel");
  const { client } = await connect(output, signal);
  const { operation } = await client.redeployChaincode({
    params: { name: argument(invocation, 0), chaincode: argument(invocation, 1) },
    body: channel === undefined ? {} : { channel },
  });
  await finish(invocation, client, operation);
}
